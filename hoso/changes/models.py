from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hoso.access.models import Account
from hoso.base.db import paired
from hoso.base.ids import uuid7
from hoso.changes.rules import REASONS, Status
from hoso.documents.models import Attachment
from hoso.orgs.models import Organization
from hoso.records.models import Record


def _by() -> "models.ForeignKey[Account | None, Account | None]":
    return models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")


class Change(models.Model):
    """A request to change a record: what somebody typed on top of a version, and how far it has come.

    The draft is encrypted as a whole under the person's key; what the officers decided stays beside it for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="changes")
    form = models.CharField(max_length=40)
    agency = models.BooleanField()  # the part that the agency fills in
    on_behalf = models.BooleanField(default=False)  # entered by the agency for the person, who then confirms
    first_entry = models.BooleanField()  # nothing of this side was accepted before
    base_seq = models.IntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    number = models.CharField(max_length=20, blank=True)  # of the confirmation that the person keeps
    submissions = models.IntegerField(default=0)
    continues = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    draft_sealed = models.BinaryField()
    revision = models.IntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = _by()
    writers = ArrayField(models.UUIDField(), default=list)  # accounts that ever wrote in it, or in what it came from
    entered_at = models.DateTimeField(null=True)
    entered_by = _by()
    handed_at = models.DateTimeField(null=True)
    handed_by = _by()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = _by()
    signature = models.TextField(blank=True)  # the person's own, detached, where the profile asks for it
    taken_at = models.DateTimeField(null=True)
    taken_by = _by()
    decided_at = models.DateTimeField(null=True)
    decided_by = _by()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = _by()

    desk = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")  # whose officer verifies it
    needs_deputy = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    article = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            *(paired(stem) for stem in ("saved", "entered", "handed", "submitted", "taken", "decided", "withdrawn")),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="changes_change_status"),
            models.UniqueConstraint(
                fields=["record", "agency"],
                condition=Q(status__in=["draft", "returned"], merged_into=None),
                name="changes_one_open_draft",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="changes_change_number"),
        ]
        indexes = [
            models.Index(fields=["desk", "due_on", "id"], condition=Q(status="submitted"), name="changes_to_verify"),
            models.Index(fields=["record", "-id"], name="changes_of_record"),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} ({self.status})"

    def save(self, *, update_fields: Iterable[str] | None = None, **how: Any) -> None:
        """Whoever has a hand in it is a writer of it from then on, whatever stands in that place later."""
        hands = (self.entered_by_id, self.handed_by_id, self.submitted_by_id, self.saved_by_id)
        self.writers = sorted({*self.writers, *(hand for hand in hands if hand)}, key=str)
        super().save(update_fields=None if update_fields is None else {*update_fields, "writers"}, **how)


class Evidence(models.Model):
    """A scan that supports named places of a change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(Change, models.PROTECT, related_name="evidence")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    paths = models.JSONField()  # scopes: a value, a row, a table, a section
    attached_at = models.DateTimeField(null=True)
    attached_by = _by()
    removed_at = models.DateTimeField(null=True)
    removed_by = _by()

    class Meta:
        constraints = [paired("attached"), paired("removed")]

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """What an officer said about one place of a change; kept for ever. The reason is for the person to read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(Change, models.PROTECT, related_name="decisions")
    submission = models.IntegerField()
    path = models.CharField(max_length=120)
    accepted = models.BooleanField()
    reason_code = models.CharField(max_length=20, blank=True)
    reason_sealed = models.BinaryField(null=True)  # a reason may quote the value
    decided_at = models.DateTimeField(null=True)
    decided_by = _by()

    class Meta:
        constraints = [
            paired("decided"),
            models.UniqueConstraint(fields=["change", "submission", "path"], name="changes_decision_once"),
            models.CheckConstraint(
                condition=Q(accepted=True) | Q(reason_code__in=list(REASONS), reason_sealed__isnull=False),
                name="changes_return_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{'accepted' if self.accepted else 'returned'} {self.path}"


class ErrorReport(models.Model):
    """A person says that something which the agency fills in, or which is locked, is wrong."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="error_reports")
    path = models.CharField(max_length=120)
    text_sealed = models.BinaryField()
    reported_at = models.DateTimeField(null=True)
    reported_by = _by()
    answered_at = models.DateTimeField(null=True)
    answered_by = _by()

    class Meta:
        constraints = [paired("reported"), paired("answered")]

    def __str__(self) -> str:
        return f"error at {self.path}"
