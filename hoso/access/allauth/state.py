"""How far somebody has come: what a session has shown, what is still missing, and showing it again."""

import json
import time
from typing import Any, NamedTuple

from allauth.account.internal.flows import login as login_flow
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from hoso.access import actions, devices, factors, policy, throttle
from hoso.access.allauth import browser
from hoso.access.models import Account

# What may be missing, in the order in which it is asked for.
SIGN_IN, SECOND_FACTOR, CHANGE_PASSWORD, ENROL_FACTOR = "sign_in", "second_factor", "change_password", "enrol_factor"

NEW_APP = "hoso.totp"  # where the session keeps it


class No(NamedTuple):
    """Why something that was shown does not do: wrong_password, wrong_code or too_many_attempts."""

    reason: str
    wait: int = 0  # seconds, after too many attempts


def counts(record: dict[str, Any]) -> bool:
    """Whether one thing that a session has shown is a second factor."""
    return record.get("method") == "mfa" or bool(record.get("second"))


def records(request: HttpRequest) -> list[dict[str, Any]]:
    """What this session has shown so far, oldest first."""
    found: list[dict[str, Any]] = login_flow.get_authentication_records(request, request.user)
    return found


def missing(request: HttpRequest) -> str:
    """What somebody must do before anything opens; empty if nothing. No query for a session with a second factor."""
    account: Any = request.user
    if not account.is_authenticated:
        return SECOND_FACTOR if pending(request) else SIGN_IN
    shown = records(request)
    strong = any(map(counts, shown))
    if not strong and policy.sees_others(account, on=request.today):  # type: ignore[attr-defined]
        if factors.has(account):
            return SECOND_FACTOR
        return CHANGE_PASSWORD if account.must_change_password else ENROL_FACTOR
    by_provider = any(record.get("method") == "oidc" for record in shown)
    return CHANGE_PASSWORD if account.must_change_password and not by_provider else ""


def provider(request: HttpRequest) -> str:
    """The identity provider through which this session was opened, if it was."""
    return next((str(each["provider"]) for each in records(request) if each.get("method") == "oidc"), "")


def pending(request: HttpRequest) -> Account | None:
    """Whose password was right and whose second factor is waited for."""
    stage = get_pending_stage(request)
    return stage.login.user if stage is not None else None


def answer_factor(request: HttpRequest, account: Account, *, code: str = "", passkey: str = "") -> No | None:
    """Take a code or a passkey's answer as the second factor; why not, or None."""
    row = _check(request, account, code=code, passkey=passkey)
    if isinstance(row, No):
        return row
    login_flow.record_authentication(request, account, method="mfa", id=row.pk, type=row.type)
    return None


def enter(request: HttpRequest) -> HttpResponse:
    """Go on through the door after the second factor was right."""
    stage = get_pending_stage(request)
    response: HttpResponse = stage.exit()
    return response


def note_enrolled(request: HttpRequest, kind: str) -> None:
    """Whoever has just proved a new factor has shown it in this session."""
    login_flow.record_authentication(request, request.user, method="mfa", type=kind)


def new_app(request: HttpRequest, *, anew: bool) -> str:
    """The secret of an authenticator app that waits, sealed, in the session for its first code; empty if none does and
    none is made `anew`."""
    if anew:
        request.session[NEW_APP] = encrypt(factors.new_secret())
    held = request.session.get(NEW_APP, "")
    return decrypt(held) if held else ""


def prove_app(request: HttpRequest, code: str) -> bool | None:
    """Take the first code of the app that waits: it is a factor from now on. Whether recovery codes were made with it;
    None if the code is wrong, or nothing waits."""
    account, secret = request.user, new_app(request, anew=False)
    assert isinstance(account, Account)
    step = factors.step(secret, code, at=_at(request)) if secret else None
    if step is None:
        return None
    fresh = actions.add_totp(account, secret=secret, step=step, by=account, at=_at(request))
    del request.session[NEW_APP]
    note_enrolled(request, factors.TOTP)
    close_others(request)
    return fresh


def close_others(request: HttpRequest) -> None:
    """End all sessions of this account but the present one."""
    account = request.user
    assert isinstance(account, Account)
    actions.close_other_sessions(account, keep=request.session.session_key or "", by=account, at=_at(request))
    update_session_auth_hash(request, account)
    track(request)


def track(request: HttpRequest) -> None:
    """Keep the session in the list of open ones under the key it has now."""
    UserSession.objects.create_from_request(request)


def give_up(request: HttpRequest) -> None:
    """Forget a sign-in that waits for its second factor."""
    clear_login(request)


def confirmed(request: HttpRequest) -> bool:
    """Whether somebody has shown in the last five minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT) that it is still them."""
    return _within(request, again=True)


def arrived(request: HttpRequest) -> bool:
    """The same, signing in included: enough for the first factor of an account, which has no other way yet."""
    return _within(request, again=False)


def _within(request: HttpRequest, *, again: bool) -> bool:
    shown = [record["at"] for record in records(request) if record.get("reauthenticated") or not again]
    return bool(shown) and time.time() - shown[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def confirm(request: HttpRequest, *, password: str = "", code: str = "", passkey: str = "") -> No | None:
    """Show again that it is still the same person, by one of the three; why not, or None."""
    account = request.user
    assert isinstance(account, Account)
    if code or passkey:
        row = _check(request, account, code=code, passkey=passkey)
        if isinstance(row, No):
            return row
        login_flow.record_authentication(request, account, method="mfa", id=row.pk, type=row.type, reauthenticated=True)
        return None
    tries = _tries(request, account)
    if wait := tries.begin():
        return No("too_many_attempts", wait)
    if not account.check_password(password):
        actions.note_sign_in("account.refused", by=account, at=_at(request), step="again")
        return No("wrong_password")
    tries.succeed()
    login_flow.record_authentication(request, account, method="password", reauthenticated=True)
    return None


def _check(request: HttpRequest, account: Account, *, code: str, passkey: str) -> Authenticator | No:
    tries = _tries(request, account)
    if wait := tries.begin():
        return No("too_many_attempts", wait)
    row = _by_passkey(account, passkey) if passkey else actions.use_code(account, code, by=account, at=_at(request))
    if row is None:
        actions.note_sign_in("account.refused", by=account, at=_at(request), step="factor")
        return No("wrong_code")
    tries.succeed()
    if row.type == factors.PASSKEY:
        actions.note_passkey_used(row, at=_at(request))
    return row


def _by_passkey(account: Account, answer: str) -> Authenticator | None:
    try:
        given = json.loads(answer)
        passkeys.parse_authentication_response(given)
        return passkeys.complete_authentication(account, given)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _tries(request: HttpRequest, account: Account) -> throttle.Tries:
    token = browser.token(request)
    known = token if devices.knows(account, token) else ""
    return throttle.Tries(request, f"factor:{account.sign_in_index}", device=known)


def _at(request: HttpRequest) -> Any:
    return request.at  # type: ignore[attr-defined]
