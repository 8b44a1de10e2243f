"""How urgent a day is, and in which states an obligation can be. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from hoso.regulation import calendar

SOON = 2  # working days left, as which an obligation counts as due soon


class State(NamedTuple):
    """What a state is called, and whether the obligation is closed in it."""

    title: str
    closed: bool


STATES = {
    "open": State("Đang mở", False),
    "soon": State("Sắp đến hạn", False),
    "late": State("Quá hạn", False),
    "in_time": State("Xong đúng hạn", True),
    "too_late": State("Xong muộn", True),
}


def urgency(due_on: date, today: date) -> str:
    """'late', 'today', 'soon' (one working day left) or 'later'."""
    if due_on < today:
        return "late"
    if due_on == today:
        return "today"
    return "soon" if calendar.between(today, due_on) <= 1 else "later"


def first_later_day(today: date) -> date:
    """The first day that is no longer soon: what is due before it, and not late, has at most SOON working days left."""
    return calendar.after(today, SOON) + timedelta(days=1)


def late_by(due_on: date, until: date) -> int:
    """How many working days something is, or was, late; 0 if it is not."""
    return max(0, calendar.between(due_on, until))
