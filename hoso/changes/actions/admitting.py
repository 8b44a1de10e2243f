"""Taking somebody in: the person, the post, the sign-in, the record and the term of the first entry, in one act."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from hoso.access import actions as access
from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.access.rules import one_time_password
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.changes.actions.drafting import expect_entry
from hoso.orgs import queries as orgs
from hoso.people import actions as people
from hoso.people.models import Person
from hoso.people.rules import Category
from hoso.records.models import Record


class Admitted(NamedTuple):
    """Who was taken in; the password is shown once."""

    person: Person
    account: Account
    record: Record
    password: str


@transaction.atomic
def admit(
    *,
    pin: str,
    full_name: str,
    birth: str,
    sex: str,
    organization_id: Any,
    category: str,
    title: str,
    staff_number: str,
    since: date,
    began: str,
    by: Account,
    at: datetime,
) -> Admitted:
    """Add a person with a personal account, who then has to make the first entry (NĐ 27/2026 Điều 19)."""
    organization = orgs.by_id(organization_id)
    policy.require(by, Permission.GRANT_GIVE, organization, on=day(at))
    refuse_if(None if category in Category.values else "no_such_category")
    refuse_if(None if full_name.strip() else "name_missing")
    refuse_if(None if began.strip() else "basis_missing")
    person = people.add(pin=pin, full_name=full_name, birth=birth, sex=sex, keeper=organization, by=by, at=at)
    people.employ(
        person,
        organization=organization,
        category=category,
        title=" ".join(title.split()),
        staff_number=staff_number.strip(),
        since=since,
        began=" ".join(began.split())[:200],
        by=by,
        at=at,
    )
    password = one_time_password()
    account = access.create_account(
        kind="personal", sign_in=pin, name=person.full_name, password=password, person=person, by=by, at=at
    )
    return Admitted(person, account, expect_entry(account, by=by, at=at), password)
