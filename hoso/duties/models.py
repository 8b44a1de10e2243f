from django.db import models
from django.db.models import Q

from hoso.base.ids import uuid7
from hoso.orgs.models import Organization
from hoso.people.models import Person


class Obligation(models.Model):
    """Somebody must do something by a day because an article says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=40)
    article = models.CharField(max_length=300)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)  # who of that organisation; "self" with an account
    account = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=40)  # "changes.Change"
    subject_id = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # whose record it is about
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    waived = models.BooleanField(default=False)  # closed because nobody needs it any more

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_kind", "subject_id"],
                condition=Q(closed_at=None),
                name="duties_one_open_per_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "role", "due_on"], condition=Q(closed_at=None), name="duties_open"),
            models.Index(fields=["account", "due_on"], condition=Q(closed_at=None), name="duties_open_mine"),
            models.Index(fields=["organization", "due_on", "id"], name="duties_by_day"),
            models.Index(fields=["closed_at"], name="duties_closed"),
        ]
        verbose_name_plural = "obligations"

    def __str__(self) -> str:
        return f"{self.rule} by {self.due_on}"
