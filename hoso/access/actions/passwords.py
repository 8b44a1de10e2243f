"""Passwords: one's own, and those that are handed out."""

from datetime import datetime

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.orgs.queries import root


@transaction.atomic
def change_password(account: Account, *, password: str, by: Account, at: datetime) -> Account:
    """Set a new password for oneself; it need not be changed again."""
    held = Account.objects.select_for_update().get(pk=account.pk)
    refuse_if("same_password" if held.check_password(password) else None)
    held.set_password(password)
    held.must_change_password = False
    held.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_changed", by=by, object=held, at=at, rows=[held])
    return held


@transaction.atomic
def give_password(account: Account, *, password: str, must_change: bool, by: Account, at: datetime) -> Account:
    """Hand out a first password, or another one, by the department or the node itself."""
    if by.kind != "system":
        policy.require(by, Permission.GRANT_GIVE, root(), on=day(at))
    policy.require_not_wider(by, account, on=day(at))
    held = Account.objects.select_for_update().get(pk=account.pk)
    held.set_password(password)
    held.must_change_password = must_change
    held.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_given", by=by, object=held, at=at, person=held.person_id or "", rows=[held])
    return held
