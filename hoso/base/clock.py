"""Days of the law are days in Vietnam, wherever the server stands."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def day(at: datetime) -> date:
    """The day that it is in Vietnam at a moment; ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return at.astimezone(VIETNAM).date()


def begins(on: date) -> datetime:
    """The first moment of a day in Vietnam."""
    return datetime.combine(on, time(), VIETNAM)


def local(at: datetime) -> datetime:
    """The same moment on a Vietnamese clock."""
    return at.astimezone(VIETNAM)
