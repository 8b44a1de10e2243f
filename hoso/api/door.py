"""Who gets in: the same session as the pages; whatever writes carries the token against forgery (X-CSRFToken)."""

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from hoso.access.allauth import confirm_password
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
    """Somebody who is signed in, and who has changed the first password."""

    openapi_in, openapi_name = "cookie", settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        """The account; SignInFirst, NotAllowed."""
        account = request.user
        if not account.is_authenticated:
            raise SignInFirst("sign_in_first")
        super().__call__(request)
        if account.must_change_password:
            raise NotAllowed("change_password_first")
        return account


def again(request: Request, password: str | None) -> None:
    """That it is still the same person: the password given now, or in the last five minutes; NotAllowed, TooMany."""
    if did_recently_reauthenticate(request):
        return
    if password is None:
        raise NotAllowed("password_again")
    reason = confirm_password(cast(HttpRequest, request), password)
    if reason == "too_many_attempts":
        raise TooMany(reason)
    if reason:
        raise NotAllowed(reason)
