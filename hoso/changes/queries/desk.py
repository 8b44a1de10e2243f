"""Who verifies a change: the agency's administrator, or whoever stands in."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.policy import Held
from hoso.access.roles import Permission
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, refuse_if
from hoso.changes import rules
from hoso.changes.models import Change
from hoso.orgs import queries as orgs
from hoso.orgs.models import Organization
from hoso.orgs.rules import Kind

VERIFYING = ("agency_admin", "subunit_admin")


class Desk(NamedTuple):
    """Where a change waits, and whether its deputy is needed there."""

    organization: Organization
    needs_deputy: bool


def desk_for(organization: Organization, *, authors: Iterable[object], person: object, on: date) -> Desk:
    """The first desk upwards that has an officer who may: the agency's administrator, its deputy where that one
    is away or concerned, the next agency up, and in the end the Department of Home Affairs."""
    authors = list(authors)
    desk = orgs.agency_of(organization)
    while True:
        holders = [
            (account, held)
            for account, held in policy.holders("agency_admin", desk, on=on)
            if not rules.why_not_verify(
                officer=account.pk, officer_person=account.behind.person_id, authors=authors, person=person
            )
        ]
        if any(not held.deputy and not held.away for _, held in holders):
            return Desk(desk, needs_deputy=False)
        if any(held.deputy and not held.reads_only for _, held in holders):
            return Desk(desk, needs_deputy=True)
        if desk.kind == Kind.HOME_AFFAIRS:
            return Desk(desk, needs_deputy=False)  # the department's administrators
        desk = orgs.agency_above(desk)


def authors_of(change: Change) -> set[UUID]:
    """Everybody whose hand is in a change."""
    hands = (change.entered_by_id, change.handed_by_id, change.submitted_by_id, change.saved_by_id, *change.writers)
    return {hand for hand in hands if hand is not None}


def why_not_verifier(change: Change, officer: Account, *, on: date) -> str | None:
    """Why an officer may not verify a submitted change: four eyes, or not their desk."""
    authors, person = authors_of(change), change.record.person
    reason = rules.why_not_verify(
        officer=officer.pk,
        officer_person=person.pk if policy.may_be(officer, person) else officer.person_id,
        authors={officer.pk} if _wrote_as_another(officer, change, authors) else authors,
        person=person.pk,
    )
    return reason or (None if _at_desk(change, policy.held(officer, on)) else "not_allowed")


def _wrote_as_another(officer: Account, change: Change, authors: set[UUID]) -> bool:
    """Whether the officer's human may have written it with another account: a personal and an agency's, or two of an
    agency. Only the agency's side has such writers; two queries there."""
    if not (change.agency or change.on_behalf or officer.kind == "agency"):
        return False
    assert change.entered_at is not None
    hands = policy.hands(authors - {officer.pk}, since=day(change.entered_at))
    return any(policy.same(officer.behind, hand) for hand in hands)


def _at_desk(change: Change, held: list[Held]) -> bool:
    def fits(each: Held) -> bool:
        if each.role == "dept_admin":  # the last substitute, everywhere in the department's scope
            return change.desk is not None and each.covers(change.desk)
        here = each.organization_id == change.desk_id
        return each.role in VERIFYING and here and (change.needs_deputy or not each.stands_by)

    return any(fits(each) for each in held if each.may(Permission.CHANGE_VERIFY))


def require_verifier(change: Change, officer: Account, *, on: date) -> None:
    """NotAllowed, or Refused by four eyes."""
    reason = why_not_verifier(change, officer, on=on)
    if reason == "not_allowed":
        raise NotAllowed(reason)
    refuse_if(reason)
    held = policy.held(officer, on)
    officer.acting_role = next(each.role for each in held if _at_desk(change, [each]))  # the log names it
