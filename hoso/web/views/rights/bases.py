"""The documents on which rights rest: a list for who may read them, each with its scan as pictures."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hoso.access import actions, policy, queries
from hoso.access.roles import ROLES, Permission
from hoso.access.rules import BASIS_KINDS
from hoso.audit import actions as audit
from hoso.base import downloads
from hoso.web.http import Request

MOST = 50
WIDTHS = (160, 900, 1600)  # pixels; a page asks for one of these


@require_GET
def bases(request: Request) -> HttpResponse:
    """Every document that the viewer may read by a role, newest first, by kind and by words."""
    text, kind = request.GET.get("tim", "")[:100], request.GET.get("loai", "")
    kind = kind if kind in BASIS_KINDS else ""
    found = queries.bases(request.user, on=request.today, text=text, kind=kind)
    before = uuid(request.GET.get("truoc", ""))
    rows = list((found.filter(pk__lt=before) if before else found)[: MOST + 1])
    more, rows = len(rows) > MOST, rows[:MOST]
    asked = {"tim": text, "loai": kind}
    audit.note_list("access.Basis", said=asked, count=len(rows), by=request.user, at=request.at)
    said = {
        "rows": rows,
        "asked": asked,
        "kinds": BASIS_KINDS.items(),
        "first": rows[0].number if rows else "",
        "last": rows[-1].number if rows else "",
        "on": "?" + urlencode({**asked, "truoc": rows[-1].pk}) if more else "",
    }
    return render(request, "rights/bases.html", said)


@require_GET
def basis(request: Request, basis_id: UUID) -> HttpResponse:
    """One document: what stands on it, what rests on it, and its pages."""
    found = queries.basis(basis_id, request.user, on=request.today)
    resting = queries.resting_on(found, request.user, on=request.today)
    said = {
        "basis": found,
        "lists": bool(policy.scope(request.user, Permission.BASIS_READ, on=request.today)),
        "pages": range(1, found.pages + 1),
        "grants": [(each, ROLES[each.role].title) for each in resting.grants],
        "consents": resting.consents,
    }
    return render(request, "rights/basis.html", said)


@require_GET
def page(request: Request, basis_id: UUID, number: int) -> HttpResponse:
    """One page of the scan; that somebody looked is logged, once for each page drawn large."""
    try:
        width = int(request.GET.get("rong", "900"))
    except ValueError:
        width = 0
    if width not in WIDTHS:
        raise Http404(width)
    large = width > min(WIDTHS)
    picture = actions.read_page(basis_id, page=number, width=width, noted=large, by=request.user, at=request.at)
    return downloads.picture(picture)


def uuid(text: str) -> str:
    """The id that a text is, or nothing."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
