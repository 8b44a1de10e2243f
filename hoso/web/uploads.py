"""How large a request may be: said by the page that takes it, asked before anything of it is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

View = TypeVar("View", bound=Callable[..., Any])
STRANGERS = 64 * 1024  # bytes: what a page takes from somebody who is not signed in
FILES_OF_A_PAGE = 5  # scans sent at once with a section


def takes(most: int) -> Callable[[View], View]:
    """Of a view: its largest body, in bytes of files; the fields beside them come on top."""

    def mark(view: View) -> View:
        view.takes_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def most(view: Any, *, public: bool) -> int:
    """The largest body of a view, in bytes: one scan and fields unless it says otherwise, or is open to strangers."""
    said = getattr(view, "takes_bytes", None)
    if said is None:
        said = STRANGERS if public else settings.HOSO_UPLOAD_LIMIT
    return int(said) + (STRANGERS if public else settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
