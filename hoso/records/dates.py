"""Dates of which the day, or day and month, may be unknown: ISO text of 10, 7 or 4 characters.

They sort as text and compare as the days they can mean.
"""

import re
from calendar import monthrange
from datetime import date

YEAR = r"((?:18|19|20)\d\d)"
ANY_DATE = "Hãy ghi ngày/tháng/năm, tháng/năm hoặc năm đủ bốn số, ví dụ 02/09/1975, 09/1975, 1975."
NO_SUCH_DAY = "Trong lịch không có ngày này; hãy xem lại ngày và tháng."
ANY_MONTH = "Hãy ghi tháng/năm hoặc năm đủ bốn số, ví dụ 09/1993, 1993."
ANY_YEAR = "Hãy ghi năm đủ bốn số, ví dụ 1975."


def read_date(typed: str) -> str:
    """02/09/1975, 9/1975 or 1975, as people type them, become 1975-09-02, 1975-09, 1975; those stay as they are."""
    if kept := re.fullmatch(rf"{YEAR}(?:-(\d\d)(?:-(\d\d))?)?", typed, re.ASCII):
        parts = kept.groups()
    elif found := re.fullmatch(rf"(?:(?:(\d\d?) ?[/.-] ?)?(\d\d?) ?[/.-] ?)?{YEAR}", typed, re.ASCII):
        parts = found.groups()[::-1]
    else:
        raise ValueError(ANY_DATE)
    try:
        date(*(int(part or 1) for part in parts))
    except ValueError:
        raise ValueError(NO_SUCH_DAY) from None
    return "-".join(part.zfill(2) for part in parts if part)


def read_month(typed: str) -> str:
    """09/1993 or 1993; a day is refused, since it would be lost."""
    kept = read_date(typed)
    if len(kept) > len("1993-09"):
        raise ValueError(ANY_MONTH)
    return kept


def read_year(typed: str) -> str:
    """1975."""
    if not re.fullmatch(YEAR, typed, re.ASCII):
        raise ValueError(ANY_YEAR)
    return typed


def show_date(kept: str | int) -> str:
    """1975-09-02 as 02/09/1975, 1975-09 as 09/1975."""
    return "/".join(reversed(str(kept).split("-")))


def first_day(partial: str) -> date:
    """The first day that a day, month or year can mean."""
    return date.fromisoformat(f"{partial}-01-01"[:10])


def last_day(partial: str) -> date:
    """The last day that a day, month or year can mean."""
    year, month = int(partial[:4]), int(partial[5:7] or 12)
    return date(year, month, int(partial[8:] or monthrange(year, month)[1]))


def surely_before(one: str, other: str) -> bool:
    """Whether one date ends before the other can begin: 08/1975 is surely before 09/1975, but 1975 is not."""
    return last_day(one) < first_day(other)


def surely_after(one: str, day: date) -> bool:
    """Whether a date can only lie after a day."""
    return first_day(one) > day


def plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
