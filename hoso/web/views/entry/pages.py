"""What the pages of one draft show: its sections, their fields and tables, and what is still to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from hoso.base.errors import NotFound
from hoso.changes import queries
from hoso.changes.actions.drafting import shown_text
from hoso.changes.queries import Returned, Work
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.forms.grammar import Leaf, Part, Problem, Tier, columns, in_order, sections
from hoso.records.paths import get, within
from hoso.web.http import Request
from hoso.web.views.entry import evidence
from hoso.web.views.entry.evidence import Scan
from hoso.web.views.entry.fields import Field, Reader, build, id_of, said

if TYPE_CHECKING:
    from hoso.changes.models import Change

WIDE = 5  # columns of a table that a screen shows; the rest is on the row's own page


class Line(NamedTuple):
    """Something that is read, not typed; `veiled` where the viewer may not see it."""

    no: str
    label: str
    text: str
    veiled: bool
    path: str
    changed: bool = False
    lines: bool = False


class Cell(NamedTuple):
    """One value of a row."""

    label: str
    text: str
    when: bool
    veiled: bool


@dataclass
class Row:
    """A row of a table in the order of the print."""

    path: str
    id: str
    number: int
    url: str
    cells: list[Cell]
    state: str = ""  # new, changed, removed
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    pages: int = 0

    @property
    def title(self) -> str:
        """The row in a few words."""
        return " · ".join(cell.text for cell in self.cells if cell.text)[:80] or gettext("dòng trống")


@dataclass
class Table:
    """A table of a section, or its heading alone."""

    no: str
    label: str
    help: str
    path: str
    required: bool
    protected: bool
    id: str
    heads: list[str]
    rows: list[Row]
    add: str
    may_fill: bool
    rest: int  # columns that are only on the row's page
    example: list[list[str]]
    problems: list[str]
    missing: bool
    returned: Returned | None

    @property
    def live(self) -> int:
        """Rows that are not taken away."""
        return sum(row.state != "removed" for row in self.rows)


def opened(request: Request, change: "Change", **more: Any) -> Reader:
    """A draft opened for the person who looks at it."""
    work = queries.work(change, on=request.today)
    own = request.user.person_id == work.found.person.pk
    if not own:
        request.menu_here = reverse("people")
    return Reader(
        work=work,
        tiers=records.shown_tiers(request.user, work.found, on=request.today),
        own=own,
        viewer=str(request.user.pk),
        returned=queries.returned(change),
        **more,
    )


def part_of(work: Work, key: str) -> Part:
    """A section by its key; NotFound."""
    for part in sections(work.form):
        if part.key == key:
            return part
    raise NotFound("no_such_page")


def section_url(change: "Change", key: str) -> str:
    """The page of a section."""
    return reverse("entry-section", args=[change.pk, key])


def place_url(work: Work, path: str) -> str:
    """Where a path is typed."""
    keys = path.split(".")
    if len(keys) >= 3:
        return reverse("entry-row", args=[work.change.pk, *keys[:3]]) + (f"#{id_of(path)}" if len(keys) > 3 else "")
    return section_url(work.change, keys[0]) + (f"#{id_of(path)}" if len(keys) > 1 else "")


def label_of(work: Work, path: str) -> str:
    """A path in words: the label of its field, the table and its row, or the title of its section."""
    keys = path.split(".")
    if len(keys) == 1:
        return gettext(part_of(work, path).title)
    if len(keys) == 2:
        return gettext(drafts.leaf_at(work.form, path).label)
    table = gettext(drafts.leaf_at(work.form, ".".join(keys[:2])).label)
    row = _row_title(work, ".".join(keys[:3]))
    if len(keys) == 3:
        return f"{table}: {row}"
    return f"{table}, {row}: {gettext(drafts.leaf_at(work.form, path).label)}"


def _row_title(work: Work, row: str) -> str:
    shown = [
        shown_text(work, leaf.path.replace("*", row.split(".")[2])) for leaf in _front(work, row.rpartition(".")[0])
    ]
    return " · ".join(text for text in shown if text)[:80] or gettext("một dòng")


def _front(work: Work, table: str) -> list[Leaf]:
    """The columns by which a row is known; never what is protected, for titles are read by everybody."""
    return [leaf for leaf in columns(work.form, table) if leaf.tier is not Tier.PROTECTED][:3]


# -- a section ---------------------------------------------------------------------------------------------------


def section_page(reader: Reader, part: Part) -> dict[str, Any]:
    """Everything the page of a section shows."""
    work = reader.work
    locked = [leaf for leaf in part.fields if leaf.path in work.locked]
    mine = [leaf for leaf in part.fields if work.may_fill(leaf.path)]
    theirs = [leaf for leaf in part.fields if leaf not in locked and leaf not in mine]
    fields = [_with_image(reader, build(reader, leaf, leaf.path)) for leaf in mine]
    all_parts = sections(work.form)
    found = frame(reader, part) | {
        "number": all_parts.index(part) + 1,
        "count": len(all_parts),
        "fields": fields,
        "locked": [line(reader, leaf, leaf.path) for leaf in locked],
        "theirs": [line(reader, leaf, leaf.path) for leaf in theirs],
        "tables": [table_of(reader, leaf) for leaf in part.tables],
        "done": part.key in work.done,
        "returned_here": [why for scope, why in reader.returned.items() if scope == part.key],
        "example": [(gettext(label), example) for label, example in _examples(mine)],
        "missing_here": [gettext(drafts.leaf_at(work.form, path).label) for path in work.missing.get(part.key, [])],
    }
    found["fillable"] = bool(fields) or any(table.may_fill for table in found["tables"])
    found["problems"] = _problems(reader, part.key) if reader.with_errors else []
    found["clashing"] = [each for each in fields if each.clash]
    return found


def row_page(reader: Reader, part: Part, table: Leaf, row: str) -> dict[str, Any]:
    """Everything the page of one row shows."""
    work = reader.work
    path = f"{table.path}.{row}"
    leaves = columns(work.form, table.path)
    fields = [_with_image(reader, build(reader, leaf, leaf.path.replace("*", row))) for leaf in leaves]
    doubts = [reader.said(each) for each in reader.doubts if within(each.path, path)]
    return frame(reader, part, scope=path) | {
        "table": heading(table),
        "row": path,
        "row_title": _row_title(work, path) if _there(work, path) else "",
        "is_new": not _there(work, path),
        "fields": fields,
        "may_fill": work.may_fill(path),
        "doubts": doubts,
        "example_rows": _example_rows(work, table),
        "returned_here": [why for scope, why in reader.returned.items() if scope in (path, table.path, part.key)],
        "problems": _problems(reader, path) if reader.with_errors else [],
        "clashing": [each for each in fields if each.clash],
    }


def frame(reader: Reader, part: Part, *, scope: str = "") -> dict[str, Any]:
    """What the pages of a section and of a row share: where they are, the evidence, the trace."""
    work = reader.work
    scope = scope or part.key
    return {
        "work": work,
        "change": work.change,
        "part": part,
        "own": reader.own,
        "list_url": list_url(work.change),
        "section_url": section_url(work.change, part.key),
        "scope": scope,
        "scans": [
            scan._replace(choices=evidence.choices(work, scan.row, scope, label_or_other))
            for scan in scans(work)
            if evidence.touches(scan.row.paths, scope)
        ],
        "places": evidence.places(work, scope, label_or_other),
        "evidence_article": "evidence.required",
        "evidence_needed": not work.change.first_entry,
    }


def _with_image(reader: Reader, found: Field) -> Field:
    if found.control == "image" and found.text:
        found.image = queries.image_evidence(reader.work.change, shown_text(reader.work, found.name))
    return found


def line(reader: Reader, leaf: Leaf, path: str) -> Line:
    """A value that is read."""
    edited = any(within(path, edit.path) or within(edit.path, path) for edit in reader.work.edits)
    changed = edited and path not in reader.work.locked and not reader.work.change.first_entry  # at first all is new
    veiled, text = reader.veiled(path, leaf), reader.text(path, leaf)
    if leaf.kind and leaf.kind.name == "image" and text:
        text = gettext("đã có tệp ảnh")
    return Line(leaf.no, gettext(leaf.label), text, veiled, path, changed, leaf.multiline)


def _examples(leaves: Iterable[Leaf]) -> list[tuple[str, str]]:
    kinds = ("image",)
    return [
        (leaf.label, leaf.example) for leaf in leaves if leaf.example and leaf.kind and leaf.kind.name not in kinds
    ][:6]


def table_of(reader: Reader, table: Leaf) -> Table:
    """A table with its rows in the order of the print; rows that are taken away stay until they are gone for good."""
    work = reader.work
    leaves = list(columns(work.form, table.path))
    front = leaves[:WIDE]
    odd = reader.doubts
    rows = [
        _row(reader, table, front, odd, row, number) for number, row in enumerate(_row_ids(reader, table.path), start=1)
    ]
    own = [said(each) for each in work.problems if each.path == table.path] if reader.with_errors else []
    return Table(
        **heading(table),
        id=id_of(table.path),
        heads=[gettext(leaf.label) for leaf in front],
        rows=rows,
        add=reverse("entry-new-row", args=[work.change.pk, *table.path.split(".")]),
        may_fill=work.may_fill(f"{table.path}.aaaaaa"),
        rest=len(leaves) - len(front),
        example=_example_rows(work, table),
        problems=own,
        missing=table.path in work.missing.get(table.part, []),
        returned=reader.returned.get(table.path),
    )


def heading(table: Leaf) -> dict[str, Any]:
    """What a table says of itself; a template cannot ask a leaf, which is callable."""
    return {
        "no": table.no,
        "label": gettext(table.label),
        "help": gettext(table.help) if table.help else "",
        "path": table.path,
        "required": table.required,
        "protected": table.tier is Tier.PROTECTED,
    }


def _row_ids(reader: Reader, table: str) -> list[str]:
    work, filled = reader.work, reader.filled
    part, name = table.split(".")
    ordered = [row for row, _ in in_order(getattr(getattr(filled, part), name))]
    typed = [path.split(".")[2] for path in work.typed if path.startswith(f"{table}.")]
    return list(dict.fromkeys([*ordered, *(get(work.ground, table) or {}), *typed]))


def _row(reader: Reader, table: Leaf, front: list[Leaf], odd: list[Problem], row: str, number: int) -> Row:
    work = reader.work
    path = f"{table.path}.{row}"
    removed = path in work.typed and not work.typed[path]
    before = get(work.ground, path)
    cells = [_cell(reader, leaf, leaf.path.replace("*", row), removed) for leaf in front]
    touched = any(within(each, path) for each in work.typed)
    inside = [each for each in work.problems if within(each.path, path)]
    return Row(
        path=path,
        id=row,
        number=number,
        url=reverse("entry-row", args=[work.change.pk, *table.path.split("."), row]),
        cells=cells,
        state="removed" if removed else "new" if not before else "changed" if touched else "",
        problems=[f"{gettext(drafts.leaf_at(work.form, each.path).label)}: {reader.said(each)}" for each in inside],
        doubts=[reader.said(each) for each in odd if within(each.path, path)],
        returned=[why for scope, why in reader.returned.items() if within(scope, path)],
        pages=sum(each.attachment.pages for each in work.evidence if any(within(scope, path) for scope in each.paths)),
    )


def _cell(reader: Reader, leaf: Leaf, path: str, removed: bool) -> Cell:
    veiled = reader.veiled(path, leaf)
    held = get(reader.work.ground, path)
    text = (
        drafts.display(leaf, held, reader.work.on) if removed and leaf.tier in reader.tiers else reader.text(path, leaf)
    )
    if leaf.kind and leaf.kind.name == "image" and text:
        text = gettext("có tệp")
    return Cell(gettext(leaf.label), text, bool(leaf.kind and leaf.kind.name in ("date", "month", "year")), veiled)


def _there(work: Work, path: str) -> bool:
    return bool(get(work.ground, path)) or any(within(each, path) for each in work.typed)


def _example_rows(work: Work, table: Leaf) -> list[list[str]]:
    names = [leaf.path.rpartition(".")[2] for leaf in columns(work.form, table.path)]
    return [[row[name] for name in names if row.get(name)] for row in table.rows_example][:3]


def _problems(reader: Reader, scope: str) -> list[tuple[str, str]]:
    """The problems of a section or row, each with where it can be mended."""
    work = reader.work
    depth = scope.count(".")
    found = []
    for each in work.problems:
        if not within(each.path, scope):
            continue
        keys = each.path.split(".")
        place = id_of(each.path) if depth or len(keys) < 3 else f"dong-{keys[2]}"
        found.append((place, f"{label_or_other(work, each.path)}: {reader.said(each)}"))
    return found


def label_or_other(work: Work, path: str) -> str:
    """The same, also of a place that the form does not have."""
    try:
        return label_of(work, path)
    except (KeyError, NotFound):
        return gettext("Mục không có trong mẫu")


def scans(work: Work) -> list[Scan]:
    """The evidence of a draft with what it supports in words."""
    return evidence.scans(work, label_or_other)


# -- the whole draft ---------------------------------------------------------------------------------------------


def list_url(change: "Change") -> str:
    """The list of sections that a draft belongs to."""
    if change.agency:
        return reverse("agency-part", args=[change.record_id])
    if change.on_behalf and not change.handed_at:
        return reverse("on-behalf", args=[change.record_id])
    return reverse("own-record")


def next_section(work: Work, part: Part) -> str:
    """The page after this one: the next section that this side fills, or the review."""
    parts = sections(work.form)
    for each in parts[parts.index(part) + 1 :]:
        if any(work.may_fill(leaf.path) for leaf in each.fields) or any(
            work.may_fill(f"{leaf.path}.aaaaaa") for leaf in each.tables
        ):
            return section_url(work.change, each.key)
    return reverse("entry-review", args=[work.change.pk])
