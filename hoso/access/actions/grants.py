"""Roles are given, delegated and end, and their holders go away."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from hoso.access import policy
from hoso.access.actions.bases import keep
from hoso.access.actions.history import note_act
from hoso.access.actions.sessions import close_sessions
from hoso.access.models import Account, Basis, Grant
from hoso.access.roles import ACTS, ROLES, SOLE, Permission
from hoso.access.rules import Delegated, Paper, why_closed, why_not_delegate
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if
from hoso.orgs.models import Organization
from hoso.orgs.queries import agency_of


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
        refuse_if("own_grant" if policy.same_human(by, account) else None)
        policy.require_not_wider(by, account, on=day(at))
        refuse_if("head_delegates" if role == "head_delegate" else None)
    refuse_if(None if role in ROLES else "no_such_role")
    refuse_if("ends_before_it_begins" if until is not None and until < since else None)
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
    audit.record(
        "grant.given",
        by=by,
        object=grant,
        at=at,
        organization=organization,
        rows=[grant],
        role_given=role,
        on_basis=str(held),
    )
    return grant


@transaction.atomic
def delegate(
    *,
    account: Account,
    organization: Organization,
    basis: Paper,
    since: date,
    until: date | None,
    by: Account,
    at: datetime,
) -> Grant:
    """A head lets a named person confirm in a part of the agency, in writing, until a day (QĐ 31 Điều 7.1).

    It ends by itself on that day, or with the head's own grant.
    """
    own = policy.require(by, Permission.GRANT_DELEGATE, organization, on=day(at))
    head = Grant.objects.select_for_update(of=("self",)).select_related("organization").get(pk=own.grant_id)
    running = Q(until=None) | Q(until__gte=since)
    reason = why_not_delegate(
        Delegated(
            is_person=account.kind == "personal" and why_closed(account.status, account.valid_until, day(at)) is None,
            oneself=policy.same_human(by, account),
            same_agency=agency_of(organization).pk == agency_of(head.organization).pk,
            since=since,
            until=until,
            head_until=head.until,
            already=Grant.objects.filter(running, account=account, under=head, since__lte=until or since).exists(),
        ),
        day(at),
    )
    refuse_if(reason)
    grant = Grant.objects.create(
        account=account,
        role="head_delegate",
        organization=organization,
        basis=keep(basis, organization=organization, by=by, at=at),
        since=since,
        until=until,
        under=head,
    )
    audit.record(
        "grant.delegated",
        by=by,
        object=grant,
        at=at,
        organization=organization,
        rows=[grant],
        role_given=grant.role,
        on_basis=str(grant.basis),
        until=str(until),
        under=str(head.pk),
    )
    return grant


@transaction.atomic
def end_delegation(grant_id: Any, *, until: date, by: Account, at: datetime) -> Grant:
    """The head who delegated takes it back, with `until` as the last day; NotFound for what is not theirs."""
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=grant_id, under__account=by)
        .first()
    )
    if grant is None:
        raise NotFound("no_such_grant")
    policy.require(by, Permission.GRANT_DELEGATE, grant.organization, on=day(at))
    refuse_if("ended_already" if grant.until is not None and grant.until < day(at) else None)
    return _end(grant, until=min(until, grant.until or until), by=by, at=at)


@transaction.atomic
def end(grant_id: Any, *, until: date, by: Account, at: datetime) -> Grant:
    """End a grant on a day, its last."""
    held = Grant.objects.select_for_update(of=("self",)).select_related("organization", "account")
    grant = held.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("no_such_grant")
    policy.require(by, Permission.GRANT_GIVE, grant.organization, on=day(at))
    policy.require_not_wider(by, grant.account, on=day(at))
    refuse_if("agency_needs_administrator" if _leaves_none(grant, until) else None)
    return _end(grant, until=until, by=by, at=at)


def _leaves_none(grant: Grant, until: date) -> bool:
    """Whether nobody would be the agency's administrator on the day after (QĐ 31 Điều 4.5): naming another one ends
    this grant in the same act."""
    if grant.role not in SOLE or grant.deputy:
        return False
    after = until + timedelta(days=1)
    others = Grant.objects.filter(Q(until=None) | Q(until__gte=after), role=grant.role, since__lte=after, deputy=False)
    return not others.filter(organization=grant.organization_id).exclude(pk=grant.pk).exists()


def end_running(account: Account, *, until: date, by: Account, at: datetime) -> None:
    """End whatever an account holds, when the account itself ends."""
    running = Q(until=None) | Q(until__gt=until)
    for grant in Grant.objects.select_for_update(of=("self",)).filter(running, account=account).order_by("pk"):
        _end(grant, until=until, by=by, at=at)


def _end(grant: Grant, *, until: date, by: Account, at: datetime) -> Grant:
    grant.until = until
    grant.save(update_fields=["until"])
    rows: list[Any] = [grant]
    gone = until < day(at)
    if gone:
        said = str(grant.basis)[:500]
        rows.append(note_act(grant.account, "grant_ended", reason=said, basis=None, until=until, by=by, at=at))
    audit.record(
        "grant.ended",
        by=by,
        object=grant,
        at=at,
        organization=grant.organization_id,
        rows=rows,
        role_given=grant.role,
    )
    if gone:
        close_sessions(grant.account, by=by, at=at)
    later = Q(until=None) | Q(until__gt=until)
    for below in Grant.objects.select_for_update().filter(later, under=grant).order_by("pk"):
        _end(below, until=until, by=by, at=at)
    return grant


@transaction.atomic
def go_away(*, since: date, until: date | None, by: Account, at: datetime) -> int:
    """Say that one is away, so that deputies stand in; `until` None means until one says otherwise."""
    changed = 0
    for grant in Grant.objects.select_for_update().filter(account=by, until=None, deputy=False, role__in=ACTS):
        grant.away_since, grant.away_until = since, until
        grant.save(update_fields=["away_since", "away_until"])
        audit.record("grant.away", by=by, object=grant, at=at, organization=grant.organization_id, rows=[grant])
        changed += 1
    return changed
