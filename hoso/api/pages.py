"""Long lists by key: a page names the place of its last row, and the next begins after it."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from ninja import Schema

from hoso.base.errors import Invalid

T = TypeVar("T")
MOST = 100


class Page(Schema, Generic[T]):
    """One page; `next` is the `after` of the page behind it, null at the end."""

    items: list[T]
    next: str | None


def page(found: QuerySet[Any], order: Sequence[str], *, after: str, limit: int) -> dict[str, Any]:
    """A page of a query in this order (Django's words), which must end with something unique. One query."""
    try:
        rows = list(
            (found.filter(_beyond(order, place_of(after, len(order)))) if after else found).order_by(*order)[
                : limit + 1
            ]
        )
    except (ValueError, TypeError, ValidationError) as error:
        raise Invalid("bad_cursor") from error
    return cut(rows, limit, lambda row: [_value(row, name.lstrip("-")) for name in order])


def cut(rows: Sequence[Any], limit: int, key: Callable[[Any], Sequence[object]]) -> dict[str, Any]:
    """A page of rows of which one more than a page was read."""
    return {"items": rows[:limit], "next": cursor(key(rows[limit - 1])) if len(rows) > limit else None}


def cursor(place: Sequence[object]) -> str:
    """A place as a word for an address."""
    return base64.urlsafe_b64encode(json.dumps([str(each) for each in place]).encode()).decode().rstrip("=")


def place_of(after: str, length: int) -> list[str]:
    """The place of a cursor; Invalid for anything else."""
    try:
        found = json.loads(base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Invalid("bad_cursor") from error
    if not isinstance(found, list) or len(found) != length or not all(isinstance(each, str) for each in found):
        raise Invalid("bad_cursor")
    if any("\0" in each for each in found):
        raise Invalid("bad_cursor")
    return found


def day_and_id(after: str) -> tuple[date, UUID] | None:
    """The place of a row by day and id; None for the first page."""
    if not after:
        return None
    day, pk = place_of(after, 2)
    try:
        return date.fromisoformat(day), UUID(pk)
    except ValueError as error:
        raise Invalid("bad_cursor") from error


def _beyond(order: Sequence[str], place: Sequence[str]) -> Q:
    """Rows behind a place: larger in the first column, or equal there and larger in the next, and so on."""
    found, equal = Q(), Q()
    for name, value in zip(order, place, strict=True):
        column, word = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        found |= equal & Q(**{f"{column}__{word}": value})
        equal &= Q(**{column: value})
    return found


def _value(row: Any, name: str) -> object:
    return reduce(getattr, name.split("__"), row)


__all__ = ["MOST", "Page", "cursor", "cut", "day_and_id", "page", "place_of"]
