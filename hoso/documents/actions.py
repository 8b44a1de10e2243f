"""Keeping files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from hoso.access import actions as access
from hoso.access import queries as accounts
from hoso.access.models import Account
from hoso.access.rules import hint
from hoso.audit import actions as audit
from hoso.base import envelope
from hoso.base.clock import local
from hoso.base.files import inspection, store
from hoso.base.ids import uuid7
from hoso.documents import printing
from hoso.documents.models import Attachment
from hoso.documents.printing.slips import Slip
from hoso.orgs import queries as orgs
from hoso.people import queries as people
from hoso.people.models import Person

MOST_SLIPS = 500


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


@transaction.atomic
def print_slips(organization_id: object, *, address: str, by: Account, at: datetime) -> bytes:
    """New codes for everybody in a part of the tree who has not activated yet, as a PDF; one event for each person
    (QĐ 31 Điều 6.2). The codes are nowhere else."""
    organization = orgs.by_id(organization_id)
    given = access.give_codes(organization, most=MOST_SLIPS, by=by, at=at)
    where = accounts.homes([each.account for each in given])
    slips = [
        Slip(
            name=each.account.name,
            unit=where[each.account.pk],
            hint=_hint(each.account),
            code=each.code,
            address=address,
            expires=f"{local(each.expires_at):%H:%M ngày %d/%m/%Y}",
        )
        for each in given
    ]
    fonts = Path(settings.HOSO_ASSETS) / "@expo-google-fonts" / "tinos"
    return printing.print_slips(slips, parent=organization.name, fonts=fonts, at=at)


def _hint(account: Account) -> str:
    if account.person is None:
        return "tên tài khoản cơ quan ghi trong đề nghị lập tài khoản"
    return f"số định danh cá nhân {hint(people.pin_of(account.person))}"
