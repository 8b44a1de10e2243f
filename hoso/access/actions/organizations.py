"""The tree of organisations, edited by who may."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.orgs import actions as orgs
from hoso.orgs import queries as org_queries
from hoso.orgs.models import Organization


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
