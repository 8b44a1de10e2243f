"""The token by which a browser is known again, and what is noted when somebody signs in from one."""

import re
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from hoso.access import actions, devices
from hoso.access.models import Account

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
KEPT = 400 * 24 * 3600  # seconds; no browser keeps a cookie longer


def name() -> str:
    """Of the cookie."""
    return "__Host-hoso-device" if settings.HOSO_TLS else f"hoso-device-{settings.HOSO_PORT}"


def token(request: HttpRequest) -> str:
    """The token that this browser carries, given now or before; empty if none."""
    held: str = getattr(request, "device_token", "") or request.COOKIES.get(name(), "")
    return held if TOKEN.fullmatch(held) else ""


def arrive(request: HttpRequest, account: Account) -> bool:
    """Note where somebody has signed in from; True if it is news. The answer will carry the token."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    request.device_token = token(request) or secrets.token_urlsafe(32)  # type: ignore[attr-defined]
    at: Any = request.at  # type: ignore[attr-defined]
    return actions.note_device(account, token=token(request), label=devices.label(agent), at=at)


def leave_token(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put the token into the answer to a sign-in; it says nothing and opens nothing."""
    given = getattr(request, "device_token", "")
    if given:
        response.set_cookie(
            name(), given, max_age=KEPT, httponly=True, samesite="Lax", secure=settings.HOSO_TLS, path="/"
        )
