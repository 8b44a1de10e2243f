"""Obligations are opened and closed inside the acts that start and meet them, and have no event of their own."""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.duties import queries
from hoso.duties.models import Obligation
from hoso.orgs.models import Organization
from hoso.regulation import rules as regulation
from hoso.regulation.rules import Due


def open_(
    rule: str,
    *,
    subject: models.Model,
    organization: Organization,
    role: str,
    account: UUID | None,
    at: datetime,
) -> Due:
    """Start a term by the organisation's profile; the article and the day are kept as they are today."""
    due = regulation.due(rule, start=day(at), code=organization.profile)
    Obligation.objects.create(
        rule=rule,
        article=due.article,
        organization=organization,
        role=role,
        account=account,
        subject_kind=subject._meta.label,
        subject_id=subject.pk,
        person_id=_person_of(subject),
        opened_at=at,
        due_on=due.on,
    )
    return due


def _person_of(subject: models.Model) -> UUID | None:
    """Whose record a subject is about: its own person, or the person of the record it belongs to."""
    found: UUID | None = getattr(getattr(subject, "record", subject), "person_id", None)
    return found


def close(rule: str, *, subject: models.Model, at: datetime, waived: bool = False) -> None:
    """Say that an obligation was met, or that nobody needs it any more; nothing happens if none runs."""
    Obligation.objects.filter(
        rule=rule, subject_kind=subject._meta.label, subject_id=subject.pk, closed_at=None
    ).update(closed_at=at, waived=waived)


@transaction.atomic
def note_export(asked: queries.Asked, *, by: Account, at: datetime) -> int:
    """Log that somebody takes a list of obligations away as a file; how many lines it has. NotAllowed."""
    count = queries.count(by, asked, on=day(at))
    audit.note_list("duties", said=asked._asdict(), count=count, by=by, at=at, action="duties.exported")
    return count
