"""Paper: the statutory form as a PDF, to be saved or printed; never shown in a frame."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from hoso.base.downloads import download
from hoso.base.errors import NotFound, refuse_if
from hoso.changes.actions.printing import print_draft
from hoso.records import actions
from hoso.records import queries as records
from hoso.records.purposes import NONE
from hoso.web.http import Request, purpose_of


@require_http_methods(["GET", "POST"])
def record(request: Request, record_id: UUID) -> HttpResponse:
    """A version (?phien-ban=3, else the newest); a POST names the purpose for which what is protected is printed."""
    found = records.locate(record_id)
    asked = request.POST if request.method == "POST" else request.GET
    seq = asked.get("phien-ban", "")
    refuse_if(None if not seq or (seq.isdecimal() and len(seq) < 6) else "no_such_version", NotFound)
    purpose = purpose_of(request.POST) if request.method == "POST" else NONE
    made = actions.print_form(found.pk, seq=int(seq) if seq else None, purpose=purpose, by=request.user, at=request.at)
    return _file(made, f"ho-so-{str(found.pk)[-8:]}")


@require_GET
def draft(request: Request, change_id: UUID) -> HttpResponse:
    """What stands in a draft, marked as one."""
    return _file(print_draft(change_id, by=request.user, at=request.at), f"ban-nhap-{str(change_id)[-8:]}")


def _file(made: bytes, name: str) -> HttpResponse:
    return download(made, "application/pdf", f"{name}.pdf")
