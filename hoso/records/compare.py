"""What differs between two documents, and how a difference is carried over to a third."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any, NamedTuple

from hoso.base.errors import Stale
from hoso.records.paths import Document, get, put, within


class Edit(NamedTuple):
    """At a path there was `old` and shall be `new`: a value, or a whole row; None is nothing."""

    path: str
    old: Any
    new: Any


class Clash(NamedTuple):
    """An edit, and what somebody else has done meanwhile to the same place."""

    mine: Edit
    theirs: Edit


def compare(base: Document, proposed: Document) -> list[Edit]:
    """What makes the base into the proposed, by path: rows come and go whole, in a row that stays values change."""
    return list(_edits(_entries(base), _entries(proposed)))


def apply(base: Document, edits: Iterable[Edit]) -> Document:
    """The base with these edits, all or some, in any order; Stale if one was not made on this base."""
    return reduce(_apply, edits, base)


def part(edits: Iterable[Edit], *scopes: str) -> list[Edit]:
    """The edits inside some scopes: to accept a section, a table, a row, a value."""
    return [edit for edit in edits if any(within(edit.path, scope) for scope in scopes)]


def rebase(edits: Iterable[Edit], base: Document, current: Document) -> tuple[list[Edit], list[Clash]]:
    """Edits made on the base as edits of what is current now, and those that somebody has to decide."""
    kept: list[Edit] = []
    clashes: list[Clash] = []
    theirs = compare(base, current)
    for mine in edits:
        rivals = [edit for edit in theirs if within(edit.path, mine.path) or within(mine.path, edit.path)]
        if not rivals:
            kept.append(mine)
        elif rivals != [mine]:  # the same edit twice is agreement, and already done
            clashes += [Clash(mine, rival) for rival in rivals]
    return kept, clashes


def _entries(document: Document) -> Document:
    """Values and whole rows by path."""
    entries = {f"{part}.{name}": value for part, section in document.items() for name, value in section.items()}
    tables = {path: table for path, table in entries.items() if isinstance(table, dict)}
    rows = {f"{path}.{row_id}": row for path, table in tables.items() for row_id, row in table.items()}
    return {path: value for path, value in entries.items() if path not in tables} | rows


def _edits(base: Document, proposed: Document, at: str = "") -> Iterator[Edit]:
    for path in sorted(base.keys() | proposed.keys()):
        old, new = base.get(path), proposed.get(path)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _edits(old, new, f"{path}.")
        elif old != new:
            yield Edit(f"{at}{path}", old, new)


def _apply(base: Document, edit: Edit) -> Document:
    if get(base, edit.path) != edit.old:
        raise Stale("stale_edit", path=edit.path)  # rebase first
    return put(base, edit.path, edit.new)
