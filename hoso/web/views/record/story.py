"""What happened to a record, what supports it, and who looked at it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hoso.access import queries as accounts
from hoso.approvals.queries import vouching
from hoso.approvals.queries.vouching import Happened
from hoso.audit.rules import ACTIONS
from hoso.changes.queries import is_open, proofs, protected_places
from hoso.changes.rules import REASONS
from hoso.records import actions
from hoso.records import queries as records
from hoso.records.forms.grammar import Form, Tier, patterns, sections
from hoso.records.paths import pattern_of
from hoso.web.http import Request
from hoso.web.views.record.looks import cut, label, looked, role_of
from hoso.web.views.record.opened import about, open_record, whole_record

SHOWN = 20
MOST = 1000
LEVELS = {"version": 1, "confirmed": 2, "signed": 3}


class Told(NamedTuple):
    """One line of the timeline."""

    at: datetime
    title: str
    text: str
    level: int
    seq: int
    due_on: date | None


class Proof(NamedTuple):
    """A scan of the list: what it supports, its pages, and the protected places for which it is `closed`."""

    row: Any
    places: str
    pages: range
    closed: str
    query: str  # what its pages are asked with


@require_GET
def whole(request: Request, record_id: UUID) -> HttpResponse:
    """Everything that happened, newest first, 20 and then all; and everybody who looked."""
    opened = open_record(request, record_id)
    actions.note_read(opened.found, sections=[], by=request.user, at=request.at)
    row = records.version(opened.record) if opened.record.head_seq else None
    form = records.form_of(row) if row else None
    most = MOST if request.GET.get("du") == "1" else SHOWN
    log, looks = vouching.events_of(opened.record, most + 1) if opened.whole else ([], [])
    names = accounts.names(each.account for each in (*log, *looks))
    rows = vouching.rows_of(opened.record)
    if not opened.whole:
        rows = vouching.only(rows, opened.sight.shows)
    happened = vouching.story(rows, log, names)
    said = {
        "happened": [told(each, form) for each in happened[:most]],
        "happened_more": len(happened) - most,
        "looks": looked(looks[:most], names, request.user),
        "looks_more": len(looks) > most,
        "is_whole": most == MOST,
    }
    return render(request, "record/story.html", about(opened, "story", proofs=rows.proofs, **said))


@require_GET
def evidence(request: Request, record_id: UUID) -> HttpResponse:
    """The scans of accepted changes, for those who may see what is restricted: a title may tell as much as a value."""
    opened = whole_record(request, record_id)
    actions.note_read(opened.found, sections=[], by=request.user, at=request.at)
    may = Tier.RESTRICTED in records.shown_tiers(request.user, opened.found, on=request.today)
    rows = list(proofs.of_record(opened.record)) if may else []
    form = records.form_of(records.version(opened.record)) if opened.record.head_seq else None
    asked = {} if opened.own else protected_places(rows)
    shown = [_proof(request, each, form, asked.get(each.pk, [])) for each in rows]
    return render(
        request,
        "record/evidence.html",
        about(opened, "evidence", proofs=len(rows) if may else None, rows=shown, may=may),
    )


def _proof(request: Request, row: Any, form: type[Form] | None, asks: list[str]) -> Proof:
    ticket = request.GET.get("mo", "")
    is_opened = bool(asks) and is_open(row.pk, request.user, ticket, at=request.at)
    return Proof(
        row=row,
        places=_places(form, row.paths),
        pages=range(1, row.attachment.pages + 1),
        closed=cut(", ".join(dict.fromkeys(map(label, asks)))) if asks and not is_opened else "",
        query=f"?{urlencode({'mo': ticket})}" if is_opened else "",
    )


def told(each: Happened, form: type[Form] | None) -> Told:
    """A thing that happened in words: what, by whom in which role, and why."""
    month = f"{int(each.month[5:])}/{each.month[:4]}" if each.month else ""
    names = {part.key: part.title for part in sections(form)} if form else {}
    parts = ", ".join(_(title) for section, title in names.items() if section in each.sections)
    title = {
        "version": _("Chấp nhận: %(parts)s") % {"parts": cut(parts)},
        "confirmed": _("Xác nhận kỳ %(month)s") % {"month": month},
        "signed": _("Ký phê duyệt kỳ %(month)s") % {"month": month},
        "sent_back": _("Chưa xác nhận kỳ %(month)s, trả lại") % {"month": month},
    }.get(each.action) or _(ACTIONS.get(each.action, each.action))
    reason = _(REASONS[each.reason]) if each.reason in REASONS else each.reason
    number = _("số %(number)s") % {"number": each.number} if each.number else ""
    who = ", ".join(text for text in (each.who, role_of(each.role), number) if text)
    text = ". ".join(text for text in (who, reason) if text)
    return Told(each.at, title, text, LEVELS.get(each.action, 0), each.seq, each.due_on)


def _places(form: type[Form] | None, paths: Iterable[str]) -> str:
    """What a scan supports, in the form's words."""
    if form is None:
        return ""
    titles = {part.key: part.title for part in sections(form)}
    found = []
    for path in paths:
        leaf = patterns(form).get(pattern_of(path))
        section = path.split(".")[0]
        if section in titles:
            found.append(_(titles[section]) if leaf is None else f"{_(titles[section])}: {_(leaf.label)}")
    return "; ".join(dict.fromkeys(found))
