"""Second factors: adding, using, removing them. The rows are the library's; what is secret in them is sealed."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from hoso.access import factors, policy
from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if

MOST_PASSKEYS = 10


@transaction.atomic
def add_totp(account: Account, *, secret: str, step: int, by: Account, at: datetime) -> bool:
    """An authenticator app; the `step` whose code proved it is used up. True if recovery codes were made with it."""
    held = _lock(account)
    refuse_if("factor_exists" if factors.rows(held).filter(type=factors.TOTP).exists() else None)
    data = {"secret": encrypt(secret), "last": step}
    return _add(held, factors.TOTP, data, by=by, at=at)


@transaction.atomic
def add_passkey(account: Account, *, name: str, credential: dict[str, Any], by: Account, at: datetime) -> bool:
    """A passkey that the library has verified. True if recovery codes were made with it."""
    held = _lock(account)
    refuse_if("factor_exists" if factors.rows(held).count() >= MOST_PASSKEYS else None)
    return _add(held, factors.PASSKEY, {"name": name, "credential": credential}, by=by, at=at)


def _add(account: Account, kind: str, data: dict[str, Any], *, by: Account, at: datetime) -> bool:
    row = Authenticator.objects.create(user=account, type=kind, data=data, created_at=at)
    audit.record("factor.added", by=by, object=account, at=at, kind=kind, factor=row.pk)
    if factors.recovery(account):
        return False
    RecoveryCodes.activate(account)
    return True


@transaction.atomic
def remove_factor(factor_id: int, *, by: Account, at: datetime) -> str:
    """Take away one of one's own; the last one of an account that sees others stays. Its kind."""
    _lock(by)
    own = factors.rows(by).exclude(type=factors.RECOVERY)
    row = own.filter(pk=factor_id).first()
    if row is None:
        raise NotFound("no_such_factor")
    last = own.count() == 1
    refuse_if("last_factor" if last and policy.sees_others(by, on=day(at)) else None)
    row.delete()
    if last:
        factors.rows(by).delete()  # recovery codes open nothing alone
    audit.record("factor.removed", by=by, object=by, at=at, kind=row.type, factor=factor_id)
    return str(row.type)


@transaction.atomic
def reset_factors(account: Account, *, by: Account, at: datetime) -> int:
    """Take away everything, for somebody who lost it and showed in person who they are; how many. Who may do this is
    decided by the act that calls."""
    held = _lock(account)
    count = factors.rows(held).exclude(type=factors.RECOVERY).count()
    factors.rows(held).delete()
    if count:
        audit.record("factor.reset", by=by, object=held, at=at, person=held.person_id or "", count=count)
    return count


@transaction.atomic
def renew_recovery_codes(account: Account, *, by: Account, at: datetime) -> None:
    """Ten new recovery codes; the old ones are void."""
    held = _lock(account)
    refuse_if(None if factors.rows(held).exclude(type=factors.RECOVERY).exists() else "no_factor")
    factors.rows(held).filter(type=factors.RECOVERY).delete()
    RecoveryCodes.activate(held)
    audit.record("factor.codes_renewed", by=by, object=held, at=at)


@transaction.atomic
def keep_recovery_codes(account: Account, *, by: Account, at: datetime) -> None:
    """The owner has put them away: from now on nobody is shown them again."""
    row = Authenticator.objects.select_for_update().filter(user=account, type=factors.RECOVERY).first()
    if row is not None:
        row.data["viewed_at"] = at.timestamp()
        row.save(update_fields=["data"])


@transaction.atomic
def use_code(account: Account, code: str, *, by: Account, at: datetime) -> Authenticator | None:
    """The factor that a typed code belongs to, used up by this: the app of the account, or one of its recovery codes;
    None if the code is wrong."""
    for row in Authenticator.objects.select_for_update().filter(user=account).exclude(type=factors.PASSKEY):
        if row.type == factors.TOTP:
            found = factors.step(decrypt(row.data["secret"]), code, at=at, after=row.data.get("last", 0))
            if found is None:
                continue
            row.data["last"] = found
        elif not RecoveryCodes(row).validate_code(factors.tidy(code)):
            continue
        else:
            row.refresh_from_db()
            audit.record("factor.code_used", by=by, object=account, at=at, left=len(factors.unused(row)))
        row.last_used_at = at
        row.save(update_fields=["data", "last_used_at"])
        return row
    return None


@transaction.atomic
def note_passkey_used(row: Authenticator, *, at: datetime) -> None:
    """When a passkey was last used."""
    row.last_used_at = at
    row.save(update_fields=["last_used_at"])


def _lock(account: Account) -> Account:
    account.__dict__.pop("_factor_kinds", None)
    return Account.objects.select_for_update().get(pk=account.pk)
