"""A document as somebody reads it, on screen or paper: section by section, in words, with what is masked. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, cast

from hoso.records import codes as lists
from hoso.records.drafts import applies, display
from hoso.records.forms.grammar import Form, Leaf, Part, Row, Section, columns, row_of, sections
from hoso.records.paths import Document, get

IMAGE = "image"


class Fact(NamedTuple):
    """One value: `masked` is the tier that hides it, as a word, or empty."""

    leaf: Leaf
    path: str
    text: str
    masked: str = ""

    @property
    def label(self) -> str:
        """What the form calls it."""
        return self.leaf.label

    @property
    def no(self) -> str:
        """Its number on the form."""
        return self.leaf.no

    @property
    def is_image(self) -> bool:
        """Whether the value only names a picture."""
        return bool(self.leaf.kind and self.leaf.kind.name == IMAGE)


class Grid(NamedTuple):
    """A table: its columns that hold anything, and its rows in the order of the print, each with its id."""

    leaf: Leaf
    columns: tuple[Leaf, ...]
    rows: list[tuple[str, list[Fact]]]

    @property
    def label(self) -> str:
        """What the form calls it."""
        return self.leaf.label

    @property
    def no(self) -> str:
        """Its number on the form."""
        return self.leaf.no

    @property
    def path(self) -> str:
        """Where it stands."""
        return self.leaf.path

    @property
    def labels(self) -> list[str]:
        """The headings of its columns."""
        return [column.label for column in self.columns]

    @property
    def masked(self) -> bool:
        """Whether anything in it is hidden."""
        return any(fact.masked for _, facts in self.rows for fact in facts)


class Chapter(NamedTuple):
    """A section as it is read: what is filled, and the labels of what could be and is not."""

    part: Part
    facts: list[Fact]
    grids: list[Grid]
    empty: list[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.facts and not self.grids


def chapters(form: type[Form], document: Document, *, on: date) -> list[Chapter]:
    """Every section of a form as a document fills it; the document may hold masks (`tiers.view`)."""
    return [_chapter(form, part, document, on) for part in sections(form)]


def _chapter(form: type[Form], part: Part, document: Document, on: date) -> Chapter:
    facts = [fact_at(leaf, leaf.path, document, on) for leaf in part.fields]
    empty = [
        fact.leaf.label for fact in facts if not (fact.text or fact.masked) and applies(fact.leaf, fact.path, document)
    ]
    grids = [grid for table in part.tables if (grid := grid_at(form, table, document, on)).rows]
    empty += [table.label for table in part.tables if not get(document, table.path)]
    return Chapter(part, [fact for fact in facts if fact.text or fact.masked], grids, list(dict.fromkeys(empty)))


def fact_at(leaf: Leaf, path: str, document: Document, on: date) -> Fact:
    """The value at a path in words."""
    return fact_of(leaf, path, get(document, path), on)


def fact_of(leaf: Leaf, path: str, value: Any, on: date) -> Fact:
    """A kept value, or the mask in its place, in words."""
    if isinstance(value, dict):
        return Fact(leaf, path, "", str(value.get("masked", "protected")))
    return Fact(leaf, path, display(leaf, value, on))


def grid_at(form: type[Form], table: Leaf, document: Document, on: date, *, all_columns: bool = False) -> Grid:
    """A table of a document; columns that hold nothing in any row are left out unless asked for."""
    leaves = columns(form, table.path)
    held: Mapping[str, Document] = get(document, table.path) or {}
    rows = [
        (row_id, [fact_of(leaf, leaf.path.replace("*", row_id), row.get(_name(leaf)), on) for leaf in leaves])
        for row_id, row in _in_order(form, table.path, held)
    ]
    used = [
        place
        for place in range(len(leaves))
        if all_columns or any(facts[place].text or facts[place].masked for _, facts in rows)
    ]
    return Grid(
        table,
        tuple(leaves[place] for place in used),
        [(row_id, [facts[place] for place in used]) for row_id, facts in rows],
    )


def row_text(form: type[Form], table: str, row: Any, on: date) -> list[Fact]:
    """What stands in one row, in the order of its columns; nothing for no row."""
    if not isinstance(row, dict):
        return []
    found = (fact_of(leaf, leaf.path, row.get(_name(leaf)), on) for leaf in columns(form, table))
    return [fact for fact in found if fact.text or fact.masked]


def _name(leaf: Leaf) -> str:
    return leaf.path.rpartition(".")[2]


def _in_order(form: type[Form], table: str, held: Mapping[str, Document]) -> list[tuple[str, Document]]:
    """As `grammar.in_order`, of rows that may be masked: what is hidden does not tell its place."""
    part, name = table.split(".")
    kind = cast(type[Row], row_of(cast(type[Section], form.model_fields[part].annotation).model_fields[name]))
    leaves = {_name(leaf): leaf for leaf in columns(form, table)}

    def rank(row: Document, column: str) -> tuple[int, str]:
        value, leaf = row.get(column), leaves[column]
        if not isinstance(value, str | int):
            return 0, ""
        place = lists.codelist(leaf.codes).order.get(lists.code_of(str(value)), 0) if leaf.codes else 0
        return place, str(value)

    return sorted(held.items(), key=lambda item: ([rank(item[1], column) for column in kind.order], item[0]))
