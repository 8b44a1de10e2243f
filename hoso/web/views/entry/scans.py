"""Scans as pictures: a browser never gets the file that somebody uploaded."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from hoso.base import downloads
from hoso.changes import queries
from hoso.documents import queries as documents
from hoso.records import actions as record_actions
from hoso.web.http import Request

WIDTHS = (160, 320, 900, 1600)  # pixels; a page asks for one of these


@require_GET
def page(request: Request, evidence_id: UUID, number: int) -> HttpResponse:
    """One page of a scan; looking at another's is logged, once for each page drawn large."""
    evidence, held = queries.readable_evidence(evidence_id, request.user, on=request.today)
    try:
        width = int(request.GET.get("rong", "900"))
    except ValueError:
        width = 0
    if width not in WIDTHS:
        raise Http404(width)
    drawn = documents.page_image(evidence.attachment, number, width)
    if width > min(WIDTHS):
        record_actions.note_read(held, sections=[], by=request.user, at=request.at, action="attachment.read")
    return downloads.picture(drawn)
