"""What happened to a record, what supports it, and who looked at it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hoso.access import queries as accounts
from hoso.access.roles import ROLES
from hoso.approvals.queries import vouching
from hoso.approvals.queries.vouching import Happened
from hoso.audit import queries as audit
from hoso.audit.rules import ACTIONS
from hoso.base.errors import NotFound
from hoso.changes.queries import is_open, proofs, protected_places
from hoso.changes.rules import REASONS
from hoso.records import actions
from hoso.records import queries as records
from hoso.records.drafts import leaf_at
from hoso.records.forms.grammar import Form, Tier, patterns, sections
from hoso.records.paths import pattern_of
from hoso.records.purposes import PURPOSES
from hoso.regulation.rules import RULES
from hoso.web.http import Request
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


class Look(NamedTuple):
    """One line of the list of those who looked."""

    at: datetime
    who: str
    what: str
    mine: bool


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
        closed=_cut(", ".join(dict.fromkeys(map(_label, asks)))) if asks and not is_opened else "",
        query=f"?{urlencode({'mo': ticket})}" if is_opened else "",
    )


@require_GET
def who_looked(request: Request) -> HttpResponse:
    """Everybody who looked at one's own record: who, by what role, when, what for."""
    person = request.user.person_id
    if person is None:
        raise NotFound("no_such_record")
    most = MOST if request.GET.get("du") == "1" else 50
    looks = list(audit.looks(person)[: most + 1])
    names = accounts.names(each.account for each in looks)
    said = {"looks": looked(looks[:most], names, request.user), "more": len(looks) > most}
    return render(request, "record/who_looked.html", said)


def told(each: Happened, form: type[Form] | None) -> Told:
    """A thing that happened in words: what, by whom in which role, and why."""
    month = f"{int(each.month[5:])}/{each.month[:4]}" if each.month else ""
    names = {part.key: part.title for part in sections(form)} if form else {}
    parts = ", ".join(_(title) for section, title in names.items() if section in each.sections)
    title = {
        "version": _("Chấp nhận: %(parts)s") % {"parts": _cut(parts)},
        "confirmed": _("Xác nhận kỳ %(month)s") % {"month": month},
        "signed": _("Ký phê duyệt kỳ %(month)s") % {"month": month},
        "sent_back": _("Chưa xác nhận kỳ %(month)s, trả lại") % {"month": month},
    }.get(each.action) or _(ACTIONS.get(each.action, each.action))
    reason = _(REASONS[each.reason]) if each.reason in REASONS else each.reason
    number = _("số %(number)s") % {"number": each.number} if each.number else ""
    who = ", ".join(text for text in (each.who, _role(each.role), number) if text)
    text = ". ".join(text for text in (who, reason) if text)
    return Told(each.at, title, text, LEVELS.get(each.action, 0), each.seq, each.due_on)


def looked(events: Iterable[Any], names: Mapping[str, str], viewer: Any) -> list[Look]:
    """Who looked, in words; `names` of the accounts."""
    return [_look(each, names, str(viewer.pk)) for each in events]


def _look(event: Any, names: Mapping[str, str], viewer: str) -> Look:
    what = _(ACTIONS[event.action])
    if labels := dict.fromkeys(_label(path) for path in event.data.get("paths", ())):
        what = f"{what}: {_cut(', '.join(labels))}"
    basis = _("được đồng ý theo %(basis)s") % {"basis": event.basis} if event.data.get("consents") else ""
    text = ", ".join(each for each in (basis or _role(event.role), what) if each)
    if event.purpose:
        text += f"; {_purpose(event)}"
    return Look(event.at, names.get(event.account, ""), text, event.account == viewer)


def _purpose(event: Any) -> str:
    """What it was done for: a purpose with its text, a rule of the regulation, or words as they are."""
    words = PURPOSES.get(event.data.get("purpose_code", ""), "")
    if words:
        return f"{_(words)}{event.purpose.removeprefix(words)}"
    return _(RULES.get(event.purpose, event.purpose))


def _label(path: str) -> str:
    from hoso.records.forms import FORMS

    for form in FORMS.values():
        try:
            return _(leaf_at(form, path).label)
        except KeyError:
            continue
    titles = (part.title for form in FORMS.values() for part in sections(form) if part.key == path)
    return _(next(titles, path))


def _role(role: str) -> str:
    return _(ROLES[role].title) if role in ROLES else ""


def _cut(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:88].rpartition(',')[0]}, …"


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
