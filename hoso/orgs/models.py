from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from hoso.base.ids import uuid7
from hoso.orgs.rules import Kind

models.CharField.register_lookup(Length)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def under(self, paths: list[str]) -> "OrganizationQuerySet":
        """Inside any of these subtrees, their roots included; inside none if there are none."""
        found = Q(pk__in=[])
        for path in paths:
            found |= Q(path=path) | Q(path__startswith=f"{path}.")
        return self.filter(found)


class Organization(models.Model):
    """An agency, department or unit; renamed, merged, dissolved, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=20, unique=True)  # H46.03.02, as in the national code system
    name = models.CharField(max_length=300)  # the name today; OrganizationName has them all
    kind = models.CharField(max_length=20, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, unique=True)  # its ancestors' numbers and its own: 001.004.002
    is_agency = models.BooleanField(default=False)  # has an administrator, a head and a confirmation of its own
    profile = models.CharField(max_length=40)  # its regulation profile
    since = models.DateField()
    until = models.DateField(null=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="orgs_organization_kind"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind=Kind.PROVINCE), name="orgs_one_province"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind=Kind.HOME_AFFAIRS), name="orgs_one_home_affairs"),
        ]
        indexes = [models.Index(OpClass("path", name="varchar_pattern_ops"), name="orgs_organization_path_like")]

    def __str__(self) -> str:
        return self.name


class OrganizationName(models.Model):
    """What an organisation was called between two days; an open end means today."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="names")
    name = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization"], condition=Q(until=None), name="orgs_one_name_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.name
