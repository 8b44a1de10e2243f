"""The main menu: each room says what it adds for a viewer, with one number per queue."""

from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Entry(NamedTuple):
    """One line of the menu. `number` None shows none; `late` puts the triangle before it."""

    group: str  # a key of GROUPS
    text: object
    url: str
    number: int | None = None
    late: bool = False


GROUPS: dict[str, object] = {
    "": "",
    "work": _("Việc"),
    "people": _("Con người"),
    "figures": _("Số liệu"),
    "agency": _("Cơ quan"),
    "own": _("Cá nhân"),
}


def build(request: HttpRequest) -> list[tuple[object, list[dict[str, object]]]]:
    """The groups with their entries.

    The current one is what the view names in `request.menu_here`, else the longest that begins the present address.
    """
    from hoso.web import urls

    entries: list[Entry] = [entry for room in urls.rooms() if hasattr(room, "menu") for entry in room.menu(request)]
    begun = (entry.url for entry in entries if request.path.startswith(entry.url))
    here = max((url for url in begun if url != "/" or request.path == "/"), key=len, default="")
    here = getattr(request, "menu_here", here)
    groups = []
    for key, title in GROUPS.items():
        lines = [entry._asdict() | {"here": entry.url == here} for entry in entries if entry.group == key]
        if lines:
            groups.append((title, lines))
    return groups
