"""What a head delegates: to whom, where, until when, by which document, and what was done by it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions, policy, queries
from hoso.access.roles import Permission
from hoso.access.rules import BasisKind
from hoso.audit.rules import ACTIONS
from hoso.base.errors import Refused
from hoso.orgs import queries as orgs
from hoso.web.forms import DelegationForm
from hoso.web.http import Request
from hoso.web.views.account import reauthenticated
from hoso.web.views.rights.bases import uuid

MOST = 100


@require_GET
def delegations(request: Request) -> HttpResponse:
    """What the viewer has delegated, newest first."""
    policy.require_any(request.user, Permission.GRANT_DELEGATE, on=request.today)
    rows = list(queries.delegations(request.user)[:MOST])
    running = [row for row in rows if row.until is not None and row.until >= request.today]
    said = {"rows": [(row, state(row, request)) for row in rows], "count": len(running)}
    return render(request, "rights/delegations.html", said)


def state(row: object, request: Request) -> str:
    """Where a delegation is: to_come, in_force, ended."""
    if row.until is not None and row.until < request.today:  # type: ignore[attr-defined]
        return "ended"
    return "to_come" if row.since > request.today else "in_force"  # type: ignore[attr-defined]


@reauthenticated
@require_http_methods(["GET", "POST"])
def delegate(request: Request) -> HttpResponse:
    """Delegate: first the person is found by name, then the rest is filled in; the password is asked before."""
    typed, chosen = request.GET.get("ten", "")[:100], uuid(request.POST.get("account", ""))
    units = queries.delegation_units(request.user, on=request.today)
    found = [queries.by_id(chosen)] if chosen else list(queries.delegates(request.user, on=request.today, text=typed))
    form = DelegationForm(request.POST or None, request.FILES or None, accounts=found, units=units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.delegate(
                account=queries.by_id(given["account"]),
                organization=orgs.by_id(given["organization"]),
                basis=form.paper(BasisKind.AUTHORISATION, gettext("Ủy quyền xác nhận")),
                since=given["since"],
                until=given["until"],
                by=request.user,
                at=request.at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("Đã ủy quyền."))
            return HttpResponseRedirect(reverse("delegation", args=[made.pk]))
    said = {"form": form, "typed": typed, "found": found}
    return render(request, "rights/delegate.html", said, status=422 if form.errors else 200)


@require_GET
def delegation(request: Request, grant_id: UUID) -> HttpResponse:
    """One delegation and everything that was done by it."""
    found = queries.delegation(grant_id, request.user)
    events = [(each, ACTIONS.get(each.action, each.action)) for each in queries.done_under(found)]
    where = orgs.names(each.organization for each, _words in events)
    said = {
        "row": found,
        "state": state(found, request),
        "done": [(each, words, where.get(each.organization, "")) for each, words in events],
    }
    return render(request, "rights/delegation.html", said)


@require_POST
def end(request: Request, grant_id: UUID) -> HttpResponse:
    """Take it back: today is its last day."""
    actions.end_delegation(grant_id, until=request.today, by=request.user, at=request.at)
    messages.success(request, gettext("Đã chấm dứt ủy quyền: hôm nay là ngày cuối."))
    return HttpResponseRedirect(reverse("delegation", args=[grant_id]))
