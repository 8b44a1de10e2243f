"""Reading what must be done by when."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.duties.models import Obligation
from hoso.duties.rules import STATES, first_later_day
from hoso.orgs.models import Organization
from hoso.orgs.queries import names


class Asked(NamedTuple):
    """Which obligations: by state (a word of `rules.STATES`), an organisation's subtree, a rule, a month of closing."""

    state: str = ""
    organization: str = ""
    rule: str = ""
    month: str = ""  # 'YYYY-MM': closed in it; open ones are not asked for a month


class Counted(NamedTuple):
    """How many obligations run, are due soon or late, and how those of the month were met."""

    open: int
    soon: int
    late: int
    in_time: int
    too_late: int

    @property
    def met(self) -> int:
        """How many were met in the month, in time or not."""
        return self.in_time + self.too_late

    def plus(self, other: "Counted") -> "Counted":
        """Both together."""
        return Counted(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Line(NamedTuple):
    """One organisation, or one rule, of the board."""

    key: str
    name: str
    counted: Counted


class Board(NamedTuple):
    """Obligations of a part of the tree: by organisation and by rule, and all together."""

    organizations: list[Line]
    rules: list[Line]
    whole: Counted


NONE = Counted(0, 0, 0, 0, 0)


def mine(account: Account) -> QuerySet[Obligation]:
    """What an account itself has to do, most urgent first."""
    return Obligation.objects.filter(account=account.pk, closed_at=None).order_by("due_on", "pk")


def open_for(subject_kind: str, subject_ids: Iterable[object]) -> QuerySet[Obligation]:
    """What runs for some subjects."""
    return Obligation.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids), closed_at=None)


def board(viewer: Account, *, month: str, on: date) -> Board:
    """How many obligations are open, due soon, late, and how those closed in a month were met. Two queries.

    NotAllowed for who watches no part of the tree.
    """
    rows = (
        _under(policy.require_any(viewer, Permission.DUTY_WATCH, on=on))
        .filter(Q(closed_at=None) | _met_in(month))
        .values("organization", "rule")
        .annotate(
            open=Count("pk", filter=_state("open", on)),
            soon=Count("pk", filter=_state("soon", on)),
            late=Count("pk", filter=_state("late", on)),
            in_time=Count("pk", filter=_state("in_time", on)),
            too_late=Count("pk", filter=_state("too_late", on)),
        )
        .order_by()
    )
    by_organization: dict[str, Counted] = {}
    by_rule: dict[str, Counted] = {}
    whole = NONE
    for row in rows:
        counted = Counted(row["open"], row["soon"], row["late"], row["in_time"], row["too_late"])
        organization, rule = str(row["organization"]), row["rule"]
        by_organization[organization] = by_organization.get(organization, NONE).plus(counted)
        by_rule[rule] = by_rule.get(rule, NONE).plus(counted)
        whole = whole.plus(counted)
    called = names(by_organization)
    return Board(
        sorted((Line(key, called.get(key, ""), each) for key, each in by_organization.items()), key=_most_late),
        sorted((Line(key, "", each) for key, each in by_rule.items()), key=_most_late),
        whole,
    )


def _most_late(line: Line) -> tuple[int, int, int, str]:
    return -line.counted.late, -line.counted.soon, -line.counted.open, line.name or line.key


def listed(
    viewer: Account, asked: Asked, *, on: date, after: tuple[date, UUID] | None = None, most: int = 50
) -> list[Obligation]:
    """A page of obligations, the earliest day first, from behind a day and id. NotAllowed. Two queries."""
    found = _asked(viewer, asked, on=on)
    if after:
        found = found.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
    return list(found[:most])


def every(viewer: Account, asked: Asked, *, on: date) -> Iterator[Obligation]:
    """All of them, a thousand at a time, for a file. NotAllowed."""
    return _asked(viewer, asked, on=on).iterator(chunk_size=1000)


def count(viewer: Account, asked: Asked, *, on: date) -> int:
    """How many there are. NotAllowed."""
    return _asked(viewer, asked, on=on).count()


def units(viewer: Account, *, on: date) -> QuerySet[Organization]:
    """The organisations by which the viewer may filter, in the order of the tree."""
    return Organization.objects.under(policy.require_any(viewer, Permission.DUTY_WATCH, on=on)).order_by("path")


def _asked(viewer: Account, asked: Asked, *, on: date) -> QuerySet[Obligation]:
    found = _under(policy.require_any(viewer, Permission.DUTY_WATCH, on=on))
    if asked.organization:
        top = Organization.objects.filter(pk=asked.organization).first()
        found = found.filter(organization__in=Organization.objects.under([top.path] if top else []))
    if asked.rule:
        found = found.filter(rule=asked.rule)
    found = found.filter(_state(asked.state or "open", on))
    if asked.month and STATES[asked.state or "open"].closed:
        found = found.filter(_met_in(asked.month))
    return found.select_related("organization", "person").order_by("due_on", "pk")


def _under(paths: list[str]) -> QuerySet[Obligation]:
    return Obligation.objects.filter(organization__in=Organization.objects.under(paths))


def _state(word: str, on: date) -> Q:
    """The obligations in a state on a day."""
    runs, met = Q(closed_at=None), Q(closed_at__isnull=False, waived=False)
    match word:
        case "soon":
            return runs & Q(due_on__gte=on, due_on__lt=first_later_day(on))
        case "late":
            return runs & Q(due_on__lt=on)
        case "in_time":
            return met & Q(closed_at__date__lte=F("due_on"))
        case "too_late":
            return met & Q(closed_at__date__gt=F("due_on"))
    return runs


def _met_in(month: str) -> Q:
    return Q(waived=False, closed_at__year=int(month[:4]), closed_at__month=int(month[5:7]))
