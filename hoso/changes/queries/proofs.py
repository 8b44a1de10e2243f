"""The scans behind what a record holds."""

from django.db.models import QuerySet

from hoso.changes.models import Evidence
from hoso.changes.rules import Status
from hoso.records.models import Record


def of_record(record: Record) -> QuerySet[Evidence]:
    """The evidence of the changes that were accepted, newest first. One query."""
    return (
        Evidence.objects.filter(change__record=record, change__status=Status.ACCEPTED, removed_at=None)
        .select_related("attachment", "change__decided_by", "attached_by")
        .order_by("-change__decided_at", "pk")
    )
