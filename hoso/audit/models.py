from django.contrib.postgres.fields import ArrayField
from django.db import models


class Event(models.Model):
    """One line of the log: who did what to which thing. No foreign keys, no personal values."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    action = models.TextField()
    account = models.TextField()  # id of the account; "system" for the node itself
    behind = models.TextField(blank=True)  # opaque id of the person behind the account then
    person = models.TextField(blank=True)  # opaque id of the person whose record it concerns
    role = models.TextField(blank=True)
    basis = models.TextField(blank=True)  # the document that gave the right to do it
    organization = models.TextField(blank=True)
    object = models.TextField()  # "changes.Change:<id>"
    purpose = models.TextField(blank=True)
    data = models.JSONField(default=dict)  # names, numbers and digests, never values
    mark = models.TextField(blank=True)  # by the application's own key: nobody else puts an event here

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


class Witness(models.Model):
    """How a row looked when an act had written it: a digest, which the event counts and covers by a root."""

    pk = models.CompositePrimaryKey("event", "table_name", "row_id")
    event = models.BigIntegerField()
    table_name = models.TextField()
    row_id = models.TextField()
    scheme = models.SmallIntegerField()  # which columns, see `witnesses.py`
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_id", "-event"], name="audit_witness_newest")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} at event {self.event}"
