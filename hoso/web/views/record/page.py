"""The record as it stands: every section with its level, what is hidden and how it is opened."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hoso.approvals.queries import vouching
from hoso.approvals.queries.vouching import Assurance
from hoso.approvals.rules import Level
from hoso.audit import queries as audit
from hoso.base.errors import NotFound, refuse_if
from hoso.documents import queries as documents
from hoso.records import actions, reading
from hoso.records import queries as records
from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, Tier, patterns, tables
from hoso.records.paths import Document, pattern_of, put
from hoso.web.http import Request
from hoso.web.templatetags.parts import PURPOSES, vn_date
from hoso.web.views.record.opened import Opened, about, open_record, purpose_of
from hoso.web.views.record.story import looked, told

SHOWN = 20  # of what happened, before one asks for all
LOOKS = 5
PHOTO = 240  # pixels


class Was(NamedTuple):
    """What stood in a section before its last change."""

    seq: int
    text: str


class Read(NamedTuple):
    """A section on the page."""

    chapter: reading.Chapter
    level: int
    words: str
    waiting: bool
    was: Was | None

    @property
    def mark(self) -> int:
        """The level in the list of contents: what waits for a check counts as unchecked."""
        return 0 if self.waiting else self.level


@require_GET
def mine(request: Request) -> HttpResponse:
    """One's own record."""
    person = request.user.person
    own = records.of_person(person).order_by("-head_seq", "family").first() if person else None
    if own is None:
        raise NotFound("no_such_record")
    return HttpResponseRedirect(reverse("record", args=[own.pk]))


@require_GET
def record(request: Request, record_id: UUID) -> HttpResponse:
    """The newest version, whole for the person, with what is protected closed for everybody else."""
    opened = open_record(request, record_id)
    if not opened.record.head_seq:
        return render(request, "record/none_yet.html", about(opened, "record", **_waiting(opened, request.today)))
    row = records.version(opened.record)
    filled = sorted(records.sealed(row).document)
    actions.note_read(opened.found, sections=filled, by=request.user, at=request.at, seq=row.seq)
    return page(request, opened, row)


@require_POST
def reveal(request: Request, record_id: UUID) -> HttpResponse:
    """Open one value or one table for a purpose: for htmx its place on the page, else the page with it open."""
    opened = open_record(request, record_id)
    purpose = "" if opened.own else purpose_of(request.POST)
    path, seq = request.POST.get("noi", ""), request.POST.get("phien-ban", "")
    refuse_if(None if seq.isdecimal() and len(seq) < 6 else "no_such_version", NotFound)
    value = actions.reveal(opened.record.pk, seq=int(seq), path=path, purpose=purpose, by=request.user, at=request.at)
    row = records.version(opened.record, int(seq))
    if "HX-Request" not in request.headers:
        return page(request, opened, row, path, value)
    form, document = records.form_of(row), put({}, path, value)
    said: dict[str, Any] = {"opened": opened, "row": row, "path": path, "just": True}
    table = next((each for each in tables(form) if each.path == path), None)
    if table:
        shown = _with(records.shown(row, opened.found, request.user, on=request.today), path, value)
        said["grid"] = reading.grid_at(form, table, shown, request.today)
        return render(request, "record/_grid.html", said)
    leaf = patterns(form)[pattern_of(path)]
    assert leaf is not None
    said["fact"] = reading.fact_at(leaf, path, document, request.today)
    return render(request, "record/_value.html", said)


@require_GET
def portrait(request: Request, record_id: UUID) -> HttpResponse:
    """The picture of the newest version, drawn small on the server."""
    opened = open_record(request, record_id)
    held = records.portrait(records.version(opened.record)) if opened.record.head_seq else None
    if held is None:
        raise NotFound("no_such_page")
    return HttpResponse(documents.page_image(held, 1, PHOTO), content_type="image/webp")


def page(request: Request, opened: Opened, row: Any, path: str = "", value: Any = None) -> HttpResponse:
    """A version on the page, with one place opened if there is one; 20 things that happened, 5 that looked."""
    form, today = records.form_of(row), request.today
    document = records.shown(row, opened.found, request.user, on=today)
    if path:
        document = _with(document, path, value)
    happened = vouching.story(opened.record)
    said = {
        "row": row,
        "is_head": row.seq == opened.record.head_seq,
        "path": path,
        "has_photo": bool(records.portrait(row)) if row.seq == opened.record.head_seq else False,
        "happened": [told(each, form) for each in happened[:SHOWN]],
        "happened_more": len(happened) - SHOWN,
        "since": happened[-1].at if happened else None,
        "looks": looked(audit.looks(opened.found.person.pk)[:LOOKS], request.user),
        "purposes": PURPOSES,
        **_waiting(opened, today),
    }
    said["parts"] = _parts(request, opened, row, document, form, set(said["waiting_sections"]))
    said["key"] = [(level, sum(each.mark == level for each in said["parts"])) for level in (3, 2, 1, 0)]
    here = "record" if row.seq == opened.record.head_seq else "versions"
    return render(request, "record/record.html", about(opened, here, **said))


def _with(document: Document, path: str, value: Any) -> Document:
    return put(document, path, value)


def _waiting(opened: Opened, today: date) -> dict[str, Any]:
    """The changes that wait for a check: how many, and which sections they touch."""
    key = records.person_key(opened.found.person.pk)
    changes = vouching.waiting_sections(opened.record, key)
    return {"waiting": len(changes), "waiting_sections": sorted({each for found in changes.values() for each in found})}


def _parts(
    request: Request, opened: Opened, row: Any, document: Document, form: type[Form], waiting: set[str]
) -> list[Read]:
    accepted = {each.seq: each.accepted_at for each in records.all_versions(opened.record)}
    levels = vouching.assured(row.parts, vouching.vouches(opened.record), accepted, ())
    changed = records.last_changes(row, opened.found, request.user, on=request.today)
    found = []
    for chapter in reading.chapters(form, document, on=request.today):
        section = chapter.part.key
        if chapter.is_empty and section not in waiting and section not in row.parts:
            continue
        level = levels.get(section, Assurance(Level.NONE))
        was = _was(form, *changed[section], request.today) if section in changed else None
        found.append(Read(chapter, int(level.level), words(level), section in waiting, was))
    return found


def words(level: Assurance) -> str:
    """An assurance in words."""
    month = f"{int(level.month[5:])}/{level.month[:4]}" if level.month else ""
    match level.level:
        case Level.SIGNED:
            return _("Đã ký, kỳ %(month)s") % {"month": month}
        case Level.CONFIRMED:
            return _("Đã xác nhận, chờ ký kỳ %(month)s") % {"month": month}
        case Level.ACCEPTED:
            return _("Đã kiểm tra %(day)s, chờ xác nhận") % {"day": vn_date(level.at) if level.at else ""}
    return _("Chưa ghi")


def _was(form: type[Form], seq: int, edits: list[Edit], on: date) -> Was | None:
    """The values that the last change replaced, those that the viewer may see; None where only new ones came."""
    texts: list[str] = []
    for edit in edits:
        texts += said_before(form, edit, on)
    return Was(seq, "; ".join(texts[:8])) if texts else Was(seq, "")


def said_before(form: type[Form], edit: Edit, on: date) -> list[str]:
    """One replaced value as “label value”; nothing for what was not there before or is hidden."""
    leaf = patterns(form).get(pattern_of(edit.path))
    if leaf is None:
        table = edit.path.rpartition(".")[0]
        return [", ".join(fact.text for fact in reading.row_text(form, table, edit.old, on) if fact.text)] * bool(
            edit.old
        )
    fact = reading.fact_of(leaf, edit.path, edit.old, on)
    if leaf.tier is Tier.PROTECTED and not fact.text:
        return []
    return [f"{leaf.label} {fact.text}"] if fact.text and not fact.is_image else []
