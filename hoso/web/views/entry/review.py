"""Looking at the whole before it is sent, sending it, and the receipt."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from hoso.base.downloads import download
from hoso.base.errors import Invalid, NotFound, Refused
from hoso.changes import actions, queries
from hoso.changes.actions.sending import NOT_YET, why_not_ready
from hoso.changes.queries import Work
from hoso.changes.rules import OPEN, Status
from hoso.documents.printing.forms import print_receipt
from hoso.orgs import queries as orgs
from hoso.records import printing
from hoso.records.forms.grammar import patterns, sections
from hoso.records.paths import pattern_of, within
from hoso.regulation import rules as regulation
from hoso.signing import queries as signing
from hoso.signing.cms import cms_sign
from hoso.web import refusals
from hoso.web.http import Request
from hoso.web.templatetags.parts import vn_date, vn_moment
from hoso.web.views.entry import pages
from hoso.web.views.entry.fields import Reader
from hoso.web.views.entry.lists import RECORD_NAMES

if TYPE_CHECKING:
    from hoso.changes.models import Change


@sensitive_post_parameters("mat-khau-chung-thu")
@require_http_methods(["GET", "POST"])
def review(request: Request, change_id: UUID) -> HttpResponse:
    """Everything that will be sent, and what keeps it from being sent; posting sends it."""
    change = queries.writable(change_id, request.user, on=request.today)
    if request.method == "POST":
        return _send(request, change)
    if change.status not in OPEN:
        return redirect("entry-receipt", change.pk)
    return _show(request, change, [], 200)


def _send(request: Request, change: "Change") -> HttpResponse:
    try:
        sent = actions.submit(
            change.pk, declared="cam-doan" in request.POST, sign=_signer(request), by=request.user, at=request.at
        )
    except Invalid:
        return _show(request, change, [], 422)  # the page lists every problem
    except Refused as refusal:
        if change.status not in OPEN or refusal.status != Refused.status:
            raise
        where = {"declaration_missing": "cam-doan", "signature_missing": "chung-thu", "wrong_passphrase": "chung-thu"}
        sentence = refusals.sentence(refusal.code, refusal.said)
        return _show(request, change, [(where.get(refusal.code, ""), sentence)], 422)
    return redirect("entry-receipt", sent.pk)


def _signer(request: Request) -> Callable[[bytes], str] | None:
    """Signs with the PKCS#12 file of the person, which nobody keeps."""
    file = request.FILES.get("chung-thu")
    if file is None or (file.size or 0) > 100_000:
        return None
    p12, passphrase = file.read(), request.POST.get("mat-khau-chung-thu", "")

    def sign(data: bytes) -> str:
        made = cms_sign(data, p12, passphrase, at=request.at, timestamper=signing.timestamper())
        return base64.b64encode(made).decode()

    return sign


def _show(request: Request, change: "Change", more: list[tuple[str, str]], status: int) -> HttpResponse:
    reader = pages.opened(request, change)
    work = reader.work
    code = work.found.organization.profile
    found = _all(request, work)
    problems = _by_section(reader, found)
    signature = regulation.setting("submission.signature", on=request.today, code=code) == "person"
    page = {
        "work": work,
        "change": change,
        "own": reader.own,
        "list_url": pages.list_url(change),
        "parts": [_part(reader, part.key) for part in sections(work.form)],
        "problems": problems,
        "problem_count": len(found),
        "more": more,
        "declared": "cam-doan" in request.POST,
        "changed": sum(edit.path not in work.locked for edit in work.edits),
        "scans": pages.scans(work),
        "declaration": regulation.value("submission.declaration", on=request.today, code=code),
        "signature": signature and not change.agency,
        "hand_first": change.on_behalf and not change.handed_at,
        "record_name": RECORD_NAMES[change.record.family],
    }
    return render(request, "entry/review.html", page, status=status)


def _all(request: Request, work: Work) -> list[Any]:
    """Problems and what is missing, in the order of the form."""
    order = {part.key: place for place, part in enumerate(sections(work.form))}
    found = why_not_ready(work, at=request.at)
    return sorted(found, key=lambda each: order.get(each.path.split(".")[0], 0))


def _by_section(reader: Reader, found: list[Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What keeps a draft from being sent, section by section: address, label, and the sentence unless the field is
    only not there yet, which the page says once."""
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for each in found:
        section = each.path.split(".")[0]
        title = _label(reader.work, section) if section else ""
        text = "" if each.sentence == NOT_YET else reader.said(each)
        grouped.setdefault(title, []).append((_address(reader.work, each.path), _label(reader.work, each.path), text))
    return list(grouped.items())


def _address(work: Work, path: str) -> str:
    try:
        pages.label_of(work, path)
    except (KeyError, NotFound):
        return pages.list_url(work.change)
    return pages.place_url(work, path)


def _label(work: Work, path: str) -> str:
    try:
        return pages.label_of(work, path)
    except (KeyError, NotFound):
        return gettext("Mục không có trong mẫu")


def _part(reader: Reader, key: str) -> dict[str, Any]:
    work = reader.work
    part = pages.part_of(work, key)
    absent = set(work.missing.get(key, []))
    lines = [pages.line(reader, leaf, leaf.path) for leaf in part.fields]
    return {
        "part": part,
        "url": pages.section_url(work.change, key),
        "lines": [(line, line.path in absent, pages.place_url(work, line.path)) for line in lines],
        "tables": [pages.table_of(reader, table) for table in part.tables],
        "returned": any(path.split(".")[0] == key for path in reader.returned),
    }


@require_GET
def receipt(request: Request, change_id: UUID) -> HttpResponse:
    """The confirmation: number, what happens next, a copy to keep."""
    change = _sent(request, change_id)
    work = queries.work(change, on=request.today)
    own = request.user.person_id == work.found.person.pk
    if not own:
        request.menu_here = reverse("people")
    page = {
        "change": change,
        "work": work,
        "own": own,
        "desk": change.desk,
        "groups": _groups(work),
        "count": len(_places(work)),
        "scans": pages.scans(work),
        "list_url": pages.list_url(change),
        "record_name": RECORD_NAMES[change.record.family],
        "open": change.status == Status.SUBMITTED,
    }
    return render(request, "entry/receipt.html", page)


@require_GET
def receipt_pdf(request: Request, change_id: UUID) -> HttpResponse:
    """The same on paper, as PDF."""
    change = _sent(request, change_id)
    work = queries.work(change, on=request.today)
    agency = orgs.agency_of(work.found.organization)
    assert change.submitted_at is not None
    data = {
        "number": change.number,
        "organization": change.desk.name if change.desk else agency.name,
        "parent": orgs.root().name,
        "person": work.found.person.full_name,
        "unit": work.found.organization.name,
        "form": f"{RECORD_NAMES[change.record.family]} ({work.form.basis})",
        "submitted_at": vn_moment(change.submitted_at),
        "desk": change.desk.name if change.desk else "",
        "due": vn_date(change.due_on),
        "changes": _places(work),
        "watermark": printing.watermark(work.found.organization.profile),
        "evidence": [[scan.row.title, scan.row.attachment.sha256] for scan in pages.scans(work)],
    }
    fonts = Path(settings.HOSO_ASSETS) / "@expo-google-fonts" / "tinos"
    pdf = print_receipt(data, fonts=fonts, at=change.submitted_at)
    return download(pdf, "application/pdf", f"bien-nhan-{change.number}.pdf")


def _sent(request: Request, change_id: UUID) -> "Change":
    change = queries.writable(change_id, request.user, on=request.today)
    if not change.number:
        raise NotFound("no_such_page")
    return change


def _groups(work: Work) -> list[tuple[str, list[str]]]:
    """What was sent, by section in the order of the form, in words and without the values of fields."""
    order = {path: place for place, path in enumerate(patterns(work.form))}
    paths = [edit.path for edit in work.edits if edit.path not in work.locked]
    paths.sort(key=lambda path: (order.get(pattern_of(path), 0), path))
    found = []
    for part in sections(work.form):
        inside = [_label(work, path) for path in paths if within(path, part.key)]
        if inside:
            found.append((gettext(part.title), inside))
    return found


def _places(work: Work) -> list[str]:
    """The same in one list."""
    return [label for _title, labels in _groups(work) for label in labels]
