"""What every template may use: who is signed in, the menu, the node, the size of the text."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from hoso.access import devices, policy
from hoso.access.allauth import browser
from hoso.access.roles import ROLES, Permission
from hoso.base.errors import NotFound
from hoso.orgs import queries as orgs
from hoso.people import queries as people
from hoso.regulation import rules
from hoso.web import menu

SIZES = ("1", "2", "3")
SIZE_COOKIE = "__Host-co-chu" if settings.HOSO_TLS else "co-chu"


def shell(request: HttpRequest) -> dict[str, Any]:
    """`node` (province, banner), `me` (name, role, organization, initials, officer), `menu`, `text_size`, `today`.

    Everything is read when a template asks for it, so a fragment costs nothing.
    """
    size = request.COOKIES.get(SIZE_COOKIE, "2")
    return {
        "node": SimpleLazyObject(lambda: node(request)),
        "me": SimpleLazyObject(lambda: me(request)),
        "menu": SimpleLazyObject(lambda: menu.build(request) if _signed_in(request) else []),
        "text_size": size if size in SIZES else "2",
        "today": getattr(request, "today", None),
    }


def node(request: HttpRequest) -> dict[str, str]:
    """The province of this node, its profile and what every page must say about it."""
    held: dict[str, str] | None = getattr(request, "_node", None)
    if held is None:
        held = _node()
        request._node = held  # type: ignore[attr-defined]
    return held


def _node() -> dict[str, str]:
    try:
        root = orgs.root()
        name, profile = root.name[:1].lower() + root.name[1:], settings.HOSO_PROFILE or root.profile
    except (NotFound, DatabaseError):
        name, profile = "", settings.HOSO_PROFILE or "vn"
    try:
        banner = rules.banner(profile)
    except OSError:
        banner = ""
    return {"name": name, "profile": profile, "banner": banner}


def _signed_in(request: HttpRequest) -> bool:
    return bool(getattr(request, "signed_in", False))


def me(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in, by what right, and where; read once for a request. Two queries at most."""
    if not _signed_in(request):
        return {}
    said: dict[str, Any] | None = getattr(request, "_me", None)
    if said is None:
        said = _me(request)
        request._me = said  # type: ignore[attr-defined]
    return said


def _me(request: HttpRequest) -> dict[str, Any]:
    account: Any = request.user
    today = request.today  # type: ignore[attr-defined]
    grants = policy.held(account, today)
    role = gettext(ROLES[grants[0].role].title) if grants else ""
    organization = grants[0].name if grants else ""
    if account.person_id:
        with suppress(NotFound):
            organization = people.current(account.person_id).organization.name
    return {
        "name": account.name,
        "role": role,
        "organization": organization,
        "officer": bool(policy.scope(account, Permission.PEOPLE_VIEW, on=today)),
        "personal": bool(account.person_id),
        "new_devices": devices.news(account, here=browser.token(request), at=request.at),  # type: ignore[attr-defined]
    }
