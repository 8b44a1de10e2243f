"""Roles are given and end, and their holders go away."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from hoso.access import policy
from hoso.access.actions.bases import keep
from hoso.access.models import Account, Basis, Grant
from hoso.access.roles import ROLES, SOLE, Permission
from hoso.access.rules import Paper
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.orgs.models import Organization


@transaction.atomic
def give(
    *,
    account: Account,
    role: str,
    organization: Organization,
    basis: Paper | Basis,
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
    if role in SOLE and not deputy:
        Organization.objects.select_for_update().get(pk=organization.pk)
        running = Q(until=None) | Q(until__gte=since)
        for old in Grant.objects.filter(running, role=role, organization=organization, deputy=False):
            _end(old, until=max(since, day(at)) - timedelta(days=1), by=by, at=at)
    held = basis if isinstance(basis, Basis) else keep(basis, organization=organization, by=by, at=at)
    grant = Grant.objects.create(
        account=account,
        role=role,
        organization=organization,
        basis=held,
        since=since,
        until=until,
        deputy=deputy,
    )
    audit.record("grant.given", by=by, object=grant, at=at, organization=organization, role_given=role, basis=str(held))
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
