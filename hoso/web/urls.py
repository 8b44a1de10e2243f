"""Every address of a page. A room, `hoso/web/views/<room>.py`, has `urlpatterns` and may have `PUBLIC` and `menu`."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.urls import URLPattern, URLResolver

from hoso.web.views import account

# In the order of the menu.
ROOMS = (
    "home", "account", "shell", "codes", "entry", "verify", "month", "record", "people", "duties", "public", "accounts",
    "rights", "log",
)  # fmt: skip


@cache
def rooms() -> list[ModuleType]:
    """The view modules that are there, in the order of the menu."""
    names = [f"hoso.web.views.{room}" for room in ROOMS]
    return [import_module(name) for name in names if find_spec(name)]


urlpatterns: list[URLPattern | URLResolver] = [
    pattern for room in rooms() for pattern in getattr(room, "urlpatterns", [])
]

# Names of the addresses that strangers may open; a test holds this list against the table of addresses.
PUBLIC: frozenset[str] = frozenset().union(*(getattr(room, "PUBLIC", ()) for room in rooms()))
# What somebody may still open who must change the password first, or who must have a second factor first.
BEFORE_PASSWORD = frozenset(account.BEFORE_PASSWORD)
BEFORE_FACTOR = frozenset(account.BEFORE_FACTOR)

handler400 = "hoso.web.views.errors.bad_request"
handler403 = "hoso.web.views.errors.forbidden"
handler404 = "hoso.web.views.errors.not_found"
handler429 = "hoso.web.views.errors.too_many"
handler500 = "hoso.web.views.errors.broken"
