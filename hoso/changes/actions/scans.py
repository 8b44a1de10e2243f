"""Opening a scan that supports what is protected."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.changes.queries import scans
from hoso.records import actions as records
from hoso.records.purposes import Purpose, why_not_open


@transaction.atomic
def open_scan(evidence_id: UUID | str, *, purpose: Purpose, by: Account, at: datetime) -> str:
    """Open a scan for a purpose that the person will see; the ticket that its pages ask for, good for a quarter of an
    hour. Refused with `purpose_missing`, `purpose_text_missing`; nothing is logged where no purpose is asked."""
    evidence, held, asks = scans.readable(evidence_id, by, at=at)
    if asks:
        policy.require(by, Permission.RECORD_REVEAL, held.organization, on=day(at), person=held.person)
        refuse_if(why_not_open(purpose))
        records.note_revealed(held, of=evidence, places=asks, purpose=purpose, by=by, at=at)
    return scans.ticket_for(evidence.pk, by, at=at)
