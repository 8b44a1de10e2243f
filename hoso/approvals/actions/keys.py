"""Keys of files of the month, when wrapping keys are rotated."""

from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access.models import Account
from hoso.approvals.models import Manifest
from hoso.audit import actions as audit
from hoso.base import envelope


@transaction.atomic
def rewrap_keys(*, after: Any, most: int, by: Account, at: datetime) -> envelope.Batch:
    """Wrap up to `most` manifests' keys anew under the wrapping key used now: one event; what they open stays."""
    ring = envelope.ring()
    batch = envelope.rewrapped(Manifest, ring, after, most)
    Manifest.objects.bulk_update(batch.changed, envelope.columns(Manifest))
    if batch.changed:
        audit.record(
            "keys.rewrapped",
            by=by,
            object=Manifest._meta.label,
            at=at,
            rows=batch.changed,
            key=ring.current,
            count=batch.keys,
        )
    return batch
