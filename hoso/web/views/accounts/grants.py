"""Roles: who holds them, giving and ending them, certificates, absences."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions, policy, queries
from hoso.access.roles import ACTS, ROLES, Permission
from hoso.access.rules import BasisKind
from hoso.orgs import queries as orgs
from hoso.signing import actions as signing
from hoso.signing import queries as certificates
from hoso.web.forms import AwayForm, CertificateForm, GrantForm, day
from hoso.web.http import Request
from hoso.web.views.account import reauthenticated, require_reauthentication
from hoso.web.views.accounts.posting import carried_out

MOST = 50


@require_GET
def accounts(request: Request) -> HttpResponse:
    """The grants that the viewer may give and end, newest first."""
    before = _uuid(request.GET.get("truoc", ""))
    found = queries.grants(request.user, on=request.today)
    rows = list((found.filter(pk__lt=before) if before else found)[: MOST + 1])
    more, rows = len(rows) > MOST, rows[:MOST]
    said = {
        "rows": [(row, ROLES[row.role].title, row.until is None or row.until >= request.today) for row in rows],
        "first": rows[0].account.name if rows else "",
        "last": rows[-1].account.name if rows else "",
        "on": f"?truoc={rows[-1].pk}" if more else "",
    }
    return render(request, "accounts/list.html", said)


@require_http_methods(["GET", "POST"])
def give(request: Request) -> HttpResponse:
    """Give a role: first the account is found by name, then, the password given again, the rest is filled in."""
    typed = request.GET.get("ten", "")[:100]
    chosen = _uuid(request.POST.get("account", ""))
    units = queries.grant_units(request.user, on=request.today)
    if (typed or request.method == "POST") and (asked := require_reauthentication(request)):
        return asked
    found = (
        [queries.by_id(chosen)] if chosen else list(queries.people_accounts(request.user, on=request.today, text=typed))
    )
    form = GrantForm(request.POST or None, request.FILES or None, accounts=found, units=units)

    def act(given: Mapping[str, Any]) -> None:
        actions.give(
            account=queries.by_id(given["account"]),
            role=given["role"],
            organization=orgs.by_id(given["organization"]),
            basis=form.paper(BasisKind.DECISION),
            since=given["since"],
            until=given["until"],
            deputy=given["deputy"],
            by=request.user,
            at=request.at,
        )

    said = {"typed": typed, "found": found}
    done, to = gettext("Đã giao quyền."), reverse("accounts")
    return carried_out(request, form, act, template="accounts/give.html", said=said, done=done, to=to)


@reauthenticated
@require_POST
def end(request: Request, grant_id: UUID) -> HttpResponse:
    """End a grant with yesterday as its last day, or a later day that is named."""
    field = day("")
    until = field.clean(request.POST["ngay"]) if request.POST.get("ngay") else request.today - timedelta(days=1)
    actions.end(grant_id, until=until, by=request.user, at=request.at)
    messages.success(request, gettext("Đã chấm dứt quyền."))
    return HttpResponseRedirect(reverse("accounts"))


@reauthenticated
@require_http_methods(["GET", "POST"])
def certificate(request: Request, account_id: UUID) -> HttpResponse:
    """The certificates of an account, and registering one more."""
    policy.require_any(request.user, Permission.GRANT_GIVE, on=request.today)
    account = queries.by_id(account_id)
    form = CertificateForm(request.POST or None, request.FILES or None)

    def act(given: Mapping[str, Any]) -> None:
        pem, basis = given["pem"].read(100_000), given["basis"]
        signing.register(account, pem=pem, basis=basis, by=request.user, at=request.at)

    said = {"account": account, "held": certificates.certificates(account, on=request.today)}
    done = gettext("Đã đăng ký chứng thư số.")
    return carried_out(request, form, act, template="accounts/certificate.html", said=said, done=done, to=request.path)


@require_http_methods(["GET", "POST"])
def away(request: Request) -> HttpResponse:
    """Say that one is away, so that the deputy stands in; a blank form with “back” ends it."""
    grants = [each for each in queries.own_grants(request.user, on=request.today) if each.role in ACTS]
    if not grants:
        policy.require_any(request.user, Permission.CHANGE_VERIFY, on=request.today)
    form = AwayForm(request.POST or None)
    if request.method == "POST" and request.POST.get("ve") == "1":
        yesterday = request.today - timedelta(days=1)
        actions.go_away(since=yesterday, until=yesterday, by=request.user, at=request.at)
        messages.success(request, gettext("Đã ghi: bạn có mặt."))
        return HttpResponseRedirect(reverse("away"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["until"] and given["until"] < given["since"]:
            form.add_error("until", _("Ngày cuối phải sau ngày đầu."))
        else:
            actions.go_away(since=given["since"], until=given["until"], by=request.user, at=request.at)
            messages.success(request, gettext("Đã ghi thời gian vắng mặt."))
            return HttpResponseRedirect(reverse("away"))
    rows = [(each, ROLES[each.role].title) for each in grants]
    said = {"form": form, "rows": rows, "is_away": any(_is_away(each, request) for each in grants)}
    return render(request, "accounts/away.html", said, status=422 if form.errors else 200)


def _is_away(grant: Any, request: Request) -> bool:
    ends = grant.away_until is None or grant.away_until >= request.today
    return grant.away_since is not None and ends


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
