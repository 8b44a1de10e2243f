"""What one does about one's own sign-ins: factors, recovery codes, sessions, the password."""

from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from ninja import Router, Schema, Status
from pydantic import Field

from hoso.access import actions, devices, factors
from hoso.access.allauth import browser, state
from hoso.access.passwords import problems
from hoso.api.door import Arriving, shown
from hoso.api.http import Request
from hoso.api.session import CodeIn
from hoso.api.shapes import Given
from hoso.base.errors import Invalid, NotAllowed, refuse_if

router = Router(tags=["session"])


class FactorOut(Schema):
    """`kind` is totp (an authenticator app) or webauthn (a passkey)."""

    id: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


class OwnSessionOut(Schema):
    id: int
    label: str
    address: str
    began_at: datetime
    here: bool


class DeviceOut(Schema):
    label: str
    first_at: datetime
    last_at: datetime
    here: bool
    new: bool


class SecurityOut(Schema):
    """`recovery_codes`: how many are left; the codes themselves are shown only when they are made."""

    factors: list[FactorOut]
    recovery_codes: int
    sessions: list[OwnSessionOut]
    devices: list[DeviceOut]


class NewAppOut(Schema):
    """The secret of a new authenticator app, base32, and the same as an otpauth address."""

    secret: str
    address: str


class CodesOut(Schema):
    recovery_codes: list[str]


class PasswordIn(Given):
    new: str = Field(min_length=1, max_length=200)


@router.get("/me/security", response=SecurityOut)
def security(request: Request) -> dict[str, Any]:
    """Factors, open sessions and known devices of the account."""
    account = request.user
    codes = factors.recovery(account)
    return {
        "factors": factors.of(account),
        "recovery_codes": len(factors.unused(codes)) if codes else 0,
        "sessions": [
            {
                "id": each.pk,
                "label": devices.label(each.user_agent),
                "address": each.ip,
                "began_at": each.created_at,
                "here": each.session_key == request.session.session_key,
            }
            for each in devices.sessions(account)
        ],
        "devices": [
            {"label": each.label, "first_at": each.first_at, "last_at": each.last_at, "here": here}
            | {"new": each.noticed_at is None}
            for each, here in devices.of(account, here=browser.token(request))
        ],
    }


@router.post("/me/factors/totp", response={201: NewAppOut}, auth=Arriving())
def new_app(request: Request) -> Status[dict[str, str]]:
    """The secret of a new authenticator app; it counts once PUT has taken its first code."""
    _may_add(request)
    refuse_if("factor_exists" if factors.TOTP in factors.kinds(request.user) else None)
    secret = state.new_app(request, anew=True)
    return Status(201, {"secret": secret, "address": get_adapter().build_totp_url(request.user, secret)})


@router.put("/me/factors/totp", response=CodesOut, auth=Arriving())
def prove_app(request: Request, given: CodeIn) -> dict[str, list[str]]:
    """The first code of the new app; other sessions end. Recovery codes, if they were made with it, are told once."""
    _may_add(request)
    fresh = state.prove_app(request, given.code)
    if fresh is None:
        raise NotAllowed("wrong_code")
    return _told(request) if fresh else {"recovery_codes": []}


@router.delete("/me/factors/{int:factor_id}", response={204: None})
def remove(request: Request, factor_id: int) -> Status[None]:
    """Take a factor away, having shown that it is you; other sessions end."""
    shown(request)
    actions.remove_factor(factor_id, by=request.user, at=request.at)
    state.close_others(request)
    return Status(204, None)


@router.post("/me/recovery-codes", response={201: CodesOut})
def renew_codes(request: Request) -> Status[dict[str, list[str]]]:
    """Ten new recovery codes, told once; the old ones are void. You have shown that it is you."""
    shown(request)
    actions.renew_recovery_codes(request.user, by=request.user, at=request.at)
    return Status(201, _told(request))


@router.delete("/me/sessions/{int:session_id}", response={204: None})
def end_session(request: Request, session_id: int) -> Status[None]:
    """End one of one's own sessions."""
    actions.end_session(session_id, by=request.user, at=request.at)
    return Status(204, None)


@router.delete("/me/sessions", response={204: None})
def end_others(request: Request) -> Status[None]:
    """End all of one's own sessions but this one."""
    state.close_others(request)
    return Status(204, None)


@router.put("/me/password", response={204: None})
def change_password(request: Request, given: PasswordIn) -> Status[None]:
    """Another password, having shown that it is you; other sessions end."""
    shown(request)
    if said := problems(given.new, request.user):
        raise Invalid("unprocessable", problems=[("new", sentence) for sentence in said])
    held = actions.change_password(request.user, password=given.new, by=request.user, at=request.at)
    request.user.password = held.password
    state.close_others(request)
    return Status(204, None)


def _may_add(request: Request) -> None:
    if factors.has(request.user) or not state.arrived(request):
        shown(request)


def _told(request: Request) -> dict[str, list[str]]:
    row = factors.recovery(request.user)
    assert row is not None
    actions.keep_recovery_codes(request.user, by=request.user, at=request.at)
    return {"recovery_codes": factors.unused(row)}
