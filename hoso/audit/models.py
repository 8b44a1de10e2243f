from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func


class _CurrentTransaction(Func):
    """The number of the running transaction, never reused (xid8)."""

    template = "pg_current_xact_id()"
    arity = 0


class TransactionId(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's xid8, filled by the database."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class Event(models.Model):
    """One line of the log: who did what to which thing. No foreign keys, no personal values."""

    id = models.BigAutoField(primary_key=True)
    transaction = TransactionId(db_default=_CurrentTransaction(), editable=False)
    at = models.DateTimeField()
    action = models.TextField()
    account = models.TextField()  # id of the account; "system" for the node itself
    person = models.TextField(blank=True)  # opaque id of the person whose record it concerns
    role = models.TextField(blank=True)
    organization = models.TextField(blank=True)
    object = models.TextField()  # "changes.Change:<id>"
    purpose = models.TextField(blank=True)
    data = models.JSONField(default=dict)  # names, numbers and digests, never values

    class Meta:
        indexes = [
            models.Index(fields=["object", "-id"], name="audit_event_object"),
            models.Index(fields=["person", "-id"], name="audit_event_person"),
            models.Index(fields=["account", "-id"], name="audit_event_account"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object} #{self.pk}"


class Seal(models.Model):
    """A batch of events that finished, hashed, chained to the batch before and signed by the node."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    count = models.IntegerField()
    events = ArrayField(models.BigIntegerField())  # the ids in the batch, ascending
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    signature = models.TextField()

    def __str__(self) -> str:
        return f"seal {self.number}"


class SealedEvent(models.Model):
    """That an event is in a seal: an event is in one seal or, for some seconds, in none."""

    event = models.BigIntegerField(primary_key=True)
    seal = models.BigIntegerField()

    def __str__(self) -> str:
        return f"event {self.event} in seal {self.seal}"
