"""Obligations are opened and closed inside the acts that start and meet them, and have no event of their own."""

from datetime import datetime
from uuid import UUID

from django.db import models

from hoso.base.clock import day
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
        opened_at=at,
        due_on=due.on,
    )
    return due


def close(rule: str, *, subject: models.Model, at: datetime, waived: bool = False) -> None:
    """Say that an obligation was met, or that nobody needs it any more; nothing happens if none runs."""
    Obligation.objects.filter(
        rule=rule, subject_kind=subject._meta.label, subject_id=subject.pk, closed_at=None
    ).update(closed_at=at, waived=waived)
