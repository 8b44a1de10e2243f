"""Accounts, roles, certificates, absences and the tree of organisations: what the month needs of them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions, policy, queries
from hoso.access.roles import ACTS, ROLES, Permission
from hoso.access.rules import BasisKind
from hoso.base.errors import Refused
from hoso.changes.actions.admitting import admit
from hoso.orgs import queries as orgs
from hoso.signing import actions as signing
from hoso.signing import queries as certificates
from hoso.web.forms import AdmitForm, AwayForm, CertificateForm, GrantForm, NameForm, OrganizationForm, day
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.account import reauthenticated

MOST = 50
NO_ORGANIZATION = ("", "—")


def menu(request: Request) -> Iterable[Entry]:
    """For the department; and the absence of those who hold a role."""
    user, today = request.user, request.today
    if policy.scope(user, Permission.GRANT_GIVE, on=today):
        yield Entry("people", _("Lập tài khoản"), reverse("admit"))
        yield Entry("agency", _("Quyền được giao"), reverse("accounts"))
    if policy.scope(user, Permission.ORGANIZATION_EDIT, on=today):
        yield Entry("agency", _("Cơ quan, đơn vị"), reverse("organizations"))
    if any(each.role in ACTS for each in policy.held(user, today)):
        yield Entry("agency", _("Báo vắng mặt"), reverse("away"))


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
    """Give a role: first the account is found by name, then the rest is filled in."""
    typed = request.GET.get("ten", "")[:100]
    chosen = _uuid(request.POST.get("account", ""))
    units = queries.grant_units(request.user, on=request.today)
    found = (
        [queries.by_id(chosen)] if chosen else list(queries.people_accounts(request.user, on=request.today, text=typed))
    )
    form = GrantForm(request.POST or None, request.FILES or None, accounts=found, units=units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
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
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("Đã giao quyền."))
            return HttpResponseRedirect(reverse("accounts"))
    said = {"form": form, "typed": typed, "found": found}
    return render(request, "accounts/give.html", said, status=422 if form.errors else 200)


@require_POST
def end(request: Request, grant_id: UUID) -> HttpResponse:
    """End a grant with yesterday as its last day, or a later day that is named."""
    field = day("")
    until = field.clean(request.POST["ngay"]) if request.POST.get("ngay") else request.today - timedelta(days=1)
    actions.end(grant_id, until=until, by=request.user, at=request.at)
    messages.success(request, gettext("Đã chấm dứt quyền."))
    return HttpResponseRedirect(reverse("accounts"))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def admit_person(request: Request) -> HttpResponse:
    """Take a person in; the one-time password stands on the answer and nowhere else."""
    form = AdmitForm(request.POST or None, units=queries.grant_units(request.user, on=request.today))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = admit(
                pin=given["pin"],
                full_name=given["full_name"],
                birth=given["birth"],
                sex=given["sex"],
                organization_id=given["organization"],
                category=given["category"],
                title=given["title"],
                staff_number=given["staff_number"],
                since=given["since"],
                began=given["began"],
                by=request.user,
                at=request.at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            said = {"name": made.account.name, "password": made.password, "personal": True}
            return render(request, "accounts/password.html", said)
    return render(request, "accounts/admit.html", {"form": form}, status=422 if form.errors else 200)


@reauthenticated
@require_POST
def renew(request: Request, account_id: UUID) -> HttpResponse:
    """Another one-time password for somebody who forgot theirs."""
    account, password = actions.renew_password(account_id, by=request.user, at=request.at)
    said = {"name": account.name, "password": password, "personal": account.kind == "personal"}
    return render(request, "accounts/password.html", said)


@require_http_methods(["GET", "POST"])
def certificate(request: Request, account_id: UUID) -> HttpResponse:
    """The certificates of an account, and registering one more."""
    policy.require_any(request.user, Permission.GRANT_GIVE, on=request.today)
    account = queries.by_id(account_id)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            signing.register(
                account,
                pem=form.cleaned_data["pem"].read(100_000),
                basis=form.cleaned_data["basis"],
                by=request.user,
                at=request.at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("Đã đăng ký chứng thư số."))
            return HttpResponseRedirect(request.path)
    said = {"form": form, "account": account, "held": certificates.certificates(account, on=request.today)}
    return render(request, "accounts/certificate.html", said, status=422 if form.errors else 200)


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


@require_GET
def organizations(request: Request) -> HttpResponse:
    """The tree, as far as the viewer may edit it."""
    paths = policy.require_any(request.user, Permission.ORGANIZATION_EDIT, on=request.today)
    rows = list(orgs.tree().under(paths))  # type: ignore[attr-defined]
    top = min((row.path.count(".") for row in rows), default=0)
    shown = [(row, min(row.path.count(".") - top + 1, 5)) for row in rows]
    return render(request, "accounts/organizations.html", {"rows": shown})


@require_http_methods(["GET", "POST"])
def open_organization(request: Request) -> HttpResponse:
    """Open an organisation under another."""
    paths = policy.require_any(request.user, Permission.ORGANIZATION_EDIT, on=request.today)
    form = OrganizationForm(request.POST or None, units=orgs.tree().under(paths))  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.open_organization(
                parent_id=given["parent"],
                code=given["code"],
                name=given["name"],
                kind=given["kind"],
                is_agency=given["is_agency"],
                since=given["since"],
                by=request.user,
                at=request.at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("Đã lập cơ quan, đơn vị."))
            return HttpResponseRedirect(reverse("organizations"))
    said = {"form": form, "title": gettext("Lập cơ quan, đơn vị"), "act": gettext("Lập")}
    return render(request, "accounts/organization.html", said, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rename(request: Request, organization_id: UUID) -> HttpResponse:
    """Give an organisation another name from a day on."""
    organization = orgs.by_id(organization_id)
    policy.require(request.user, Permission.ORGANIZATION_EDIT, organization, on=request.today)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.rename_organization(
                organization_id, name=given["name"], since=given["since"], by=request.user, at=request.at
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("Đã đổi tên."))
            return HttpResponseRedirect(reverse("organizations"))
    said = {
        "form": form,
        "title": gettext("Đổi tên: %(name)s") % {"name": organization.name},
        "act": gettext("Đổi tên"),
    }
    return render(request, "accounts/organization.html", said, status=422 if form.errors else 200)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


urlpatterns = [
    path("tai-khoan/", accounts, name="accounts"),
    path("tai-khoan/moi/", admit_person, name="admit"),
    path("tai-khoan/giao-quyen/", give, name="give"),
    path("tai-khoan/giao-quyen/<uuid:grant_id>/ket-thuc/", end, name="end-grant"),
    path("tai-khoan/<uuid:account_id>/chung-thu/", certificate, name="certificate"),
    path("tai-khoan/<uuid:account_id>/mat-khau/", renew, name="renew-password"),
    path("vang-mat/", away, name="away"),
    path("co-quan/", organizations, name="organizations"),
    path("co-quan/moi/", open_organization, name="open-organization"),
    path("co-quan/<uuid:organization_id>/ten/", rename, name="rename-organization"),
]
