"""Files that leave the node: a closed list of types, always to be kept or drawn, never a document of our own origin."""

import re
from collections.abc import Iterable
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse

from hoso.base import identity

# Nothing here can carry a script into a browser that shows it.
TYPES: Final = frozenset(
    {
        "application/pdf",
        "application/json",
        "application/zip",
        "image/webp",
        "text/csv; charset=utf-8",
        "text/plain; charset=utf-8",
    }
)
# Whatever a browser makes of a file: no script, no form, no frame, no origin.
POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"


def download(data: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to keep, under a name of plain letters; ValueError for a type that a browser might run."""
    return _answer(data, media_type, f'attachment; filename="{_plain(name)}"')


def stream(parts: Iterable[str], media_type: str, name: str) -> StreamingHttpResponse:
    """The same, written line by line while it is sent, with the identity of the request that asked for it."""
    headers = _headers(media_type, f'attachment; filename="{_plain(name)}"')
    told = identity.streamed(part.encode() for part in parts)
    return StreamingHttpResponse(told, content_type=media_type, headers=headers)


def picture(data: bytes) -> HttpResponse:
    """A WebP picture that a page draws."""
    return _answer(data, "image/webp", "inline")


def _answer(data: bytes, media_type: str, disposition: str) -> HttpResponse:
    return HttpResponse(data, content_type=media_type, headers=_headers(media_type, disposition))


def _headers(media_type: str, disposition: str) -> dict[str, str]:
    if media_type not in TYPES:
        raise ValueError(media_type)
    return {
        "Content-Disposition": disposition,
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "tep"
