"""The places of a change as the verifier's page shows them: what is held above what is proposed, by section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from hoso.approvals import queries as approvals
from hoso.changes.queries import Proposal, Verification
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.forms.grammar import Leaf, Tier, columns, in_order, patterns, sections, tables
from hoso.records.paths import get, pattern_of, within
from hoso.web.views.verify.checks import Check, checks
from hoso.web.views.verify.marks import differing

if TYPE_CHECKING:
    from hoso.changes.models import Evidence

BESIDE = {"salary": ("economy.salary_history",)}  # tables to look at beside single values
MOST_BESIDE = 12  # rows shown of a table


class Cell(NamedTuple):
    """One filled column of a row."""

    label: str
    value: str


@dataclass
class Place:
    """One thing to decide: a value, a new row, a row that goes. `answer` is '', 'chap-nhan' or 'tra-lai'."""

    path: str
    id: str
    no: str
    label: str
    kind: str  # value | new | gone
    row: str = ""  # of a value in a table: which row
    was: str = ""
    will: SafeString | str = ""
    cells: list[Cell] = field(default_factory=list)
    moved: str = ""  # where the record moved on: what it held when the draft was begun
    row_gone: bool = False  # its row has been taken away since: it can only be returned
    evidence: list["Evidence"] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    protected: bool = False
    group: str = ""
    answer: str = ""
    code: str = ""
    reason: str = ""
    error: str = ""


class Cluster(NamedTuple):
    """Places decided together; most stand alone."""

    places: list[Place]

    @property
    def tied(self) -> bool:
        """Whether it holds more than one."""
        return len(self.places) > 1


class Beside(NamedTuple):
    """A table of the record as it is, with how far up each row has been vouched for."""

    title: str
    rows: list[tuple[str, str, int]]
    more: int


@dataclass
class PartView:
    """A section with something to decide."""

    key: str
    title: str
    clusters: list[Cluster]
    beside: list[Beside]
    checks: list[Check]

    def places(self) -> Iterator[Place]:
        """Its places, one by one."""
        return (place for cluster in self.clusters for place in cluster.places)


def parts(seen: Verification, answers: Mapping[str, Any], errors: Mapping[str, str]) -> list[PartView]:
    """Every section with something to decide, filled with what the officer has answered so far. Three queries."""
    levels = row_levels(seen)
    titles = {part.key: gettext(part.title) for part in sections(seen.work.form)}
    found = []
    for key, title in titles.items():
        proposals = [each for each in seen.own() if within(each.edit.path, key)]
        if proposals:
            filled = [_filled(place(seen, each), answers, errors) for each in proposals]
            rows = [each.edit.path for each in proposals if each.edit.path.count(".") > 1]
            touched = dict.fromkeys(".".join(path.split(".")[:2]) for path in rows)
            near = [beside(seen, table, levels) for table in (*touched, *BESIDE.get(key, ()))]
            listed = [each for each in near if each.rows]
            found.append(PartView(key, title, clusters(filled), listed, checks(seen, key, proposals)))
    return found


def _filled(made: Place, answers: Mapping[str, Any], errors: Mapping[str, str]) -> Place:
    made = replace(made, error=errors.get(made.path, ""))
    given = answers.get(made.path)
    if given is None or (made.row_gone and given.said.accepted):  # accepted on a page that still had the row
        return made
    return replace(made, answer=given.answer, code=given.code, reason=given.reason)


def clusters(places: list[Place]) -> list[Cluster]:
    """Neighbours of one group stand together."""
    found: list[Cluster] = []
    for each in places:
        if each.group and found and found[-1].places[-1].group == each.group:
            found[-1].places.append(each)
        else:
            found.append(Cluster([each]))
    return found


def place(seen: Verification, proposal: Proposal) -> Place:
    """A proposal in words."""
    path, leaf = proposal.edit.path, proposal.leaf
    common: dict[str, Any] = {
        "path": path,
        "id": "m-" + path.replace(".", "-"),
        "moved": _moved(seen, proposal),
        "evidence": proposal.evidence,
        "doubts": [gettext(each.sentence) % each.params for each in proposal.doubts],
    }
    if leaf is None:
        return _row_place(seen, proposal, common)
    group = f"{path.rpartition('.')[0]}:{leaf.group}" if leaf.group else ""
    was, new = shown(leaf, proposal.edit.old, seen), shown(leaf, proposal.edit.new, seen)
    row = ""
    if leaf.table:
        at = path.rpartition(".")[0]
        row = ", ".join((gettext(leaf.table), heading(seen, at, get(seen.work.document, at) or get(seen.current, at))))
    return Place(
        no=leaf.no,
        label=gettext(leaf.label),
        kind="value",
        row=row,
        row_gone=proposal.row_gone,
        was=was,
        will=differing(was, new) if new else "",
        protected=leaf.tier is Tier.PROTECTED,
        group=group,
        **common,
    )


def _row_place(seen: Verification, proposal: Proposal, common: dict[str, Any]) -> Place:
    table = _table(seen, proposal.edit.path)
    row = proposal.edit.new or proposal.edit.old
    kind = "new" if proposal.edit.new else "gone"
    if proposal.edit.new and proposal.edit.old:
        kind = "new"  # a row taken away by somebody else and proposed again
    return Place(
        no=table.no,
        label=gettext(table.label),
        kind=kind,
        cells=cells(seen, table.path, row),
        protected=any(leaf.tier is Tier.PROTECTED for leaf in columns(seen.work.form, table.path)),
        **common,
    )


def _table(seen: Verification, path: str) -> Leaf:
    at = ".".join(path.split(".")[:2])
    return next(leaf for leaf in tables(seen.work.form) if leaf.path == at)


def _moved(seen: Verification, proposal: Proposal) -> str:
    """What stood there when the draft was begun, if somebody has changed it since."""
    if not proposal.clash or proposal.row_gone:
        return ""
    before = get(seen.work.base, proposal.edit.path)
    if isinstance(before, dict):
        return " · ".join(cell.value for cell in cells(seen, _table(seen, proposal.edit.path).path, before))
    return (shown(proposal.leaf, before, seen) if proposal.leaf else "") or gettext("chưa ghi")


def shown(leaf: Leaf, value: object, seen: Verification) -> str:
    """A kept value as people read it; a picture is named, not printed as digits."""
    if value and leaf.kind and leaf.kind.name == "image":
        return gettext("Ảnh, xem ở minh chứng")
    return drafts.display(leaf, value, seen.work.on)


def cells(seen: Verification, table: str, row: Mapping[str, Any]) -> list[Cell]:
    """The filled columns of a row, in the order of the print."""
    found = ((leaf, row.get(leaf.path.rpartition(".")[2])) for leaf in columns(seen.work.form, table))
    return [Cell(gettext(leaf.label), shown(leaf, value, seen)) for leaf, value in found if value is not None]


def heading(seen: Verification, path: str, row: Mapping[str, Any] | None) -> str:
    """What names a row: its period, or its first column."""
    return _named(seen, ".".join(path.split(".")[:2]), row or {})[0]


def _named(seen: Verification, table: str, row: Mapping[str, Any]) -> tuple[str, list[str]]:
    words = {
        leaf.path.rpartition(".")[2]: shown(leaf, row.get(leaf.path.rpartition(".")[2]), seen)
        for leaf in columns(seen.work.form, table)
    }
    if words.get("from_month"):
        until = words.pop("to_month", "") or gettext("nay")
        return f"{words.pop('from_month')} – {until}", [word for word in words.values() if word]
    filled = [word for word in words.values() if word]
    return (filled[0] if filled else ""), filled[1:]


def row_levels(seen: Verification) -> dict[str, int]:
    """Row → the best level of any version since the row last changed. Three queries."""
    record, since = seen.work.change.record, dict[str, int]()
    for version in records.all_versions(record):
        for paths in version.summary.values():
            for path in paths:
                at = ".".join(path.split(".")[:3]) if path.count(".") > 1 else ""
                if at:
                    since[at] = max(since.get(at, 0), version.seq)
    return {path: int(level) for path, level in approvals.part_levels(since, approvals.levels(record)).items()}


def beside(seen: Verification, table: str, levels: Mapping[str, int]) -> Beside:
    """The rows that the record holds in a table, the newest period first."""
    leaf = next(each for each in tables(seen.work.form) if each.path == table)
    held = get(seen.current, table) or {}
    part, name = table.split(".")
    ordered = [row_id for row_id, _ in in_order(getattr(getattr(_filled_form(seen), part), name))]
    if any("from_month" in row for row in held.values()):
        ordered.reverse()
    rows = []
    for row_id in ordered[:MOST_BESIDE]:
        head, rest = _named(seen, table, held[row_id])
        rows.append((head, " · ".join(rest[:6]), levels.get(f"{table}.{row_id}", 1)))
    return Beside(f"{leaf.no} {gettext(leaf.label)}", rows, len(ordered) - len(rows))


def _filled_form(seen: Verification) -> Any:
    return seen.work.form.model_validate(seen.current)


def label_of(seen: Verification, path: str) -> str:
    """What a form calls the place at a path."""
    leaf = patterns(seen.work.form).get(pattern_of(path))
    return gettext(leaf.label) if leaf else gettext(_table(seen, path).label)


def locked(seen: Verification) -> list[Cell]:
    """What the node filled in from what it holds: to be seen, not decided."""
    known = patterns(seen.work.form)
    own = {each.edit.path for each in seen.own()}
    held = [each for each in seen.proposals if each.edit.path not in own]
    return [
        Cell(gettext(leaf.label), shown(leaf, each.edit.new, seen))
        for each in held
        if (leaf := known.get(pattern_of(each.edit.path)))
    ]
