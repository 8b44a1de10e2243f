"""Second factors: what an account has beside its password, and whether a code is right; the rows are the library's."""

import re
from datetime import datetime
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from hoso.access.models import Account

TOTP, PASSKEY, RECOVERY = "totp", "webauthn", "recovery_codes"
STEP = 30  # seconds that a code of an authenticator app lives


class Factor(NamedTuple):
    """One factor as its owner sees it."""

    id: int
    kind: str  # TOTP or PASSKEY
    name: str
    added_at: datetime
    used_at: datetime | None


def rows(account: Account) -> QuerySet[Authenticator]:
    """The library's rows of an account, the recovery codes among them."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=account.pk).order_by("pk")
    return found


def of(account: Account) -> list[Factor]:
    """The factors of an account; recovery codes are none by themselves. One query."""
    return [
        Factor(row.pk, row.type, row.data.get("name", ""), row.created_at, row.last_used_at)
        for row in rows(account).exclude(type=RECOVERY)
    ]


def kinds(account: Account) -> frozenset[str]:
    """Which kinds of factor an account has, RECOVERY among them. One query, remembered for this account object."""
    held: frozenset[str] | None = account.__dict__.get("_factor_kinds")
    if held is None:
        held = frozenset(rows(account).values_list("type", flat=True))
        account.__dict__["_factor_kinds"] = held
    return held


def has(account: Account) -> bool:
    """Whether a sign-in of this account asks for a second factor."""
    return bool(kinds(account) - {RECOVERY})


def recovery(account: Account) -> Authenticator | None:
    """The recovery codes of an account."""
    return rows(account).filter(type=RECOVERY).first()


def unused(row: Authenticator) -> list[str]:
    """The recovery codes that are left."""
    return list(RecoveryCodes(row).get_unused_codes())


def new_secret() -> str:
    """The secret of a new authenticator app: 160 random bits, base32."""
    return str(generate_totp_secret())


def tidy(code: str) -> str:
    """A code as it is compared: without the blanks and dashes that people put into it."""
    return re.sub(r"[\s.-]", "", code)[:16]


def code(secret: str, *, at: datetime) -> str:
    """What an authenticator app with this secret shows at a moment."""
    return str(format_hotp_value(hotp_value(secret, int(at.timestamp()) // STEP)))


def step(secret: str, code: str, *, at: datetime, after: int = 0) -> int | None:
    """The step of time whose code this is, within the tolerance and later than `after`; None if it is wrong.

    A step counts once (RFC 6238, 5.2): who looked over a shoulder comes too late.
    """
    now, typed, found = int(at.timestamp()) // STEP, tidy(code), None
    for each in range(now - settings.MFA_TOTP_TOLERANCE, now + settings.MFA_TOTP_TOLERANCE + 1):
        right = constant_time_compare(format_hotp_value(hotp_value(secret, each)), typed)
        if right and each > after and found is None:
            found = each
    return found
