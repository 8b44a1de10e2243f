"""A draft on paper, for those who want to read it there before they hand it in."""

from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base.clock import day, local
from hoso.changes.queries import shown, working
from hoso.documents import queries as documents
from hoso.records import printing
from hoso.records import queries as records
from hoso.records.paths import get


@transaction.atomic
def print_draft(change_id: Any, *, by: Account, at: datetime) -> bytes:
    """The form with what stands in a draft, marked as one; for whoever may write in it. One's own is whole and not
    logged; of others what is protected is printed as “che” (QĐ 31 Điều 5)."""
    change = working.writable(change_id, by, on=day(at))
    opened = working.work(change, on=day(at))
    found, seen = opened.found, shown(opened, by)
    if by.person_id != found.person.pk:
        audit.record(
            "record.printed",
            by=by,
            object=change,
            at=at,
            person=found.person,
            organization=found.organization,
            sections=sorted(opened.document),
        )
    picture = records.picture(get(opened.document, records.PORTRAIT), found.person.pk)
    return printing.pdf(
        opened.form,
        seen.document,
        name=found.person.full_name,
        photo=documents.content(picture) if picture else None,
        footer=f"{printing.DRAFT_NOTE} · In lúc {local(at):%H:%M %d/%m/%Y}, người in: {by.name}",
        watermark=printing.DRAFT,
        at=at,
    )
