"""How urgent a day is. Pure."""

from datetime import date

from hoso.regulation import calendar


def urgency(due_on: date, today: date) -> str:
    """'late', 'today', 'soon' (one working day left) or 'later'."""
    if due_on < today:
        return "late"
    if due_on == today:
        return "today"
    return "soon" if calendar.between(today, due_on) <= 1 else "later"
