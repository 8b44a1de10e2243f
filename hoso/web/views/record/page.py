"""The record as it stands: every section with its level, what is hidden and how it is opened."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hoso.access import queries as accounts
from hoso.approvals.queries import vouching
from hoso.approvals.queries.vouching import Assurance
from hoso.approvals.rules import Level
from hoso.base.downloads import picture
from hoso.base.errors import NotFound, refuse_if
from hoso.changes import queries as changes
from hoso.changes.rules import Status
from hoso.documents import queries as documents
from hoso.records import actions, reading
from hoso.records import queries as records
from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, Tier, patterns, tables
from hoso.records.paths import pattern_of, put
from hoso.records.policy import section_of
from hoso.web.http import Request, purpose_of
from hoso.web.templatetags.parts import vn_date
from hoso.web.views.record import drawn
from hoso.web.views.record.looks import looked
from hoso.web.views.record.opened import Opened, about, open_record
from hoso.web.views.record.story import told

SHOWN = 20  # of what happened, before one asks for all
LOOKS = 5
PHOTO = 240  # pixels


@require_GET
def mine(request: Request) -> HttpResponse:
    """One's own record."""
    person = request.user.person_id
    own = records.of_person(person).order_by("-head_seq", "family").first() if person else None
    if own is None:
        raise NotFound("no_such_record")
    return HttpResponseRedirect(reverse("record", args=[own.pk]))


@require_GET
def record(request: Request, record_id: UUID) -> HttpResponse:
    """The newest version, whole for the person, with what is protected closed for everybody else."""
    opened = open_record(request, record_id)
    if not opened.record.head_seq:
        return render(request, "record/none_yet.html", about(opened, "record", waiting=_first_waits(opened)))
    row = records.version(opened.record)
    filled = sorted(records.sealed(row).document)
    actions.note_read(opened.found, sections=filled, by=request.user, at=request.at, seq=row.seq)
    return page(request, opened, row)


@require_POST
def reveal(request: Request, record_id: UUID) -> HttpResponse:
    """Open one value or one table for a purpose: for htmx its place on the page, else the page with it open."""
    opened = open_record(request, record_id)
    purpose = purpose_of(request.POST)
    path, seq = request.POST.get("noi", ""), request.POST.get("phien-ban", "")
    refuse_if(None if seq.isdecimal() and len(seq) < 6 else "no_such_version", NotFound)
    value = actions.reveal(opened.record.pk, seq=int(seq), path=path, purpose=purpose, by=request.user, at=request.at)
    row = records.version(opened.record, int(seq))
    if "HX-Request" not in request.headers:
        return page(request, opened, row, path, value)
    form, document = records.form_of(row), put({}, path, value)
    pen = _pen(request, opened, row, path)._replace(just=True)
    table = next((each for each in tables(form) if each.path == path), None)
    if table:
        shown = put(records.shown(row, opened.found, request.user, on=request.today), path, value)
        return HttpResponse(drawn.grid(reading.grid_at(form, table, shown, request.today), pen))
    leaf = patterns(form)[pattern_of(path)]
    assert leaf is not None
    return HttpResponse(drawn.value(reading.fact_at(leaf, path, document, request.today), pen))


@require_GET
def portrait(request: Request, record_id: UUID) -> HttpResponse:
    """The picture of the newest version, drawn small on the server."""
    opened = open_record(request, record_id)
    shown = opened.record.head_seq and opened.sight.shows(section_of(records.PORTRAIT))
    held = records.portrait(records.version(opened.record)) if shown else None
    if held is None:
        raise NotFound("no_such_page")
    return picture(documents.page_image(held, 1, PHOTO))


def page(request: Request, opened: Opened, row: Any, path: str = "", value: Any = None) -> HttpResponse:
    """A version on the page, with one place opened if there is one; 20 things that happened, 5 that looked."""
    form, today, is_head = records.form_of(row), request.today, row.seq == opened.record.head_seq
    sight, rows = opened.sight, vouching.rows_of(opened.record, row)
    states, vouches = rows.versions, rows.vouches
    log, looks = vouching.events_of(opened.record, LOOKS) if opened.whole else ([], [])
    if not opened.whole:
        rows = vouching.only(rows, sight.shows)
    key = records.person_key(opened.found.person.pk) if opened.own or rows.waiting else None
    waiting = _sections(rows.waiting, key)
    document = records.shown(row, opened.found, request.user, on=today, key=key)
    changed = records.last_changes(row, opened.found, request.user, on=today, key=key, now=document, states=states)
    if path:
        document = put(document, path, value)
    names = accounts.names(each.account for each in (*log, *looks))
    happened = vouching.story(rows, log, names)
    accepted = {each.seq: each.accepted_at for each in states}
    levels = vouching.assured(row.parts, vouches, accepted, ())
    was = {section: _was(form, *each, today) for section, each in changed.items()}
    chapters = reading.chapters(form, document, on=today)
    there = [each for each in chapters if sight.shows(each.part.key) and _is_there(each, row, waiting)]
    parts = [_part(each, levels, was, waiting) for each in there]
    pen = _pen(request, opened, row, path)
    said = {
        "row": row,
        "is_head": is_head,
        "has_photo": is_head and sight.shows(section_of(records.PORTRAIT)) and bool(records.portrait(row)),
        "happened": [told(each, form) for each in happened[:SHOWN]],
        "happened_more": len(happened) - SHOWN,
        "since": happened[-1].at if happened else None,
        "looks": looked(looks, names, request.user),
        "waiting": len(rows.waiting),
        "contents": drawn.contents(parts),
        "sections": [drawn.section(each, pen) for each in parts],
        "key": [(level, sum(each.mark == level for each in parts)) for level in (3, 2, 1, 0)],
    }
    return render(
        request, "record/record.html", about(opened, "record" if is_head else "versions", proofs=rows.proofs, **said)
    )


def _first_waits(opened: Opened) -> bool:
    return any(each.status == Status.SUBMITTED for each in changes.of_record(opened.record))


def _sections(waiting: Sequence[Any], key: bytes | None) -> set[str]:
    """The sections that the changes that wait for a check touch."""
    touched = vouching.waiting_sections(waiting, key) if key else {}
    return {section for sections in touched.values() for section in sections}


def _pen(request: Request, opened: Opened, row: Any, path: str) -> drawn.Page:
    own = [opened.record.pk]
    reveal, compare = reverse("reveal", args=own), reverse("compare", args=own)
    kept = frozenset(each for each in opened.sight.sections or () if not opened.sight.opens(each))
    language, token = get_language() or "", get_token(request)
    return drawn.Page(opened.may_reveal, reveal, compare, token, row.seq, language, path, kept=kept)


def _is_there(chapter: reading.Chapter, row: Any, waiting: set[str]) -> bool:
    return not chapter.is_empty or chapter.part.key in waiting or chapter.part.key in row.parts


def _part(
    chapter: reading.Chapter, levels: Mapping[str, Assurance], was: Mapping[str, drawn.Was], waiting: set[str]
) -> drawn.Read:
    section = chapter.part.key
    level = levels.get(section, Assurance(Level.NONE))
    return drawn.Read(chapter, int(level.level), words(level), section in waiting, was.get(section))


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


def _was(form: type[Form], seq: int, edits: list[Edit], on: date) -> drawn.Was:
    """The values that the last change replaced, those that the viewer may see; no text where only new ones came."""
    texts: list[str] = []
    for edit in edits:
        texts += said_before(form, edit, on)
    return drawn.Was(seq, "; ".join(texts[:8]))


def said_before(form: type[Form], edit: Edit, on: date) -> list[str]:
    """One replaced value as “label value”; nothing for what was not there before or is hidden."""
    if edit.old is None:
        return []
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
