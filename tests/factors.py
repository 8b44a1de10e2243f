"""Second factors in tests: codes of an authenticator app without one, and sessions that have shown theirs."""

import base64
import hmac
import struct
import time
from collections.abc import Callable
from typing import Any

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of everybody in the cast who has an app


def code(secret: str = SECRET, at: float | None = None) -> str:
    """What an authenticator app shows (RFC 6238, SHA-1, 30 seconds, six digits), now or at a moment."""
    step = int(time.time() if at is None else at) // 30
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def fresh_code(secret: str, take: Callable[[str], bool], patience: int = 10) -> None:
    """Show codes until one is taken. Each counts once: who signs in again within half a minute shows the next one,
    which is taken a little early, or waits."""
    for _ in range(patience):
        now = time.time()
        if take(code(secret, now)) or take(code(secret, now + 30)):
            return
        time.sleep(30 - now % 30)
    raise RuntimeError("no code was taken")


def enrol(account: Any, at: Any = None) -> str:
    """Give an account an authenticator app, or let it use its codes once more; the code to show now."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    found, _made = Authenticator.objects.get_or_create(user=account, type="totp", defaults={"data": {}})
    found.data = {"secret": encrypt(SECRET), "last": 0}
    found.save()
    return code(at=at.timestamp() if at else None)


def sign_in(client: Any, typed: str, password: str, **more: str) -> Any:
    """Through the real door, with the second factor where the account must have one; the last answer."""
    from django.urls import reverse
    from django.utils import timezone

    from hoso.access import policy, queries

    now, account = timezone.now(), queries.by_sign_in(typed)
    shown = enrol(account, now) if account and policy.sees_others(account, on=now.date()) else ""
    answer = client.post(reverse("sign-in"), {"login": typed, "password": password, **more})
    if shown and answer.status_code == 302:
        answer = client.post(answer["Location"], {"ma": shown})
    return answer


def let_force_login_count() -> None:
    """`force_login` of the test client counts as a sign-in with the second factor; a real sign-in is none of this."""
    from django.contrib.auth import user_logged_in

    user_logged_in.connect(_second_factor_shown)


def _second_factor_shown(request: Any, user: Any, **_: Any) -> None:
    if "REQUEST_METHOD" not in request.META:
        request.session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        request.session["account_authentication_methods_user"] = str(user.pk)


def show_again(client: Any) -> None:
    """As if whoever is signed in had just given the password again, or a code."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["reauthenticated"] = True
    session.save()
