"""Who gets in: the same session as the pages; whatever writes carries the token against forgery (X-CSRFToken)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from hoso.access.allauth import state
from hoso.api.http import Request
from hoso.base.errors import NotAllowed, Refused


class SignInFirst(Refused):
    """Nobody is signed in."""

    status = 401


class TooMany(Refused):
    """Tried too often."""

    status = 429


class Token(AuthBase):
    """Anybody, but not on behalf of another site."""

    openapi_type, openapi_in, openapi_name = "apiKey", "header", "X-CSRFToken"

    def __call__(self, request: HttpRequest) -> Any:
        """NotAllowed for a write without the token."""
        if check_csrf(request):
            raise NotAllowed("csrf")
        return "anybody"


class Session(Token):
    """Somebody who is signed in, and from whom nothing is missing: see `state.missing`."""

    may_miss: frozenset[str] = frozenset()

    openapi_in, openapi_name = "cookie", settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        """The account; SignInFirst, NotAllowed."""
        first = state.missing(request)
        if first in (state.SIGN_IN, state.SECOND_FACTOR):
            raise SignInFirst(f"{first}_first")
        super().__call__(request)
        if first and first not in self.may_miss:
            raise NotAllowed(f"{first}_first")
        return request.user


class Arriving(Session):
    """The same, but the second factor that the account must have may still be missing."""

    may_miss = frozenset({state.ENROL_FACTOR})


def again(request: Request, password: str | None) -> None:
    """That it is still the same person: the password given now, or anything in the last five minutes; NotAllowed,
    TooMany."""
    if state.confirmed(request):
        return
    if password is None:
        raise NotAllowed("password_again")
    refuse(state.confirm(request, password=password), NotAllowed)


def shown(request: Request) -> None:
    """That it was shown in the last five minutes (`POST /session/again`); NotAllowed."""
    if not state.confirmed(request):
        raise NotAllowed("password_again")


def refuse(no: state.No | None, kind: type[Refused]) -> None:
    """What was shown does not do: TooMany with the time to wait, else `kind`."""
    if no is not None:
        raise TooMany(no.reason, wait=no.wait) if no.wait else kind(no.reason)
