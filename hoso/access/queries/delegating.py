"""Reading what heads have delegated."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from hoso.access import policy
from hoso.access.models import Account, Grant
from hoso.access.queries.accounts import named
from hoso.access.roles import Permission
from hoso.audit import queries as audit
from hoso.audit.models import Event
from hoso.base.errors import NotFound
from hoso.orgs.models import Organization
from hoso.orgs.queries import agency_of


def delegations(viewer: Account) -> QuerySet[Grant]:
    """What an account has delegated, newest first."""
    found = Grant.objects.filter(under__account=viewer)
    return found.select_related("account", "organization", "basis").order_by("-pk")


def delegation(grant_id: Any, viewer: Account) -> Grant:
    """One delegation of the viewer's own; NotFound."""
    found = delegations(viewer).filter(pk=grant_id).first()
    if found is None:
        raise NotFound("no_such_grant")
    return found


def done_under(grant: Grant, *, most: int = 100) -> list[Event]:
    """What was done by a delegation, newest first: whoever delegates answers for it."""
    return list(audit.by_role(grant.account_id, grant.role, since=grant.since, until=grant.until)[:most])


def delegates(viewer: Account, *, on: date, text: str, most: int = 20) -> QuerySet[Account]:
    """Personal accounts to whom the viewer may delegate, by name; of nobody while nothing is typed."""
    policy.require_any(viewer, Permission.GRANT_DELEGATE, on=on)
    return named(text).filter(kind="personal").exclude(pk=viewer.pk)[:most]


def delegation_units(viewer: Account, *, on: date) -> list[Organization]:
    """The parts of the tree that the viewer may delegate: their agencies, and what of them has no head of its own."""
    paths = policy.require_any(viewer, Permission.GRANT_DELEGATE, on=on)
    under = Organization.objects.under(paths).filter(until=None).order_by("path")
    return [each for each in under if each.path in paths or (not each.is_agency and agency_of(each).path in paths)]
