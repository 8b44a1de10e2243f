"""Accounts come into being, one by one or many at once, and sign in."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from hoso.access import queries, throttle
from hoso.access.models import Account
from hoso.access.queries import living
from hoso.access.rules import AccountStatus
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.orgs.models import Organization
from hoso.people.models import Person


@transaction.atomic
def create_account(
    *, kind: str, sign_in: str, name: str, password: str | None, person: Person | None, by: Any, at: datetime
) -> Account:
    """Make an account; the sign-in name is kept as a keyed hash. With a password, which must be changed at first
    sign-in, it is open at once; without one it waits for its code."""
    return _create(kind, sign_in, name, password, person, None, by, at)


@transaction.atomic
def create_agency_account(*, sign_in: str, name: str, organization: Organization, by: Any, at: datetime) -> Account:
    """Make an account of an agency or a sub-unit, called after whom it is handed to; it waits for its code."""
    return _create("agency", sign_in, name, None, None, organization, by, at)


def _create(
    kind: str,
    sign_in: str,
    name: str,
    password: str | None,
    person: Person | None,
    organization: Organization | None,
    by: Any,
    at: datetime,
) -> Account:
    refuse_if("account_exists" if queries.by_sign_in(sign_in) else None)
    account = Account(
        kind=kind,
        person=person,
        name=name,
        sign_in_index=queries.sign_in_index(sign_in),
        status=AccountStatus.WAITING if password is None else AccountStatus.ACTIVE,
        organization=organization,
        created_at=at,
    )
    if kind == "system" or password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save()
    audit.record("account.created", by=by, object=account, at=at, person=person or "", rows=[account], kind=kind)
    return account


@transaction.atomic
def load_accounts(people: Sequence[tuple[Person, str]], *, by: Any, at: datetime) -> list[Account]:
    """Personal accounts for many people at once, each with its number; nobody can sign in until a password is given."""
    accounts = [
        Account(
            kind="personal",
            person=person,
            name=person.full_name,
            sign_in_index=queries.sign_in_index(pin),
            password=make_password(None),
            created_at=at,
        )
        for person, pin in people
    ]
    made = Account.objects.bulk_create(accounts, batch_size=1000)
    digest = hashlib.sha256("".join(sorted(str(account.pk) for account in made)).encode()).hexdigest()
    audit.record(
        "accounts.loaded",
        by=by,
        object=f"access.Account:{digest}",
        at=at,
        rows=made,
        count=len(made),
        digest=digest,
    )
    return made


@transaction.atomic
def note_sign_in(action: str, *, by: Account | str, at: datetime, step: str = "") -> None:
    """Log a sign-in, a sign-out or a refusal, and at which step; never what was typed."""
    said: dict[str, Any] = {"step": step} if step else {}
    audit.record(action, by=by, object=f"access.Account:{getattr(by, 'pk', by)}", at=at, **said)


@transaction.atomic
def unlock(account: Account, *, by: Account, at: datetime) -> None:
    """Let somebody try again whose account too many tries have shut: by whoever might give them another code."""
    living.require("recover", account, by, on=day(at))
    throttle.forget(account.sign_in_index)
    throttle.forget(f"factor:{account.sign_in_index}")
    audit.record("account.unlocked", by=by, object=account, at=at, person=account.person_id or "")
