"""Files that leave the node: a closed list of types, always to be kept or drawn, never a document of our own origin."""

import re
from typing import Final

from django.http import HttpResponse

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


def picture(data: bytes) -> HttpResponse:
    """A WebP picture that a page draws."""
    return _answer(data, "image/webp", "inline")


def _answer(data: bytes, media_type: str, disposition: str) -> HttpResponse:
    if media_type not in TYPES:
        raise ValueError(media_type)
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type=media_type, headers=headers)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "tep"
