from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from hoso.access.roles import ROLES
from hoso.base.ids import uuid7
from hoso.orgs.models import Organization
from hoso.people.models import Person


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(sign_in_index=username)


class Account(AbstractBaseUser):
    """A sign-in: personal (belongs to a person), agency (handed to a named person by a decision) or the system's own.

    What is typed to sign in is never kept: only its keyed hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=[("personal", "cá nhân"), ("agency", "cơ quan"), ("system", "máy")])
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    name = models.CharField(max_length=200)  # who is behind it, as shown to others
    sign_in_index = models.CharField(max_length=32, unique=True)
    must_change_password = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    acting_role = ""  # the role that the running request used, for the log; not a column

    objects = AccountManager()
    USERNAME_FIELD = "sign_in_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="personal", person__isnull=False) | Q(kind__in=["agency", "system"]),
                name="access_account_personal_has_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role in a subtree, on the basis of a document, for a time. Nobody can do anything without one, except with
    their own record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants")
    basis_number = models.CharField(max_length=100)
    basis_date = models.DateField()
    since = models.DateField()
    until = models.DateField(null=True)  # its last day
    deputy = models.BooleanField(default=False)  # stands in for the sole holder
    away_since = models.DateField(null=True)
    away_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="access_grant_role"),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(role="agency_admin", deputy=False, until=None),
                name="access_one_administrator_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.organization_id}"
