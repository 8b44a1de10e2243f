"""Reading the log; proving.py proves that it is whole."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, Min, OuterRef, QuerySet

from hoso.audit import rules
from hoso.audit.models import Event, Seal, SealedEvent
from hoso.base import keys
from hoso.base.clock import begins
from hoso.base.kept import Kept

LOOK_BACK = 10_000  # events: an act may end after later ones were sealed

# A moment as `rules.moment` spells it; one that no event can have is spelled so that no digest fits.
MOMENT = (
    "CASE WHEN {at} >= '2000-01-01' AND {at} < '3000-01-01'"
    """ THEN to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') ELSE 'impossible' END"""
)


def happened(action: str, thing: str = "") -> bool:
    """Whether the log says that something was done to a thing, as `record` names it; without one, to anything."""
    found = Event.objects.filter(action=action)
    return (found.filter(object=thing) if thing else found).exists()


def of_person(person: object) -> QuerySet[Event]:
    """Everything that happened to a person's record, newest first. One query."""
    return Event.objects.filter(person=str(person)).order_by("-pk")


def newest(
    limit: int = 50,
    before: int | None = None,
    *,
    action: str = "",
    accounts: Iterable[str] | None = None,
    persons: Iterable[str] | None = None,
    organizations: Any = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Event]:
    """The log, newest first, a page at a time by key; `organizations` are ids as text, or a query that gives them; days
    are Vietnam's, both included."""
    events = Event.objects.order_by("-pk")
    if before:
        events = events.filter(pk__lt=before)
    if action:
        events = events.filter(action=action)
    if accounts is not None:
        events = events.filter(account__in=list(accounts))
    if persons is not None:
        events = events.filter(person__in=list(persons))
    if organizations is not None:
        events = events.filter(organization__in=organizations)
    if since:
        events = events.filter(at__gte=begins(since))
    if until:
        events = events.filter(at__lt=begins(until + timedelta(days=1)))
    return events[:limit]


def by_role(account: object, role: str, *, since: date, until: date | None) -> QuerySet[Event]:
    """What an account did in a role in some days of Vietnam's, both included, newest first. One query."""
    found = Event.objects.filter(account=str(account), role=role, at__gte=begins(since))
    return (found.filter(at__lt=begins(until + timedelta(days=1))) if until else found).order_by("-pk")


def looks(person: object, *, before: int | None = None) -> QuerySet[Event]:
    """Who looked at a person's record, opened, compared or printed it, newest first, before an event. One query."""
    found = of_person(person).filter(action__in=rules.LOOKS)
    return found.filter(pk__lt=before) if before else found


def of_record_page(person: object, told: Sequence[str], looks: int) -> list[Event]:
    """All events of some kinds and the newest of those who looked, newest first. One query."""
    found = _record_page(tuple(told), looks)(str(getattr(person, "pk", person)))
    return sorted({each.pk: each for each in found}.values(), key=lambda each: -each.pk)


@cache
def _record_page(told: Sequence[str], looks: int) -> Kept[Event]:
    def build(person: str) -> QuerySet[Event]:
        own = of_person(person)
        return own.filter(action__in=told).union(own.filter(action__in=rules.LOOKS)[:looks], all=True)

    return Kept(build)


def newest_seal() -> Seal | None:
    """The head of the chain, which goes into every manifest."""
    return Seal.objects.order_by("-number").first()


def oldest_unsealed() -> datetime | None:
    """The moment of the oldest event that no seal holds yet; the newest events are looked at, never the whole log."""
    newest = SealedEvent.objects.order_by("-event").values_list("event", flat=True).first() or 0
    recent = Event.objects.filter(pk__gt=newest - LOOK_BACK)
    loose = recent.filter(~Exists(SealedEvent.objects.filter(event=OuterRef("pk"))))
    moment: datetime | None = loose.aggregate(oldest=Min("at"))["oldest"]
    return moment


def mark_key() -> bytes:
    """The key of the application's marks; a file, never in the database."""
    return _mark_key(str(settings.HOSO_KEYS))


@cache
def _mark_key(folder: str) -> bytes:
    return keys.derived(keys.secret(Path(folder), "mark"), "audit.Event")


def unsealed(*, after: int, most: int) -> list[int]:
    """Numbers of events beyond one that no seal holds, among the newest hundred thousand. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM audit_event event
               WHERE id > coalesce((SELECT max(event) FROM audit_sealedevent), 0) - 100000 AND id > %s
               AND NOT EXISTS (SELECT FROM audit_sealedevent sealed WHERE sealed.event = event.id)
               ORDER BY id LIMIT %s""",
            [after, most],
        )
        return [row[0] for row in cursor.fetchall()]


def said(events: list[int]) -> list[dict[str, Any]]:
    """What some events say, as it is hashed, in the order of their numbers; `at` is text. One query."""
    columns = ", ".join(MOMENT.format(at="at") if name == "at" else f'"{name}"' for name in rules.SEALED)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM audit_event WHERE id = ANY(%s) ORDER BY id", [events])
        rows = [dict(zip(rules.SEALED, row, strict=True)) for row in cursor]
    for row in rows:
        row["data"] = json.loads(row["data"]) if row["data"] is not None else None
    return rows


def newest_refusals(account: str, *, since: datetime, most: int) -> int:
    """How many of an account's newest events are refusals since a moment, `most` at the most. One query."""
    rows = Event.objects.filter(account=account).order_by("-pk").values_list("action", "at")[:most]
    return sum(action == "access.refused" and at > since for action, at in rows)
