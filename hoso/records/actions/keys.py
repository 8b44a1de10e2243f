"""Persons' keys, when wrapping keys are rotated."""

from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base import envelope
from hoso.records.models import PersonKey


@transaction.atomic
def rewrap_keys(*, after: Any, most: int, by: Account, at: datetime) -> envelope.Batch:
    """Wrap up to `most` persons' keys anew under the wrapping key used now: one event; what they open stays."""
    ring = envelope.ring()
    batch = envelope.rewrapped(PersonKey, ring, after, most)
    PersonKey.objects.bulk_update(batch.changed, envelope.columns(PersonKey))
    if batch.changed:
        audit.record("keys.rewrapped", by=by, object=PersonKey._meta.label, at=at, key=ring.current, count=batch.keys)
    return batch
