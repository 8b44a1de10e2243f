from django.db import models
from django.db.models import Q

from hoso.access.models import Account
from hoso.base.db import paired
from hoso.base.ids import uuid7
from hoso.people.models import Person


class Attachment(models.Model):
    """A file that somebody uploaded, encrypted under a key of its own; its digest is what versions mention."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)  # as the uploader called it, cleaned
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    pages = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    key_by = models.CharField(max_length=40)
    key_token = models.BinaryField(max_length=64)
    added_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    WRAPPED = (("key_by", "key_token"),)

    class Meta:
        constraints = [
            paired("added"),
            models.CheckConstraint(condition=Q(size__gt=0, pages__gt=0), name="documents_attachment_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
