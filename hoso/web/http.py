"""What a view is given: Django's request, with the account, the only clock and its day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, QueryDict

from hoso.records.purposes import Purpose

if TYPE_CHECKING:
    from hoso.access.models import Account


class Request(HttpRequest):
    """A request behind the door; on a public page `user` may be a stranger: ask `signed_in` first."""

    user: "Account"
    at: datetime
    today: date  # the day of `at` in Vietnam
    signed_in: bool
    menu_here: str  # the entry of the menu that is the current one, where the address does not say it


def purpose_of(given: QueryDict) -> Purpose:
    """What a form says that something protected is opened for."""
    return Purpose(given.get("muc-dich", ""), given.get("viec", ""))
