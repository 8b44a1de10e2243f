from django.db import models
from django.db.models import Q

from hoso.access.models import Account
from hoso.base.db import paired
from hoso.base.ids import uuid7
from hoso.people.models import Person


class PersonKey(models.Model):
    """A person's data key, wrapped by a key outside the database; rotating rewraps it and touches no record."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="data_key")
    by = models.CharField(max_length=40)
    token = models.BinaryField(max_length=64)

    WRAPPED = (("by", "token"),)

    def __str__(self) -> str:
        return f"key of {self.person_id}"


class Record(models.Model):
    """A person's chain of versions of one family of forms: the sơ yếu lý lịch, or the labour contract."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="records")
    family = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    head_seq = models.IntegerField(default=0)  # the newest version's; 0 before the first
    head_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "family"], name="records_one_chain_per_family"),
            models.CheckConstraint(condition=Q(family__in=["syll", "contract"]), name="records_record_family"),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.person_id}"


class Version(models.Model):
    """One state of a record: immutable; what is signed is its digest. `envelope` is sealed as in `versions.py`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="versions")
    form = models.CharField(max_length=40)
    seq = models.IntegerField()
    prev = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    envelope = models.JSONField()
    parts = models.JSONField()  # per section the seq of the version in which it last changed
    summary = models.JSONField()  # which sections, tables and fields this version changed: paths, never values
    organization = models.UUIDField()  # the agency whose officer accepted it
    change = models.UUIDField()
    accepted_seq = models.BigIntegerField(unique=True)  # in the order of acceptance on this node
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            paired("accepted"),
            models.UniqueConstraint(fields=["record", "seq"], name="records_version_seq"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="records_version_seq_positive"),
        ]

    def __str__(self) -> str:
        return f"version {self.seq} of {self.record_id}"
