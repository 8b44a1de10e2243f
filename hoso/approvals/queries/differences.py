"""What changed in a record since it was last signed, for whoever confirms it: in one line, and side by side.

Works on the sealed form of versions, so nothing protected is opened; that something protected changed is known from
the paths that every version keeps of what it changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q

from hoso.access.models import Account
from hoso.approvals.queries.months import Waiting
from hoso.records import queries as records
from hoso.records import tiers
from hoso.records.compare import Edit, compare
from hoso.records.drafts import display, leaf_at
from hoso.records.forms import form_of
from hoso.records.forms.grammar import COMMON, PROTECTED, RESTRICTED, Form, Leaf, Tier, columns, sections, tables, walk
from hoso.records.models import Version
from hoso.records.paths import Document, get, pattern_of, within

PICTURE = "image"


class Said(NamedTuple):
    """One change in one line: a value from → to, rows of a table counted, or `hidden` where it may not be read."""

    no: str
    label: str
    old: str = ""
    new: str = ""
    added: int = 0
    altered: int = 0
    removed: int = 0
    hidden: bool = False


class Cell(NamedTuple):
    """One value before and after; `path` where a protected new one can be opened."""

    no: str
    label: str
    old: str
    new: str
    old_hidden: bool = False
    new_hidden: bool = False
    path: str = ""


class Block(NamedTuple):
    """Cells that belong together: a section's fields (without a title), or one row of a table."""

    title: str
    kind: str  # fields, added, altered, removed
    cells: list[Cell]


class Part(NamedTuple):
    """A section of the form with what changed in it."""

    key: str
    title: str
    items: str
    blocks: list[Block]


def one_line(rows: Sequence[Waiting], viewer: Account, *, on: date) -> dict[object, list[Said]]:
    """Version → its changes in a line each. One query for all; records without a signed version say nothing here."""
    signed = [each for each in rows if each.since_seq]
    documents = _documents(signed)
    return {
        each.version.pk: _lines(each, *_both(each, documents, _seen(each, viewer, on)), on)
        for each in signed
        if _has_both(each, documents)
    }


def side_by_side(each: Waiting, viewer: Account, *, on: date) -> list[Part]:
    """Everything that changed since the newest signed version, section by section; all of a first entry. One query."""
    seen = _seen(each, viewer, on)
    before, after = _both(each, _documents([each]), seen)
    form = form_of(each.version.form)
    found = []
    for part in sections(form):
        blocks = list(_blocks(form, part.key, each, before, after, on))
        if blocks:
            found.append(Part(part.key, part.title, part.items, blocks))
    return found


def _seen(each: Waiting, viewer: Account, on: date) -> frozenset[Tier]:
    """What the viewer's grants show, never what is protected: that is opened one by one, for a purpose. Who confirms
    the line of a head from another part of the tree has no grant there; the task itself shows them the rest."""
    record = each.version.record
    held = records.Held(record, record.person, each.employment, each.employment.organization)
    seen = records.shown_tiers(viewer, held, on=on) - {PROTECTED}
    return seen or (frozenset({COMMON, RESTRICTED}) if each.from_below else frozenset())


Documents = dict[tuple[object, int], tuple[str, Document]]


def _documents(rows: Iterable[Waiting]) -> Documents:
    """Record and number → form and document, as sealed. One query."""
    wanted = {(each.version.record_id, seq) for each in rows for seq in (each.since_seq, each.version.seq) if seq}
    asked = reduce(or_, (Q(record=record, seq=seq) for record, seq in wanted), Q(pk__in=[]))
    found = Version.objects.filter(asked).select_related("record")
    return {(row.record_id, row.seq): (row.form, records.sealed(row).document) for row in found}


def _has_both(each: Waiting, documents: Documents) -> bool:
    record = each.version.record_id
    return (record, each.since_seq) in documents and (record, each.version.seq) in documents


def _both(each: Waiting, documents: Documents, seen: frozenset[Tier]) -> tuple[Document, Document]:
    """Before and after, with masks: a mask never differs from another."""

    def view(seq: int) -> Document:
        if not seq:
            return {}
        form, document = documents[each.version.record_id, seq]
        return tiers.view(form_of(form), document, seen)

    return view(each.since_seq), view(each.version.seq)


def _edits(each: Waiting, before: Document, after: Document) -> list[Edit]:
    """What can be compared, and a mask at each protected place that changed."""
    form = form_of(each.version.form)
    edits = [edit for edit in compare(before, after) if not _is_mask(edit)]
    known = {edit.path for edit in edits}
    for path in (path for paths in each.sections.values() for path in paths):
        masked = _leaf(form, path) and (_masked(get(before, path)) or _masked(get(after, path)))
        if masked and not any(within(path, other) for other in known):
            edits.append(Edit(path, get(before, path), get(after, path)))
    return edits


def _is_mask(edit: Edit) -> bool:
    return edit.path.endswith(".masked")


def _masked(value: Any) -> bool:
    return isinstance(value, dict) and "masked" in value


def _leaf(form: type[Form], path: str) -> Leaf | None:
    """The field at a path; None for a row, a table, or what the form does not have."""
    try:
        found = leaf_at(form, path)
    except KeyError:
        return None
    return found if found.kind else None


def _table(form: type[Form], path: str) -> Leaf | None:
    name = ".".join(path.split(".")[:2])
    return next((each for each in tables(form) if each.path == name), None)


def _lines(each: Waiting, before: Document, after: Document, on: date) -> list[Said]:
    """Fields first as they are printed, then tables with their rows counted."""
    form = form_of(each.version.form)
    order = {leaf.path: place for place, leaf in enumerate((*walk(form), *tables(form)))}
    fields: list[tuple[int, Said]] = []
    rows: dict[str, dict[str, str]] = {}
    for edit in _edits(each, before, after):
        table = _table(form, edit.path)
        if table:
            row = ".".join(edit.path.split(".")[:3])
            whole = edit.path == row
            kind = "added" if whole and edit.old is None else "removed" if whole and edit.new is None else "altered"
            rows.setdefault(table.path, {}).setdefault(row, kind)
        elif leaf := _leaf(form, edit.path):
            fields.append((order[leaf.path], _said(leaf, edit, on)))
    for path, kinds in rows.items():
        table = leaf_at(form, path)
        added, altered, removed = (list(kinds.values()).count(kind) for kind in ("added", "altered", "removed"))
        said = Said(table.no, table.label, "", "", added, altered, removed, hidden=table.tier is PROTECTED)
        fields.append((order[path], said))
    return [said for _, said in sorted(fields, key=lambda one: one[0])]


def _said(leaf: Leaf, edit: Edit, on: date) -> Said:
    if _masked(edit.old) or _masked(edit.new):
        return Said(leaf.no, leaf.label, hidden=True)
    return Said(leaf.no, leaf.label, _shown(leaf, edit.old, on), _shown(leaf, edit.new, on))


def _shown(leaf: Leaf, value: Any, on: date) -> str:
    if value is None or _masked(value):
        return ""
    return "•" if leaf.kind and leaf.kind.name == PICTURE else display(leaf, value, on)


def _blocks(
    form: type[Form], section: str, each: Waiting, before: Document, after: Document, on: date
) -> Iterator[Block]:
    edits = [edit for edit in _edits(each, before, after) if edit.path.split(".")[0] == section]
    singles = {edit.path: edit for edit in edits if not _table(form, edit.path)}
    fields = [leaf for leaf in walk(form) if leaf.part == section and not leaf.table and leaf.path in singles]
    if fields:
        cells = [_cell(leaf, singles[leaf.path].old, singles[leaf.path].new, leaf.path, on) for leaf in fields]
        yield Block("", "fields", cells)
    for table in tables(form):
        inside = [edit for edit in edits if within(edit.path, table.path)]
        for row in sorted({".".join(edit.path.split(".")[:3]) for edit in inside}):
            yield _row(form, table, row, get(before, row), get(after, row), inside, on)


def _row(form: type[Form], table: Leaf, row: str, old: Any, new: Any, edits: Sequence[Edit], on: date) -> Block:
    """A row that came or went whole, or the cells of a row that changed."""
    kind = "added" if old is None else "removed" if new is None else "altered"
    touched = {pattern_of(edit.path) for edit in edits if within(edit.path, row) and edit.path != row}
    cells = []
    for leaf in columns(form, table.path):
        name = leaf.path.rpartition(".")[2]
        was, now = (old or {}).get(name), (new or {}).get(name)
        if (was is not None or now is not None) and (kind != "altered" or leaf.path in touched):
            cells.append(_cell(leaf, was, now, f"{row}.{name}", on))
    return Block(f"{table.no} {table.label}", kind, cells)


def _cell(leaf: Leaf, old: Any, new: Any, path: str, on: date) -> Cell:
    hidden = _masked(new)
    return Cell(
        leaf.no,
        leaf.label,
        _shown(leaf, old, on),
        _shown(leaf, new, on),
        _masked(old),
        hidden,
        path if hidden else "",
    )


def opened(each: Waiting, path: str, value: Any, *, on: date) -> str:
    """A protected value that was opened for a purpose, as people read it."""
    leaf = _leaf(form_of(each.version.form), path)
    return _shown(leaf, value, on) if leaf else ""


__all__ = ["Block", "Cell", "Part", "Said", "one_line", "opened", "side_by_side"]
