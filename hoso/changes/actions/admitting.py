"""Asking for an account, and making it: the person, the post, the sign-in, the record and the term of the first entry,
in one act."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from hoso.access import actions as access
from hoso.access import queries as accounts
from hoso.access.models import Account, AccountRequest
from hoso.access.queries.living import require_creator
from hoso.access.rules import Paper
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.changes.actions.drafting import expect_entry
from hoso.duties import actions as duties
from hoso.orgs import queries as orgs
from hoso.people import actions as people
from hoso.people.models import Person
from hoso.people.rules import Category, why_not_pin
from hoso.records.models import Record

TERMS = {"recruited": "account.create", "received": "account.receive"}  # how somebody came, and the term that runs


class Admitted(NamedTuple):
    """Who was taken in; the code is shown once."""

    person: Person
    account: Account
    record: Record
    code: str
    expires_at: datetime


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
    require_creator(by, organization, on=day(at))
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
    account = access.create_account(
        kind="personal", sign_in=pin, name=person.full_name, password=None, person=person, by=by, at=at
    )
    given = access.make_code(account, by=by, at=at)
    return Admitted(person, account, expect_entry(account, by=by, at=at), given.code, given.expires_at)


@transaction.atomic
def ask_account(
    organization_id: Any,
    *,
    kind: str,
    asked: Mapping[str, str],
    paper: Paper | None,
    agreement: Paper | None,
    by: Account,
    at: datetime,
) -> AccountRequest:
    """An agency asks for an account (see `access.ask`); of a person's the term of the profile begins to run."""
    organization = orgs.by_id(organization_id)
    if kind == "personal":
        refuse_if(why_not_pin(asked.get("pin", ""), asked.get("birth", ""), asked.get("sex", "")))
        refuse_if(None if asked.get("way") in TERMS else "asked_incomplete")
    row = access.ask(organization, kind=kind, asked=asked, paper=paper, agreement=agreement, by=by, at=at)
    if kind == "personal":
        duties.open_(
            TERMS[asked["way"]], subject=row, organization=organization, role="agency_admin", account=None, at=at
        )
    return row


@transaction.atomic
def meet_request(request_id: Any, *, by: Account, at: datetime) -> access.Given:
    """Make what was asked for, in one act, and give its code; the term is met."""
    row = access.lock_request(request_id, by=by, at=at)
    asked = accounts.asked_of(row)
    given = _person(row, asked, by, at) if row.kind == "personal" else _holder(row, asked, by, at)
    _close(row, at, waived=False)
    access.settle_request(row, account=given.account, reason="", by=by, at=at)
    return given


@transaction.atomic
def decline_request(request_id: Any, *, reason: str, by: Account, at: datetime) -> AccountRequest:
    """Say why not; the term that ran is dropped."""
    row = access.lock_request(request_id, by=by, at=at)
    _close(row, at, waived=True)
    return access.settle_request(row, account=None, reason=reason, by=by, at=at)


def _close(row: AccountRequest, at: datetime, *, waived: bool) -> None:
    for rule in TERMS.values():
        duties.close(rule, subject=row, at=at, waived=waived)


def _person(row: AccountRequest, asked: Mapping[str, str], by: Account, at: datetime) -> access.Given:
    made = admit(
        pin=asked["pin"],
        full_name=asked["full_name"],
        birth=asked["birth"],
        sex=asked["sex"],
        organization_id=row.organization_id,
        category=asked["category"],
        title=asked["title"],
        staff_number=asked.get("staff_number", ""),
        since=date.fromisoformat(asked["since"]),
        began=asked["began"],
        by=by,
        at=at,
    )
    return access.Given(made.account, made.code, made.expires_at)


def _holder(row: AccountRequest, asked: Mapping[str, str], by: Account, at: datetime) -> access.Given:
    """The account of an agency or a sub-unit, in the hands of the person whom the decision names, with its role."""
    assert row.basis is not None
    hand = accounts.hand_of(asked.get("pin", ""), asked["name"])
    account = access.create_agency_account(
        sign_in=asked["sign_in"], name=hand.name, organization=row.organization, by=by, at=at
    )
    access.first_hand(account, hand, basis=row.basis, since=day(at), by=by, at=at)
    access.give(
        account=account,
        role=asked["role"],
        organization=row.organization,
        basis=row.agreement or row.basis,
        since=day(at),
        until=None,
        deputy=False,
        by=by,
        at=at,
    )
    return access.make_code(account, by=by, at=at)
