"""Keeping files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base import envelope
from hoso.base.files import inspection, store
from hoso.base.ids import uuid7
from hoso.documents.models import Attachment
from hoso.people.models import Person


@transaction.atomic
def add(*, person: Person, data: bytes, name: str, by: Account, at: datetime) -> Attachment:
    """Keep a file of a person, encrypted; its kind is found from its content. Invalid as `inspection.inspect` says.

    The file is on disk before its row is; a crash between leaves a file that nobody mentions, never a row without one.
    """
    found = inspection.inspect(data)
    attachment_id = uuid7()
    wrapped = store.put(Path(settings.HOSO_FILES), envelope.ring(), attachment_id, data)
    attachment = Attachment.objects.create(
        id=attachment_id,
        person=person,
        name=inspection.clean_name(name),
        media_type=found.media_type,
        size=len(data),
        pages=found.pages,
        sha256=wrapped.sha256,
        key_by=wrapped.ring_key,
        key_token=wrapped.wrapped,
        added_at=at,
        added_by=by,
    )
    audit.record(
        "attachment.added", by=by, object=attachment, at=at, person=person, rows=[attachment], sha256=wrapped.sha256
    )
    return attachment


@transaction.atomic
def rewrap_keys(*, after: Any, most: int, by: Account, at: datetime) -> envelope.Batch:
    """Wrap up to `most` keys of files anew under the wrapping key used now: one event; what they open stays."""
    ring = envelope.ring()
    batch = envelope.rewrapped(Attachment, ring, after, most)
    Attachment.objects.bulk_update(batch.changed, envelope.columns(Attachment))
    if batch.changed:
        audit.record("keys.rewrapped", by=by, object=Attachment._meta.label, at=at, key=ring.current, count=batch.keys)
    return batch
