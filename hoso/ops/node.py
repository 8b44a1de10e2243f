"""Making a node: the first organisations, the first account, nothing else."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from hoso.access import actions as access
from hoso.access import queries as accounts
from hoso.access import rules as access_rules
from hoso.access.models import Account
from hoso.access.rules import BasisKind, Paper
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if
from hoso.orgs import actions as orgs
from hoso.orgs.models import Organization
from hoso.orgs.rules import Kind
from hoso.regulation import profiles

one_time_password = access_rules.one_time_password  # the demo asks for it here


class Node(NamedTuple):
    """What a new node consists of; the password is shown once."""

    root: Organization
    home_affairs: Organization
    administrator: Account
    password: str


def exists() -> bool:
    """Whether this database holds a node already."""
    try:
        accounts.system()
    except NotFound:
        return False
    return True


@transaction.atomic
def create(
    *, code: str, name: str, profile: str, sign_in: str, administrator: str, basis: str, since: date, at: datetime
) -> Node:
    """Make a real, empty node: root, Department of Home Affairs, the system account, the first administrator."""
    refuse_if("node_exists" if exists() else None)
    refuse_if(None if profile in profiles.codes() else "no_such_profile", profile=profile)
    system = access.create_account(
        kind="system", sign_in="system", name="Hệ thống", password="", person=None, by="system", at=at
    )
    root = orgs.open_(
        code=code,
        name=name,
        kind=Kind.PROVINCE,
        parent=None,
        is_agency=False,
        profile=profile,
        since=since,
        by=system,
        at=at,
    )
    department = orgs.open_(
        code=f"{code}.SNV",
        name="Sở Nội vụ",
        kind=Kind.HOME_AFFAIRS,
        parent=root,
        is_agency=True,
        profile=profile,
        since=since,
        by=system,
        at=at,
    )
    password = one_time_password()
    account = access.create_account(
        kind="agency", sign_in=sign_in, name=administrator, password=password, person=None, by=system, at=at
    )
    access.give(
        account=account,
        role="dept_admin",
        organization=root,
        basis=Paper(BasisKind.DECISION, basis, min(since, day(at))),
        since=since,
        until=None,
        deputy=False,
        by=system,
        at=at,
    )
    audit.record("node.created", by=system, object=root, at=at, organization=root, profile=profile)
    return Node(root, department, account, password)
