"""What a handler is given: Django's request, with the account, the only clock and its day."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja.params import functions

if TYPE_CHECKING:
    from hoso.access.models import Account

# Declare what an address may ask, and a part of a multipart body.
query, part = functions.Query, functions.Form


class Request(HttpRequest):
    """A request behind the door; where strangers may come, `user` may be one: ask `signed_in` first."""

    user: "Account"
    at: datetime
    today: date  # the day of `at` in Vietnam
    signed_in: bool


def gives(media_type: str) -> dict[str, Any]:
    """For the description: this operation answers with a file."""
    return {"responses": {200: {"description": "OK", "content": {media_type: {"schema": {"type": "string"}}}}}}
