"""Days of the law are days in Vietnam, wherever the server stands."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def day(at: datetime) -> date:
    """The day that it is in Vietnam at a moment; ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return at.astimezone(VIETNAM).date()


def local(at: datetime) -> datetime:
    """The same moment on a Vietnamese clock."""
    return at.astimezone(VIETNAM)
