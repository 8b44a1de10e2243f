from django.db import models
from django.db.models import Q

from hoso.access.models import Account
from hoso.approvals.rules import ManifestStatus
from hoso.base.db import paired
from hoso.base.ids import uuid7
from hoso.orgs.models import Organization
from hoso.records.models import Record, Version


def _by() -> "models.ForeignKey[Account | None, Account | None]":
    return models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")


class Round(models.Model):
    """One month of a node, or a numbered supplement to it; its windows are kept as the profile said when it opened."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month = models.CharField(max_length=7)
    supplement = models.IntegerField(default=0)
    late = models.BooleanField(default=False)  # opened after its month had ended
    confirm_from = models.DateField()
    confirm_to = models.DateField()
    confirm_article = models.CharField(max_length=300)
    sign_from = models.DateField()
    sign_to = models.DateField()
    sign_article = models.CharField(max_length=300)
    opened_at = models.DateTimeField(null=True)
    opened_by = _by()
    closed_at = models.DateTimeField(null=True)  # its manifest was sealed
    closed_by = _by()

    class Meta:
        constraints = [
            paired("opened"),
            paired("closed"),
            models.UniqueConstraint(fields=["month", "supplement"], name="approvals_round_once"),
        ]

    def __str__(self) -> str:
        return f"{self.month}.{self.supplement}"


class Confirmation(models.Model):
    """A head vouches for one version of one record in one round; one row per round and record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="confirmations")
    record = models.ForeignKey(Record, models.PROTECT, related_name="confirmations")
    version = models.ForeignKey(Version, models.PROTECT, related_name="confirmations")
    seq = models.IntegerField()
    digest = models.CharField(max_length=64)
    agency = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    basis = models.CharField(max_length=200)
    batch = models.UUIDField()  # confirmed together
    signature = models.TextField(blank=True)  # detached, over the digest of the batch's lines; else re-authenticated
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = _by()

    class Meta:
        constraints = [
            paired("confirmed"),
            models.UniqueConstraint(fields=["round", "record"], name="approvals_one_confirmation"),
        ]
        indexes = [models.Index(fields=["record", "seq"], name="approvals_confirmed_versions")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.seq}"


class SentBack(models.Model):
    """A head does not confirm a version, and says why; the version stays, and somebody has to correct it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="sent_back")
    version = models.ForeignKey(Version, models.PROTECT, related_name="sent_back")
    agency = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField()
    sent_at = models.DateTimeField(null=True)
    sent_by = _by()

    class Meta:
        constraints = [
            paired("sent"),
            models.UniqueConstraint(fields=["round", "version"], name="approvals_sent_back_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}"


class Manifest(models.Model):
    """The list that is signed: a PDF a person can read, with the same data inside for machines."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="manifests")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, choices=ManifestStatus.choices, default=ManifestStatus.BUILT)
    count = models.IntegerField()
    lines_digest = models.CharField(max_length=64)
    file = models.UUIDField()  # of the PDF as built, in the file store
    file_sha256 = models.CharField(max_length=64)
    file_size = models.IntegerField()
    key_by = models.CharField(max_length=40)
    key_token = models.BinaryField(max_length=64)
    signed_file = models.UUIDField(null=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signed_size = models.IntegerField(default=0)
    signed_key_by = models.CharField(max_length=40, blank=True)
    signed_key_token = models.BinaryField(max_length=64, null=True)
    seal_number = models.BigIntegerField(null=True)  # the newest seal of the log that it carries
    built_at = models.DateTimeField(null=True)
    built_by = _by()
    signed_at = models.DateTimeField(null=True)
    signed_by = _by()
    sealed_at = models.DateTimeField(null=True)
    sealed_by = _by()
    dropped_at = models.DateTimeField(null=True)
    dropped_by = _by()

    WRAPPED = (("key_by", "key_token"), ("signed_key_by", "signed_key_token"))

    class Meta:
        constraints = [
            *(paired(stem) for stem in ("built", "signed", "sealed", "dropped")),
            models.CheckConstraint(condition=Q(status__in=ManifestStatus.values), name="approvals_manifest_status"),
            models.UniqueConstraint(
                fields=["round"], condition=~Q(status="dropped"), name="approvals_one_manifest_per_round"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ManifestLine(models.Model):
    """One version in a manifest. It counts once the manifest is sealed."""

    manifest = models.ForeignKey(Manifest, models.PROTECT, related_name="lines")
    record = models.ForeignKey(Record, models.PROTECT, related_name="manifest_lines")
    version = models.ForeignKey(Version, models.PROTECT, related_name="manifest_lines")
    seq = models.IntegerField()
    digest = models.CharField(max_length=64)
    agency = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manifest", "record"], name="approvals_line_once")]
        indexes = [models.Index(fields=["record", "seq"], name="approvals_signed_versions")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.seq}"
