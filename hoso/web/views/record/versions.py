"""The versions of a record: all of them, one, two side by side, and whether one is what was signed."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hoso.approvals import queries as approvals
from hoso.approvals.queries import vouching
from hoso.base.errors import NotFound, refuse_if
from hoso.records import actions, reading
from hoso.records import queries as records
from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, patterns, sections, tables
from hoso.records.paths import get, pattern_of
from hoso.web.http import Request
from hoso.web.views.record import page
from hoso.web.views.record.opened import Opened, about, open_record

HIDDEN = "••••••"


class Difference(NamedTuple):
    """One place that differs: where, and what stood and stands there; `whole` for a row that came or went."""

    no: str
    label: str
    hint: str
    old: str
    new: str
    whole: bool


@require_GET
def versions(request: Request, record_id: UUID) -> HttpResponse:
    """Every version, newest first: by whom, what it changed, how far it has been vouched for."""
    opened = open_record(request, record_id)
    actions.note_read(opened.found, sections=[], by=request.user, at=request.at)
    vouches = vouching.vouches(opened.record)
    rows = []
    for row in records.all_versions(opened.record):
        titles = {part.key: part.title for part in sections(records.form_of(row))}
        if not any(map(opened.sight.shows, row.summary)):
            continue
        own = [each for each in vouches if each.seq == row.seq]
        level = max((int(each.level) for each in own), default=1)
        signed = next((each for each in own if each.month and int(each.level) == level), None)
        there = [title for section, title in titles.items() if section in row.summary and opened.sight.shows(section)]
        rows.append((row, there, level, signed))
    return render(request, "record/versions.html", about(opened, "versions", rows=rows))


@require_GET
def version(request: Request, record_id: UUID, seq: int) -> HttpResponse:
    """One version as it was."""
    opened = open_record(request, record_id)
    known = 0 < seq <= opened.record.head_seq if opened.whole else seq in (*_seqs(opened), opened.record.head_seq)
    refuse_if(None if known else "no_such_version", NotFound)
    row = records.version(opened.record, seq)
    filled = sorted(records.sealed(row).document)
    actions.note_read(opened.found, sections=filled, by=request.user, at=request.at, seq=seq)
    if request.GET.get("kiem") == "1":
        return _proof(request, opened, row)
    return page.page(request, opened, row)


def _proof(request: Request, opened: Opened, row: Any) -> HttpResponse:
    """Whether the chain holds, and what signed list covers this version."""
    said = {
        "row": row,
        "basis": records.form_of(row).basis,
        "broken": records.chain_breaks(opened.record),
        "line": approvals.covered(row),
    }
    return render(request, "record/proof.html", about(opened, "versions", **said))


@require_GET
def compare(request: Request, record_id: UUID) -> HttpResponse:
    """Two versions, place by place; ?tu=1&den=3, `tu` 0 being nothing yet."""
    opened = open_record(request, record_id)
    head, seqs = opened.record.head_seq, _seqs(opened)
    newest, before = [*seqs, 0, 0][:2] if seqs else (head, 0)
    since, until = _seq(request, "tu", before), _seq(request, "den", newest)
    since, until = min(since, until), max(since, until)
    refuse_if(None if until in seqs and (not since or since in seqs) else "no_such_version", NotFound)
    edits = records.differences(opened.record, since, until, opened.found, request.user, on=request.today)
    row = records.version(opened.record, until)
    form = records.form_of(row)
    after = records.shown(row, opened.found, request.user, on=request.today)
    touched = {edit.path.split(".")[0] for edit in edits}
    actions.note_read(
        opened.found,
        sections=sorted(touched),
        by=request.user,
        at=request.at,
        action="record.compared",
        seq=until,
        since=since,
    )
    order = {path: place for place, path in enumerate(patterns(form))}
    edits.sort(key=lambda edit: (order.get(pattern_of(edit.path), len(order)), edit.path))
    titles = {part.key: part.title for part in sections(form)}
    groups: dict[str, list[Difference]] = {}
    for section in titles:
        for edit in edits:
            if edit.path.split(".")[0] == section:
                groups.setdefault(section, []).append(_difference(form, edit, after, request.today))
    said: dict[str, Any] = {
        "since": since,
        "until": until,
        "groups": [(titles[section], found) for section, found in groups.items()],
        "count": len(edits),
        "seqs": seqs,
        "seqs_before": [*seqs[1:], 0],
    }
    return render(request, "record/compare.html", about(opened, "versions", **said))


def _seqs(opened: Opened) -> list[int]:
    """The versions that the viewer may compare, newest first: those that changed anything there for them."""
    if opened.whole:
        return list(range(opened.record.head_seq, 0, -1))
    rows = records.all_versions(opened.record)
    return [row.seq for row in rows if any(map(opened.sight.shows, row.summary))]


def _seq(request: Request, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else otherwise


def _difference(form: type[Form], edit: Edit, after: Any, on: date) -> Difference:
    leaf = patterns(form).get(pattern_of(edit.path))
    if leaf is None:
        path = edit.path.rpartition(".")[0]
        table = next(each for each in tables(form) if each.path == path)
        old, new = (
            "; ".join(fact.text or HIDDEN for fact in reading.row_text(form, path, value, on))
            for value in (edit.old, edit.new)
        )
        return Difference(table.no, _(table.label), _("cả dòng"), old, new, True)
    old, new = (_said(reading.fact_of(leaf, edit.path, value, on)) for value in (edit.old, edit.new))
    hint = ""
    if leaf.table:
        table_path, _dot, _column = edit.path.rpartition(".")
        row = reading.row_text(form, table_path.rpartition(".")[0], get(after, table_path), on)
        hint = ", ".join(fact.text for fact in row[:2] if fact.text)
    label = f"{_(leaf.table)}: {_(leaf.label)}" if leaf.table else _(leaf.label)
    return Difference(leaf.no, label, hint, old, new, False)


def _said(fact: reading.Fact) -> str:
    if fact.masked:
        return HIDDEN
    return _("tệp ảnh") if fact.is_image and fact.text else fact.text
