"""Signing in and out, and who one is."""

from typing import Any
from uuid import UUID

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.middleware.csrf import get_token
from ninja import Router, Schema, Status
from pydantic import Field

from hoso.access import queries as access
from hoso.access.allauth import Adapter, SignInForm, state
from hoso.api.door import SignInFirst, Token, TooMany, refuse
from hoso.api.http import Request
from hoso.api.shapes import Given
from hoso.base.errors import NotAllowed, Refused

router = Router(tags=["session"])


class SessionOut(Schema):
    """`csrf_token` goes into the header X-CSRFToken of every write; signing in and out changes it.

    `missing` is the next step at the door: sign_in, second_factor, change_password, enrol_factor; empty if none is.
    """

    signed_in: bool
    must_change_password: bool
    missing: str
    csrf_token: str


class SignInIn(Given):
    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)
    code: str | None = Field(None, max_length=20, description="of the authenticator app, or a recovery code")


class CodeIn(Given):
    code: str = Field(min_length=1, max_length=20)


class AgainIn(Given):
    password: str | None = Field(None, max_length=200)
    code: str | None = Field(None, max_length=20)


class GrantOut(Schema):
    role: str
    organization_id: UUID
    organization: str = Field(alias="organization.name")
    deputy: bool


class MeOut(Schema):
    id: UUID
    name: str
    kind: str
    person_id: UUID | None
    grants: list[GrantOut]


@router.get("/session", response=SessionOut, auth=None)
def session(request: Request) -> dict[str, Any]:
    """Whether somebody is signed in, and the token that writes need."""
    must = request.signed_in and request.user.must_change_password
    return {
        "signed_in": request.signed_in,
        "must_change_password": must,
        "missing": state.missing(request),
        "csrf_token": get_token(request),
    }


@router.post("/session", response=SessionOut, auth=Token())
def sign_in(request: Request, given: SignInIn) -> dict[str, Any]:
    """Sign in with what the page takes, under the page's limits; the session comes as a cookie. Who has a second factor
    gives its `code` here, or afterwards at /session/second-factor."""
    if not ratelimit.consume(request, app="allauth.account", action="login"):
        raise TooMany("too_many_attempts", wait=60)
    form = SignInForm({"login": given.username, "password": given.password}, request=request)
    if not form.is_valid():
        raise _refused(form)
    try:
        form.login(request, redirect_url=None)
    except ImmediateHttpResponse as stopped:
        raise SignInFirst("wrong_sign_in") from stopped
    if state.pending(request):
        if given.code is None:
            raise SignInFirst("second_factor_first")
        return second_factor(request, CodeIn(code=given.code))
    request.signed_in = request.user.is_authenticated
    return session(request)


def _refused(form: SignInForm) -> Refused:
    for errors in form.errors.as_data().values():
        for error in errors:
            if error.code == "too_many_login_attempts":
                return TooMany("too_many_attempts", wait=error.params["wait"])
    return SignInFirst("wrong_sign_in")


@router.post("/session/second-factor", response=SessionOut, auth=Token())
def second_factor(request: Request, given: CodeIn) -> dict[str, Any]:
    """The second step of signing in: a code of the authenticator app, or a recovery code."""
    account = state.pending(request)
    if account is None:
        raise SignInFirst("sign_in_first")
    refuse(state.answer_factor(request, account, code=given.code), SignInFirst)
    state.enter(request)
    request.signed_in = request.user.is_authenticated
    return session(request)


@router.post("/session/again", response={204: None})
def show_again(request: Request, given: AgainIn) -> Status[None]:
    """Show that it is still you, by the password or a code: enough for five minutes of signing and granting."""
    if not (given.password or given.code):
        raise NotAllowed("password_again")
    refuse(state.confirm(request, password=given.password or "", code=given.code or ""), NotAllowed)
    return Status(204, None)


@router.delete("/session", response={204: None}, auth=Token())
def sign_out(request: Request) -> Status[None]:
    """End the session."""
    state.give_up(request)
    Adapter(request).logout(request)
    return Status(204, None)


@router.get("/me", response=MeOut)
def me(request: Request) -> dict[str, Any]:
    """The account and its grants of today."""
    account = request.user
    held = access.own_grants(account, on=request.today)
    return {
        "id": account.pk,
        "name": account.name,
        "kind": account.kind,
        "person_id": account.person_id,
        "grants": list(held),
    }
