"""What is looked at before a request is read: its length, its type, and whether it asks for anything not described."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.parser import Parser

from hoso.base import problems

View = Callable[..., HttpResponseBase]
MULTIPART = "multipart/form-data"
SLACK = 64 * 1024  # what the parts of a multipart body add to its files
Described = dict[str, Any]


class Takes(NamedTuple):
    """What an operation is described to take."""

    parameters: frozenset[str]
    media_types: frozenset[str]
    most: int  # bytes of its body


def takes(operation: Described) -> Takes:
    """What the description of an operation says that it takes."""
    names = frozenset(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")
    media_types = frozenset(operation.get("requestBody", {}).get("content", {}))
    files = operation.get("x-most-bytes", settings.HOSO_UPLOAD_LIMIT)
    return Takes(
        names, media_types, files + SLACK if MULTIPART in media_types else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )


def guarded(view: View, described: Callable[[], dict[str, Takes]]) -> View:
    """Refuse first what is too long, of the wrong type or not described; `described`: method → what it takes."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = described()
        method = request.method or ""
        if method not in allowed:
            refusal: HttpResponse = problems.problem(405, "method_not_allowed")
            refusal["Allow"] = ", ".join(sorted(allowed))
            return refusal
        return _why_not(request, allowed[method]) or view(request, *args, **kwargs)

    inner.keeps_nul = True  # type: ignore[attr-defined]  # looked at here, after the length
    inner.csrf_exempt = True  # type: ignore[attr-defined]  # the door looks at the token
    return inner


def _why_not(request: HttpRequest, taken: Takes) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or ""
    if "Transfer-Encoding" in request.headers and not length:
        return problems.problem(411, "length_required")
    if length and not (length.isascii() and length.isdigit()):
        return problems.problem(400, "bad_request")
    size = int(length[:18] or 0)
    if size > taken.most:
        return problems.problem(413, "request_too_large")
    empty = not taken.media_types and size <= len("{}")  # what many programs send for nothing
    if size and not empty and request.content_type not in taken.media_types:
        return problems.problem(415, "wrong_content_type")
    strange = sorted(set(request.GET) - taken.parameters)
    if strange:
        listed = [{"path": f"query.{name[:120]}", "sentence": "extra_forbidden"} for name in strange[:20]]
        return problems.problem(422, "unprocessable", problems=listed)
    if request.content_type == MULTIPART and any(
        not is_text(text) for key, values in request.POST.lists() for text in (key, *values)
    ):
        return problems.problem(400, "bad_request")
    return None


class Json(Parser):
    """JSON that the database can keep: no NUL, no half characters, no numbers that are none."""

    def parse_body(self, request: HttpRequest) -> Any:
        """ValueError, which becomes a 400."""
        found = json.loads(request.body, parse_constant=_no_number, object_pairs_hook=_pairs)
        if not _is_clean(found):
            raise ValueError("not text")
        return found


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says the same name twice says nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the same name twice")
    return found


def _is_clean(found: Any) -> bool:
    match found:
        case str():
            return is_text(found)
        case dict():
            return all(is_text(key) and _is_clean(value) for key, value in found.items())
        case list():
            return all(_is_clean(each) for each in found)
    return True


def is_text(text: str) -> bool:
    """Whether a text can be kept: no NUL, no half of a pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
