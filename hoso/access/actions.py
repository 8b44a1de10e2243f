"""Every write to accounts and grants."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from hoso.access import policy, queries
from hoso.access.models import Account, Grant
from hoso.access.roles import ROLES, SOLE, Permission
from hoso.access.rules import one_time_password
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.orgs import actions as orgs
from hoso.orgs import queries as org_queries
from hoso.orgs.models import Organization
from hoso.orgs.queries import root
from hoso.people.models import Person


@transaction.atomic
def create_account(
    *, kind: str, sign_in: str, name: str, password: str, person: Person | None, by: Any, at: datetime
) -> Account:
    """Make an account whose password must be changed at first sign-in; the sign-in name is kept as a keyed hash."""
    refuse_if("account_exists" if queries.by_sign_in(sign_in) else None)
    account = Account(kind=kind, person=person, name=name, sign_in_index=queries.sign_in_index(sign_in), created_at=at)
    if kind == "system":
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save()
    audit.record("account.created", by=by, object=account, at=at, person=person or "", kind=kind)
    return account


@transaction.atomic
def change_password(account: Account, *, password: str, by: Account, at: datetime) -> Account:
    """Set a new password for oneself; it need not be changed again."""
    held = Account.objects.select_for_update().get(pk=account.pk)
    refuse_if("same_password" if held.check_password(password) else None)
    held.set_password(password)
    held.must_change_password = False
    held.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_changed", by=by, object=held, at=at)
    return held


@transaction.atomic
def note_sign_in(action: str, *, by: Account | str, at: datetime) -> None:
    """Log a sign-in, a sign-out or a refusal; never what was typed."""
    audit.record(action, by=by, object=f"access.Account:{getattr(by, 'pk', by)}", at=at)


@transaction.atomic
def give(
    *,
    account: Account,
    role: str,
    organization: Organization,
    basis_number: str,
    basis_date: date,
    since: date,
    until: date | None,
    deputy: bool,
    by: Account,
    at: datetime,
) -> Grant:
    """Give a role in a subtree; naming a new sole holder ends the old one's grant in the same act, the day before, so
    that from today on no day has two (QĐ 31 Điều 4.5). Days gone by are not taken back."""
    if by.kind != "system":
        policy.require(by, Permission.GRANT_GIVE, organization, on=day(at))
        refuse_if("own_grant" if by.pk == account.pk else None)
    refuse_if(None if role in ROLES else "no_such_role")
    refuse_if(None if basis_number.strip() else "basis_missing")
    if role in SOLE and not deputy:
        Organization.objects.select_for_update().get(pk=organization.pk)
        running = Q(until=None) | Q(until__gte=since)
        for old in Grant.objects.filter(running, role=role, organization=organization, deputy=False):
            _end(old, until=max(since, day(at)) - timedelta(days=1), by=by, at=at)
    grant = Grant.objects.create(
        account=account,
        role=role,
        organization=organization,
        basis_number=basis_number,
        basis_date=basis_date,
        since=since,
        until=until,
        deputy=deputy,
    )
    audit.record(
        "grant.given", by=by, object=grant, at=at, organization=organization, role_given=role, basis=basis_number
    )
    return grant


@transaction.atomic
def end(grant_id: Any, *, until: date, by: Account, at: datetime) -> Grant:
    """End a grant on a day, its last."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("organization").get(pk=grant_id)
    policy.require(by, Permission.GRANT_GIVE, grant.organization, on=day(at))
    return _end(grant, until=until, by=by, at=at)


def _end(grant: Grant, *, until: date, by: Account, at: datetime) -> Grant:
    grant.until = until
    grant.save(update_fields=["until"])
    audit.record("grant.ended", by=by, object=grant, at=at, organization=grant.organization_id, role_given=grant.role)
    return grant


@transaction.atomic
def go_away(*, since: date, until: date | None, by: Account, at: datetime) -> int:
    """Say that one is away, so that deputies stand in; `until` None means until one says otherwise."""
    changed = 0
    for grant in Grant.objects.select_for_update().filter(account=by, until=None, deputy=False):
        grant.away_since, grant.away_until = since, until
        grant.save(update_fields=["away_since", "away_until"])
        audit.record("grant.away", by=by, object=grant, at=at, organization=grant.organization_id)
        changed += 1
    return changed


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
    audit.record("accounts.loaded", by=by, object=f"access.Account:{digest}", at=at, count=len(made), digest=digest)
    return made


@transaction.atomic
def give_password(account: Account, *, password: str, must_change: bool, by: Account, at: datetime) -> Account:
    """Hand out a first password, or another one, by the department or the node itself."""
    if by.kind != "system":
        policy.require(by, Permission.GRANT_GIVE, root(), on=day(at))
    held = Account.objects.select_for_update().get(pk=account.pk)
    held.set_password(password)
    held.must_change_password = must_change
    held.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_given", by=by, object=held, at=at, person=held.person_id or "")
    return held


@transaction.atomic
def open_organization(
    *, parent_id: Any, code: str, name: str, kind: str, is_agency: bool, since: date, by: Account, at: datetime
) -> Organization:
    """Add an organisation under another one, with its parent's profile, where the account may edit the tree."""
    parent = org_queries.by_id(parent_id)
    policy.require(by, Permission.ORGANIZATION_EDIT, parent, on=day(at))
    refuse_if(None if code.strip() else "code_missing")
    refuse_if(None if name.strip() else "name_missing")
    return orgs.open_(
        code=code.strip(),
        name=" ".join(name.split()),
        kind=kind,
        parent=parent,
        is_agency=is_agency,
        profile=parent.profile,
        since=since,
        by=by,
        at=at,
    )


@transaction.atomic
def rename_organization(organization_id: Any, *, name: str, since: date, by: Account, at: datetime) -> Organization:
    """Give an organisation another name from a day on, where the account may edit the tree."""
    organization = org_queries.by_id(organization_id)
    policy.require(by, Permission.ORGANIZATION_EDIT, organization, on=day(at))
    refuse_if(None if name.strip() else "name_missing")
    return orgs.rename(organization, name=" ".join(name.split()), since=since, by=by, at=at)


@transaction.atomic
def renew_password(account_id: Any, *, by: Account, at: datetime) -> tuple[Account, str]:
    """Another one-time password for somebody who forgot theirs; it is shown once and must be changed."""
    password = one_time_password()
    account = queries.by_id(account_id)
    refuse_if("no_such_account" if account.kind == "system" else None)
    return give_password(account, password=password, must_change=True, by=by, at=at), password
