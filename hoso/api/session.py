"""Signing in and out, and who one is."""

from typing import Any
from uuid import UUID

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.middleware.csrf import get_token
from ninja import Router, Schema, Status
from pydantic import Field

from hoso.access import queries as access
from hoso.access.allauth import Adapter, SignInForm
from hoso.api.door import SignInFirst, Token, TooMany
from hoso.api.http import Request
from hoso.api.shapes import Given

router = Router(tags=["session"])


class SessionOut(Schema):
    """`csrf_token` goes into the header X-CSRFToken of every write; signing in and out changes it."""

    signed_in: bool
    must_change_password: bool
    csrf_token: str


class SignInIn(Given):
    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


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
    return {"signed_in": request.signed_in, "must_change_password": must, "csrf_token": get_token(request)}


@router.post("/session", response=SessionOut, auth=Token())
def sign_in(request: Request, given: SignInIn) -> dict[str, Any]:
    """Sign in with what the page takes, under the page's limits; the session comes as a cookie."""
    if not ratelimit.consume(request, app="allauth.account", action="login"):
        raise TooMany("too_many_attempts")
    form = SignInForm({"login": given.username, "password": given.password}, request=request)
    if not form.is_valid():
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        raise TooMany("too_many_attempts") if "too_many_login_attempts" in codes else SignInFirst("wrong_sign_in")
    try:
        form.login(request, redirect_url=None)
    except ImmediateHttpResponse as stopped:
        raise SignInFirst("wrong_sign_in") from stopped
    request.signed_in = request.user.is_authenticated
    return session(request)


@router.delete("/session", response={204: None}, auth=Token())
def sign_out(request: Request) -> Status[None]:
    """End the session."""
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
