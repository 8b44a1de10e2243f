"""Lists of changes: what waits for whom."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.base import envelope, keys
from hoso.base.clock import day
from hoso.base.kept import Kept
from hoso.base.text import plain
from hoso.changes import rules
from hoso.changes.models import Change, ErrorReport, Evidence
from hoso.changes.queries.desk import VERIFYING
from hoso.duties import queries as duties
from hoso.orgs.models import Organization
from hoso.people.models import Employment
from hoso.people.queries import named
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.forms import newest
from hoso.records.models import PersonKey, Record


def _for(officer: Account, on: date) -> QuerySet[Change]:
    """Submitted changes at the officer's desks, without those that four eyes forbids."""
    ways, values = _asked(officer, on)
    return _at_desks(ways, *values)


def _asked(officer: Account, on: date) -> tuple[tuple[str, ...], list[Any]]:
    """How an officer comes to each desk, and what stands in the question: the account, who is behind it, the desks."""
    ways, desks = [], []
    for held in policy.held(officer, on):
        if not held.may(Permission.CHANGE_VERIFY):
            continue
        if held.role in VERIFYING:
            ways.append("deputy" if held.stands_by else "desk")
            desks.append(held.organization_id)
        elif held.role == "dept_admin":
            ways.append("department")
            desks.append(held.organization_id)
    hand = officer.behind
    return tuple(ways), [officer.pk, hand.person_id or plain(hand.name), *desks]


def _at_desks(ways: Sequence[str], account: Any, behind: Any, *held: Any) -> QuerySet[Change]:
    desks = Q(pk__in=[])
    for way, desk in zip(ways, held, strict=True):
        here = Q(desk=desk)
        desks |= here & Q(needs_deputy=True) if way == "deputy" else here
        if way == "department":
            desks |= Q(desk__kind="home_affairs")
    own = Q(entered_by=account) | Q(handed_by=account) | Q(submitted_by=account) | Q(saved_by=account)
    own |= Q(writers__contains=[account])
    waiting = Change.objects.filter(desks, status=rules.Status.SUBMITTED).exclude(own)
    if isinstance(behind, str):  # of an agency's account, where only a name is known: see policy.own
        return waiting.exclude(record__person__name_plain=behind)
    return waiting.exclude(record__person=behind)


def to_verify(
    officer: Account,
    *,
    on: date,
    text: str = "",
    due: str = "",
    side: str = "",
    taken: str = "",
    after: tuple[date, Any] | None = None,
) -> QuerySet[Change]:
    """What this officer can verify, most urgent first.

    `due` late|today|later, `taken` me|nobody, `side` person|agency|first; `after` the day and id of the last row seen.
    """
    found = _for(officer, on)
    if text.strip():
        found = found.filter(named(text, "record__person") | Q(number__iexact=text.strip()))
    late = {"late": Q(due_on__lt=on), "today": Q(due_on=on), "later": Q(due_on__gt=on)}
    sides = {"person": Q(agency=False), "agency": Q(agency=True), "first": Q(first_entry=True)}
    whose = {"me": Q(taken_by=officer), "nobody": Q(taken_by=None)}
    found = found.filter(late.get(due, Q()), sides.get(side, Q()), whose.get(taken, Q()))
    if after:
        found = found.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
    return found.select_related("record__person", "desk", "taken_by", "submitted_by").order_by("due_on", "pk")


class Walk(NamedTuple):
    """Where a change stands in an officer's queue, and its neighbours that nobody else holds."""

    place: int
    size: int
    before: Any  # ids, or None
    after: Any


def walk(change: Change, officer: Account, *, on: date, at: datetime) -> Walk:
    """The queue around a change, most urgent first. Four queries, however long it is."""
    waiting = _for(officer, on).order_by("due_on", "pk")
    earlier = Q(due_on__lt=change.due_on) | Q(due_on=change.due_on, pk__lt=change.pk)
    free = waiting.filter(Q(taken_by=None) | Q(taken_by=officer) | Q(taken_at__lte=at - rules.HELD_FOR))
    ids = free.exclude(pk=change.pk).values_list("pk", flat=True)
    place = waiting.filter(earlier).count() + 1
    return Walk(
        place,
        max(place, waiting.count()),  # the department may open what is not in its own queue
        ids.filter(earlier).reverse().first(),
        ids.exclude(earlier).first(),
    )


def next_to_verify(change: Change, officer: Account, *, on: date, at: datetime) -> Any:
    """What to work on after a change: the next in the queue that nobody else holds, else the most urgent; None."""
    found = walk(change, officer, on=on, at=at)
    if found.after or not found.before:
        return found.after
    free = Q(taken_by=None) | Q(taken_by=officer) | Q(taken_at__lte=at - rules.HELD_FOR)
    return (
        _for(officer, on)
        .filter(free)
        .exclude(pk=change.pk)
        .order_by("due_on", "pk")
        .values_list("pk", flat=True)
        .first()
    )


def counts(officer: Account, *, on: date) -> dict[str, int]:
    """How many wait, how many of them are late, and how many are due today. One query."""
    ways, values = _asked(officer, on)
    found = _days(ways, officer.person_id is None)(*values) if ways else []
    return {
        "waiting": sum(count for _, count in found),
        "late": sum(count for day_, count in found if day_ and day_ < on),
        "today": sum(count for day_, count in found if day_ == on),
    }


@cache
def _days(ways: tuple[str, ...], agency: bool) -> Kept[tuple[date | None, int]]:
    """On which days how many are due, of those that may be verified by who comes to desks in these ways: the menu of
    every page asks it."""
    return Kept(lambda *values: _at_desks(ways, *values).order_by().values_list("due_on").annotate(count=Count("pk")))


def mine(account: Account) -> QuerySet[Change]:
    """A person's own changes, newest first."""
    return (
        Change.objects.filter(record__person=account.person_id)
        .select_related("record", "decided_by", "desk")
        .order_by("-pk")
    )


def of_record(record: Record) -> QuerySet[Change]:
    """Every change of a record, newest first."""
    return Change.objects.filter(record=record).select_related("submitted_by", "decided_by").order_by("-pk")


def with_proofs(record: Record) -> list[Any]:
    """Every change of a record, newest first, with the number of its scans that support what was accepted; only state,
    number and day are read, and the draft of what waits. One query."""
    found = _with_proofs(record.pk)
    for each in found:
        if each.status == rules.Status.SUBMITTED:
            each.draft_sealed = each.waiting_draft
    return found


def _counted(record: Any) -> QuerySet[Any]:
    kept = Q(status=rules.Status.ACCEPTED, evidence__removed_at=None)
    counted = Change.objects.filter(record=record).annotate(
        proofs=Count("evidence", filter=kept),
        waiting_draft=Case(When(status=rules.Status.SUBMITTED, then=F("draft_sealed"))),
    )
    return counted.only("status", "number", "due_on").order_by("-pk")


_with_proofs = Kept(_counted)


def waiting_for_person(officer: Account, *, on: date) -> QuerySet[Change]:
    """Drafts and returns of people under the officer's care, oldest first: whom to remind."""
    paths = policy.scope(officer, Permission.CHANGE_ENTER, on=on)
    return (
        Change.objects.filter(
            status__in=rules.OPEN,
            merged_into=None,
            record__person__employments__until=None,
            record__person__employments__organization__in=Organization.objects.under(paths),
        )
        .select_related("record__person")
        .order_by("pk")
    )


def reports_for(officer: Account, *, on: date) -> QuerySet[ErrorReport]:
    """Errors that people reported and nobody has answered."""
    paths = policy.scope(officer, Permission.CHANGE_ENTER, on=on)
    return (
        ErrorReport.objects.filter(
            answered_at=None,
            record__person__employments__until=None,
            record__person__employments__organization__in=Organization.objects.under(paths),
        )
        .select_related("record__person")
        .order_by("pk")
    )


def reports_of(record: Record) -> list[tuple[ErrorReport, str]]:
    """What a person reported about the own record, newest first, each with its text; two queries."""
    rows = list(ErrorReport.objects.filter(record=record).select_related("answered_by").order_by("-pk")[:50])
    key = records.person_key(record.person_id) if rows else b""
    return [(row, str(keys.unseal(key, f"changes.ErrorReport:{row.pk}", bytes(row.text_sealed)))) for row in rows]


def with_work(found: QuerySet[Change]) -> QuerySet[Change]:
    """The same changes with each person's present employment and its organisation: two more queries for all of them."""
    jobs = Employment.objects.current().select_related("organization")
    return found.prefetch_related(Prefetch("record__person__employments", jobs))


def correct_by(found: Iterable[Change]) -> dict[Any, date]:
    """Change → the day by which its person must correct it, of those that have one. One query."""
    running = duties.open_for(Change._meta.label, [change.pk for change in found])
    return {each.subject_id: each.due_on for each in running if each.rule == "change.correct"}


def evidence_of(change: Change) -> list[Evidence]:
    """The scans beside a change, in the order they came. One query."""
    return list(change.evidence.filter(removed_at=None).select_related("attachment").order_by("pk"))


class Report(NamedTuple):
    """A reported error, opened: the label of the place and what the person wrote."""

    report: ErrorReport
    label: str
    text: str


def opened_reports(found: Iterable[ErrorReport]) -> list[Report]:
    """Reported errors with their words. One query for the keys of all."""
    rows = list(found)
    ring = envelope.ring()
    kept = PersonKey.objects.in_bulk({row.record.person_id for row in rows})
    opened = []
    for row in rows:
        key = records.opened_key(kept[row.record.person_id], ring)
        text = keys.unseal(key, f"changes.ErrorReport:{row.pk}", bytes(row.text_sealed))
        opened.append(Report(row, _label(row), str(text)))
    return opened


def _label(report: ErrorReport) -> str:
    form = newest(report.record.family, day(report.reported_at)) if report.reported_at else None
    try:
        return drafts.leaf_at(form, report.path).label if form else report.path
    except KeyError:
        return report.path
