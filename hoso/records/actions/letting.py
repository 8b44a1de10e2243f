"""Letting somebody read a record who is not entitled otherwise."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from hoso.access import actions as access
from hoso.access.models import Account, Consent
from hoso.access.rules import Paper
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if
from hoso.records import queries


@transaction.atomic
def let_read(
    record_id: object,
    *,
    reader: Account,
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
    """Written consent of the authority to a reader of some sections of a record; see `access.actions.give_consent`."""
    found = queries.viewable(record_id, by, on=day(at))
    refuse_if(None if set(sections) <= queries.sections_of(found.record).keys() else "no_such_field", NotFound)
    return access.give_consent(
        person=found.person,
        organization=found.organization,
        reader=reader,
        family=found.record.family,
        sections=sections,
        protected=protected,
        purpose=purpose,
        personnel_work=personnel_work,
        since=since,
        until=until,
        basis=basis,
        by=by,
        at=at,
    )
