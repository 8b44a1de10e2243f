"""Scans as pictures: a browser never gets the file that somebody uploaded."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hoso.base import downloads
from hoso.changes import actions, queries
from hoso.documents import queries as documents
from hoso.records import actions as record_actions
from hoso.web.http import Request, purpose_of

WIDTHS = (160, 320, 900, 1600)  # pixels; a page asks for one of these


@require_GET
def page(request: Request, evidence_id: UUID, number: int) -> HttpResponse:
    """One page of a scan; looking at another's is logged, once for each page drawn large."""
    ticket = request.GET.get("mo", "")
    evidence, held = queries.readable_evidence(evidence_id, request.user, ticket=ticket, at=request.at)
    try:
        width = int(request.GET.get("rong", "900"))
    except ValueError:
        width = 0
    if width not in WIDTHS:
        raise Http404(width)
    drawn = documents.page_image(evidence.attachment, number, width)
    if width > min(WIDTHS):
        record_actions.note_scan_read(held, of=evidence, places=evidence.paths, by=request.user, at=request.at)
    return downloads.picture(drawn)


@require_POST
def open_(request: Request, evidence_id: UUID) -> HttpResponse:
    """Open a scan that supports something protected; back on the record's page its pages can be looked at."""
    ticket = actions.open_scan(evidence_id, purpose=purpose_of(request.POST), by=request.user, at=request.at)
    evidence, held = queries.readable_evidence(evidence_id, request.user, ticket=ticket, at=request.at)
    asked = urlencode({"mo": ticket})
    return HttpResponseRedirect(f"{reverse('record-evidence', args=[held.record.pk])}?{asked}#mc-{evidence.pk}")
