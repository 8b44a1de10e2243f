"""Looking at a scan."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound
from hoso.changes.models import Evidence
from hoso.changes.queries import desk
from hoso.records import queries as records


@transaction.atomic
def look_at(evidence_id: UUID | str, *, page: int, by: Account, at: datetime) -> Evidence:
    """A scan for whoever may see it, and the event that they did: the person, whose looks are not
    logged, those who may view the record, and the change's verifiers. NotFound, NotAllowed.
    """
    evidence = Evidence.objects.select_related("attachment", "change__record__person").filter(pk=evidence_id).first()
    if evidence is None:
        raise NotFound("no_such_evidence")
    change = evidence.change
    found = records.held_of(change.record)
    if by.person_id == change.record.person_id:
        return evidence
    if not records.may_view(by, found, on=day(at)) and desk.why_not_verifier(change, by, on=day(at)):
        raise NotAllowed("not_allowed")
    audit.record(
        "attachment.read",
        by=by,
        object=evidence.attachment,
        at=at,
        person=change.record.person_id,
        organization=found.organization,
        page=page,
    )
    return evidence
