"""The list of people in somebody's scope, each with how far their record is."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.approvals.models import Confirmation, ManifestLine
from hoso.approvals.rules import ManifestStatus
from hoso.changes.models import Change
from hoso.changes.rules import OPEN, Status
from hoso.orgs.models import Organization
from hoso.people.models import Employment, Person
from hoso.people.queries import named
from hoso.people.rules import Category
from hoso.records.models import Record, Version

# How far a record is, in the order of its life.
STATES = ("none", "drafting", "waiting", "kept", "signed")


class Asked(NamedTuple):
    """What a list of people was asked for; empty means all."""

    text: str = ""
    unit: str = ""
    category: str = ""
    state: str = ""


class Listed(NamedTuple):
    """One page: its rows by given name, how many there are in all, and whether there are more on either side."""

    rows: list[Any]
    total: int
    has_before: bool
    has_after: bool


def people(viewer: Account, asked: Asked, *, on: date, after: str = "", before: str = "", most: int = 50) -> Listed:
    """A page of the people whom the viewer may see, by given name; `after` and `before` are ids of people.

    Rows are employments with `record`, `family`, `head_seq`, `state`, `level` and `accepted_at`. Three queries at most.
    """
    found = _asked(_in_scope(viewer, on=on), asked)
    backwards = bool(before) and not after
    page, start = found, _place(after or before)
    if start:
        name, pk = start
        beyond = Q(person__name_sort__lt=name) | Q(person__name_sort=name, person__lt=pk)
        after_it = Q(person__name_sort__gt=name) | Q(person__name_sort=name, person__gt=pk)
        page = found.filter(beyond if backwards else after_it)
        edge = "person__name_sort__lte" if backwards else "person__name_sort__gte"
        page = page.filter(**{edge: name})  # says nothing new, but an index can begin there
    order = ("-person__name_sort", "-person") if backwards else ("person__name_sort", "person")
    rows = list(page.select_related("person", "organization").order_by(*order)[: most + 1])
    more, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    return Listed(rows, found.count(), more if backwards else bool(start), bool(start) if backwards else more)


def _place(person: str) -> tuple[str, Any] | None:
    """Where somebody stands in the order of names."""
    if not person:
        return None
    return Person.objects.filter(pk=person).values_list("name_sort", "pk").first()


def units(viewer: Account, *, on: date) -> QuerySet[Organization]:
    """The organisations by which the viewer may filter, in the order of the tree."""
    paths = policy.require_any(viewer, Permission.PEOPLE_VIEW, on=on)
    return Organization.objects.under(paths).filter(until=None).order_by("path")


def _in_scope(viewer: Account, *, on: date) -> Any:
    paths = policy.require_any(viewer, Permission.PEOPLE_VIEW, on=on)
    record = Record.objects.filter(person=OuterRef("person"), family=OuterRef("family"))
    head = Version.objects.filter(record=OuterRef("record"), seq=OuterRef("head_seq"))
    changes = Change.objects.filter(record=OuterRef("record"))
    signed = ManifestLine.objects.filter(
        record=OuterRef("record"), seq=OuterRef("head_seq"), manifest__status=ManifestStatus.SEALED
    )
    confirmed = Confirmation.objects.filter(record=OuterRef("record"), seq=OuterRef("head_seq"))
    everybody = Employment.objects.current()
    whole = any("." not in path for path in paths)  # the province's: nothing to sort out, so the index of names leads
    return (everybody if whole else everybody.under(paths)).annotate(
        family=Case(
            When(category=Category.CONTRACT_WORKER, then=Value("contract")),
            default=Value("syll"),
            output_field=CharField(),
        ),
        record=Subquery(record.values("pk")[:1]),
        head_seq=Subquery(record.values("head_seq")[:1]),
        accepted_at=Subquery(head.values("accepted_at")[:1]),
        signed_month=Subquery(signed.values("manifest__round__month")[:1]),
        confirmed_month=Subquery(confirmed.values("round__month")[:1]),
        state=Case(
            When(Exists(changes.filter(status=Status.SUBMITTED)), then=Value("waiting")),
            When(Exists(signed), then=Value("signed")),
            When(head_seq__gt=0, then=Value("kept")),
            When(Exists(changes.filter(status__in=OPEN, merged_into=None)), then=Value("drafting")),
            default=Value("none"),
            output_field=CharField(),
        ),
        account_id=F("person__account"),
    )


def _asked(found: Any, asked: Asked) -> Any:
    if asked.text.strip():
        of_number = Q(staff_number__iexact=asked.text.strip())
        found = found.filter(named(asked.text) | of_number if any(map(str.isdigit, asked.text)) else named(asked.text))
    if asked.unit:
        chosen = Organization.objects.filter(pk=asked.unit).values_list("path", flat=True)
        found = found.under(list(chosen))
    if asked.category:
        found = found.filter(category=asked.category)
    return found.filter(state=asked.state) if asked.state in STATES else found
