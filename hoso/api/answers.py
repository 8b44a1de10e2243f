"""What became of a request that was refused: always problem details (RFC 9457), never a page."""

import logging
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as NotAsDescribed

from hoso.base import problems
from hoso.base.errors import Refused

log = logging.getLogger(__name__)
LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
CODES = {400: "bad_request", 401: "sign_in_first", 403: "not_allowed", 404: "not_found"}
MOST = 50  # of what is wrong, in one answer
WORD, PLACE = {"type": "string"}, {"type": "object", "required": ["path", "sentence"]}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details (RFC 9457): `code` for programs, `title` for people, `problems` with their places.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": WORD,
        "title": WORD,
        "status": {"type": "integer"},
        "code": WORD,
        "at": WORD,
        "problems": {"type": "array", "items": PLACE | {"properties": {"path": WORD, "sentence": WORD}}},
    },
}
REFUSAL: dict[str, Any] = {
    "description": "A refusal",
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def register(api: NinjaAPI) -> None:
    """Give every error its answer; what is none of these is a fault of ours and goes to the log."""
    for kind in (
        Refused,
        PermissionDenied,
        Http404,
        ObjectDoesNotExist,
        SuspiciousOperation,
        MultiPartParserError,
        UnreadablePostError,
        ValidationError,
        DataError,
        IntegrityError,
        OperationalError,
        InterfaceError,
        HttpError,
        NotAsDescribed,
    ):
        api.add_exception_handler(kind, answer)  # type: ignore[arg-type]


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to an error."""
    request.refusal = getattr(error, "code", "")  # type: ignore[attr-defined]
    match error:
        case Refused():
            return problems.refused(error)
        case NotAsDescribed():
            return problems.problem(422, "unprocessable", problems=[_wrong(each) for each in error.errors[:MOST]])
        case HttpError():
            return problems.problem(error.status_code, CODES.get(error.status_code, "bad_request"))
        case PermissionDenied():
            return problems.problem(403, "not_allowed")
        case Http404() | ObjectDoesNotExist():
            return problems.problem(404, "not_found")
        case OperationalError() | InterfaceError():
            log.error("The database is away: %s", type(error).__name__)
            response = problems.problem(503, "unavailable")
            response["Retry-After"] = "60"
            return response
        case IntegrityError():  # two at once; the message quotes whole rows, so the log gets the kind only
            log.error("%s at %s", type(error).__name__, request.resolver_match and request.resolver_match.route)
            return problems.problem(409, "conflict")
        case ValidationError() | DataError():
            log.warning("%s at %s", type(error).__name__, request.resolver_match and request.resolver_match.route)
            return problems.problem(422, "unprocessable")
    large = isinstance(error, LARGE)
    return problems.problem(413 if large else 400, "request_too_large" if large else "bad_request")


def _wrong(each: dict[str, Any]) -> dict[str, str]:
    """Where in the request, and what, in the words of the schema; never what was sent."""
    return {"path": ".".join(str(key)[:120] for key in each["loc"]), "sentence": str(each["type"])}
