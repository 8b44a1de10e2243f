"""Keys of documents that give rights, when wrapping keys are rotated."""

from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access.models import Account, Basis
from hoso.audit import actions as audit
from hoso.base import envelope


@transaction.atomic
def rewrap_keys(*, after: Any, most: int, by: Account, at: datetime) -> envelope.Batch:
    """Wrap up to `most` keys of documents anew under the wrapping key used now: one event; what they open stays."""
    ring = envelope.ring()
    batch = envelope.rewrapped(Basis, ring, after, most)
    Basis.objects.bulk_update(batch.changed, envelope.columns(Basis))
    if batch.changed:
        audit.record("keys.rewrapped", by=by, object=Basis._meta.label, at=at, key=ring.current, count=batch.keys)
    return batch
