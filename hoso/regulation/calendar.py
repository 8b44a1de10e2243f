"""Working days in Vietnam: weekends, public holidays, the lunar ones included, and declared swaps. Pure."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Day(NamedTuple):
    """A day that is off, or worked in exchange (`works`), and who said so."""

    on: date
    name: str
    works: bool
    source: str


@cache
def days() -> dict[date, Day]:
    """The dated table: every holiday and swapped day that was declared, or is provisional."""
    with (Path(__file__).parent / "holidays.csv").open(encoding="utf-8") as file:
        rows = [
            Day(date.fromisoformat(row["on"]), row["name"], row["works"] == "1", row["source"])
            for row in csv.DictReader(file)
        ]
    return {day.on: day for day in rows}


def is_working(on: date) -> bool:
    """Whether offices work on a day."""
    declared = days().get(on)
    return declared.works if declared else on.weekday() < 5


def after(start: date, count: int) -> date:
    """The day on which `count` working days after a day have passed; the day itself does not count (BLDS Điều 147)."""
    on, left = start, count
    while left > 0:
        on += timedelta(days=1)
        left -= is_working(on)
    return on


def next_working(on: date) -> date:
    """The day itself if offices work, or the first one after it on which they do: where a term of days ends (BLDS
    Điều 148)."""
    return on if is_working(on) else after(on, 1)


def between(start: date, end: date) -> int:
    """How many working days lie after one day, up to and with another; negative if the end is before."""
    if end < start:
        return -between(end, start)
    return sum(is_working(start + timedelta(days=number)) for number in range(1, (end - start).days + 1))
