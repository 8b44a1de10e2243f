"""A refusal as programs read it: problem details for HTTP (RFC 9457)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext

from hoso.base.errors import Refused
from hoso.base.refusals import sentence

TYPE = "urn:hoso:refusal:"
MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, code: str, title: str = "", *, problems: Iterable[Mapping[str, str]] = (), **more: Any
) -> JsonResponse:
    """The answer of a status: `type` for programs, `title` for people, `problems` each with its path and sentence."""
    body = {"type": f"{TYPE}{code}", "title": title or sentence(code, {}), "status": status, "code": code}
    listed = list(problems)
    body |= {"problems": listed} if listed else {}
    return JsonResponse(body | more, status=status, content_type=MEDIA_TYPE)


def refused(error: Refused, **more: Any) -> JsonResponse:
    """What the domain refused."""
    listed = [told(each) for each in getattr(error, "problems", ())]
    said = {"at": str(error.said["path"])} if "path" in error.said else {}
    answer = problem(error.status, error.code, sentence(error.code, error.said), problems=listed, **said, **more)
    if "wait" in error.said:
        answer.headers["Retry-After"] = str(error.said["wait"])
    return answer


def told(each: Any) -> dict[str, str]:
    """One problem: a `Problem` of a form, a pair of path and sentence, or a sentence alone."""
    if isinstance(each, str):
        return {"path": "", "sentence": gettext(each)}
    path, text, *params = each
    return {"path": str(path), "sentence": gettext(str(text)) % params[0] if params and params[0] else gettext(text)}
