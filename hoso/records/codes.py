"""Code lists, and the pay scale: values with the days between which they are in force."""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """One value of a code list, in force from `since` until the day before `until`; `row` is all its list says."""

    code: str
    name: str
    since: str
    until: str
    row: Mapping[str, str]


@cache
def codelist(name: str) -> Mapping[str, Entry]:
    """The values a list has or ever had, by code, in the order of the list."""
    rows = _rows(f"codelists/{name}.csv")
    return {row["code"]: Entry(row["code"], row["name"], row["since"], row["until"], row) for row in rows}


def choices(name: str, on: date) -> list[Entry]:
    """What a screen offers on a day."""
    return [entry for entry in codelist(name).values() if not why_not_choose(name, entry.code, on)]


def why_not_choose(name: str, code: str, on: date) -> str | None:
    """A value that is typed must be in force that day; one that is kept may be history."""
    entry = codelist(name)[code]
    if entry.since and on.isoformat() < entry.since:
        return "not_yet"
    if entry.until and entry.until <= on.isoformat():
        return "no_longer"
    return None


class PayStep(NamedTuple):
    """One step of a pay group (NĐ 204/2004/NĐ-CP)."""

    coefficient: str
    last_step: int


@cache
def _pay_scale() -> Mapping[tuple[str, str], PayStep]:
    rows = _rows("codelists/pay_scale.csv")
    return {(row["group"], row["step"]): PayStep(row["coefficient"], int(row["last_step"])) for row in rows}


def pay_step(rank: str, step: int) -> PayStep | None:
    """What the pay scale says of a step of a rank; None where the scale has no such step."""
    return _pay_scale().get((codelist("rank")[rank].row["group"], str(step)))


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
