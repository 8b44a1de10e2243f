from django.db import models

from hoso.access.models import Account
from hoso.base.db import paired
from hoso.base.ids import uuid7


class Certificate(models.Model):
    """A certificate registered to an account, by issuer and serial and not by name, on the basis of a document."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="certificates")
    subject = models.CharField(max_length=400)
    issuer = models.CharField(max_length=400)
    serial = models.CharField(max_length=80)  # hexadecimal
    fingerprint = models.CharField(max_length=64)
    basis = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)
    registered_at = models.DateTimeField(null=True)
    registered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            paired("registered"),
            models.UniqueConstraint(fields=["issuer", "serial"], name="signing_certificate_once"),
        ]

    def __str__(self) -> str:
        return self.subject
