"""A draft on paper, for those who want to read it there before they hand it in."""

from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access.models import Account
from hoso.base.clock import day
from hoso.changes.queries import shown, working
from hoso.records import actions as records
from hoso.records import printing, queries
from hoso.records.paths import get


@transaction.atomic
def print_draft(change_id: Any, *, by: Account, at: datetime) -> bytes:
    """The form with what stands in a draft, marked as one; for whoever may write in it. One's own is whole and not
    logged; of others what is protected is printed as “che” (QĐ 31 Điều 5)."""
    change = working.writable(change_id, by, on=day(at))
    opened = working.work(change, on=day(at))
    return records.print_document(
        opened.found,
        of=change,
        form=opened.form,
        document=shown(opened, by).document,
        picture=queries.picture(get(opened.document, queries.PORTRAIT), opened.found.person.pk),
        said=printing.DRAFT_NOTE,
        watermark=printing.DRAFT,
        by=by,
        at=at,
    )
