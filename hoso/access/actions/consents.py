"""Written consent to a reader who is not entitled otherwise: given, agreed to, refused, withdrawn."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hoso.access import policy, queries
from hoso.access.actions.bases import keep
from hoso.access.models import Account, Consent
from hoso.access.roles import Permission
from hoso.access.rules import Asked, Paper, why_not_answer, why_not_consent, why_not_withdraw
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if
from hoso.orgs.models import Organization
from hoso.orgs.queries import agency_of
from hoso.people.models import Person
from hoso.regulation import rules as regulation

MOST_TEXT = 500


@transaction.atomic
def give_consent(
    *,
    person: Person,
    organization: Organization,
    reader: Account,
    family: str,
    sections: Collection[str],
    protected: bool,
    purpose: str,
    personnel_work: bool,
    since: date,
    until: date,
    basis: Paper,
    by: Account,
    at: datetime,
) -> Consent:
    """The authority that keeps a person's record lets a reader into some sections of it, for a purpose, until a day
    (QĐ 31 Điều 4.5); whether the person must agree as well is the rule of the day (NĐ 27/2026).

    `organization` keeps the record, and the caller has seen that its form has the sections.
    """
    policy.require(by, Permission.CONSENT_GIVE, organization, on=day(at))
    asked = Asked(
        own=policy.may_be(by, person),
        reader_is_giver=policy.same_human(by, reader),
        reader_is_person=policy.may_be(reader, person),
        reader_in_use=reader.is_active and reader.kind != "system",
        sections=len(sections),
        purpose=purpose,
        since=since,
        until=until,
        has_file=basis.data is not None,
    )
    refuse_if(why_not_consent(asked, day(at)))
    refuse_if("text_too_long" if len(purpose.strip()) > MOST_TEXT else None)
    row = Consent.objects.create(
        person=person,
        reader=reader,
        family=family,
        sections=sorted(sections),
        protected=protected,
        purpose=" ".join(purpose.split()),
        since=since,
        until=until,
        basis=keep(basis, organization=agency_of(organization), by=by, at=at),
        needs_person=not personnel_work and _person_agrees(organization, on=day(at)),
        given_at=at,
        given_by=by,
    )
    _note("consent.given", row, by, at, organization, sections=row.sections, protected=protected, until=str(until))
    return row


def _person_agrees(organization: Organization, *, on: date) -> bool:
    """Whether the rule of a day asks the person as well, for what lies outside personnel work."""
    return "person" in regulation.setting("consent.parties", on=on, code=organization.profile)


@transaction.atomic
def agree(consent_id: Any, *, by: Account, at: datetime) -> Consent:
    """The person agrees, as their own act: silence is no consent (Luật 91/2025)."""
    row = _take_own(consent_id, by)
    refuse_if(why_not_answer(row, day(at)))
    row.agreed_at, row.agreed_by = at, by
    row.save(update_fields=["agreed_at", "agreed_by"])
    _note("consent.agreed", row, by, at, row.basis.organization_id)
    return row


@transaction.atomic
def refuse(consent_id: Any, *, by: Account, at: datetime) -> Consent:
    """The person refuses: nobody reads."""
    row = _take_own(consent_id, by)
    refuse_if(why_not_answer(row, day(at)))
    row.refused_at, row.refused_by = at, by
    row.save(update_fields=["refused_at", "refused_by"])
    _note("consent.refused", row, by, at, row.basis.organization_id)
    return row


@transaction.atomic
def withdraw_consent(consent_id: Any, *, reason: str, by: Account, at: datetime) -> Consent:
    """The person whose consent it was, or the authority, takes it back at any time; from that moment nothing opens."""
    row = _take(consent_id)
    own = by.person_id is not None and by.person_id == row.person_id
    if not own:
        policy.require(by, Permission.CONSENT_GIVE, queries.keeper_of(row), on=day(at))
    refuse_if("not_yours_to_withdraw" if own and not row.needs_person else None)
    refuse_if(why_not_withdraw(row, day(at)))
    refuse_if("text_too_long" if len(reason.strip()) > MOST_TEXT else None)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, by, " ".join(reason.split())
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _note("consent.withdrawn", row, by, at, row.basis.organization_id)
    return row


def _take(consent_id: Any) -> Consent:
    held = Consent.objects.select_for_update(of=("self",)).select_related("basis")
    found = held.filter(pk=consent_id).first()
    if found is None:
        raise NotFound("no_such_consent")
    return found


def _take_own(consent_id: Any, by: Account) -> Consent:
    found = _take(consent_id)
    if by.person_id is None or by.person_id != found.person_id:
        raise NotFound("no_such_consent")
    return found


def _note(action: str, row: Consent, by: Account, at: datetime, organization: Any, **data: Any) -> None:
    said = {"reader": str(row.reader_id), "on_basis": str(row.basis)} | data
    audit.record(
        action, by=by, object=row, at=at, person=row.person_id, organization=organization or "", rows=[row], **said
    )
