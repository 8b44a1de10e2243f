"""The tree of organisations: opening and renaming."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from hoso.access import actions, policy
from hoso.access.roles import Permission
from hoso.orgs import queries as orgs
from hoso.web.forms import NameForm, OrganizationForm
from hoso.web.http import Request
from hoso.web.views.accounts.posting import carried_out


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

    def act(given: Mapping[str, Any]) -> None:
        more = {name: given[name] for name in ("code", "name", "kind", "is_agency", "since")}
        actions.open_organization(parent_id=given["parent"], **more, by=request.user, at=request.at)

    said = {"title": gettext("Lập cơ quan, đơn vị"), "act": gettext("Lập")}
    done, to = gettext("Đã lập cơ quan, đơn vị."), reverse("organizations")
    return carried_out(request, form, act, template="accounts/organization.html", said=said, done=done, to=to)


@require_http_methods(["GET", "POST"])
def rename(request: Request, organization_id: UUID) -> HttpResponse:
    """Give an organisation another name from a day on."""
    organization = orgs.by_id(organization_id)
    policy.require(request.user, Permission.ORGANIZATION_EDIT, organization, on=request.today)
    form = NameForm(request.POST or None)

    def act(given: Mapping[str, Any]) -> None:
        name, since = given["name"], given["since"]
        actions.rename_organization(organization_id, name=name, since=since, by=request.user, at=request.at)

    said = {"title": gettext("Đổi tên: %(name)s") % {"name": organization.name}, "act": gettext("Đổi tên")}
    done, to = gettext("Đã đổi tên."), reverse("organizations")
    return carried_out(request, form, act, template="accounts/organization.html", said=said, done=done, to=to)
