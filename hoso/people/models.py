from django.db import models
from django.db.models import Q

from hoso.base.ids import uuid7
from hoso.orgs.models import Organization
from hoso.people.rules import Category


class Person(models.Model):
    """A human, once per node; the 12 digits are encrypted and found by a keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pin_index = models.BinaryField(max_length=16, unique=True)
    pin_sealed = models.BinaryField()
    full_name = models.CharField(max_length=200)
    name_plain = models.CharField(max_length=200)  # without marks, for searching
    name_sort = models.CharField(max_length=600, db_collation="C")
    birth = models.CharField(max_length=10)  # a day, a month or a year, as known
    sex = models.CharField(max_length=1)
    keeper = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")  # where employed now, or last

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(sex__in=["M", "F"]), name="people_person_sex")]
        indexes = [models.Index(fields=["name_sort", "id"], name="people_person_name_sort")]

    def __str__(self) -> str:
        return self.full_name


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def current(self) -> "EmploymentQuerySet":
        return self.filter(until=None)

    def under(self, paths: list[str]) -> "EmploymentQuerySet":
        return self.filter(organization__in=Organization.objects.under(paths))


class Employment(models.Model):
    """A person in an organisation, from a day until another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="employments")
    category = models.CharField(max_length=20, choices=Category.choices)
    title = models.CharField(max_length=300)
    staff_number = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)
    began = models.CharField(max_length=200)  # by what: recruitment, reception, contract; the deciding document
    ended = models.CharField(max_length=200, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="people_one_current_employment"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="people_employment_category"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.organization_id}"
