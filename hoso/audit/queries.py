"""Reading the log, and proving that it is whole."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from hoso.audit import rules
from hoso.audit.models import Event, Seal, SealedEvent
from hoso.base.kept import Kept

LOOK_BACK = 10_000  # events: an act may end after later ones were sealed


class Chain(NamedTuple):
    """What a walk along the seals found: `broken` says what is wrong with the first link that does not hold.

    `unsealed` counts events that no seal holds yet; the oldest of them is `first_unsealed`. They are not proved.
    """

    events: int
    seals: int
    unsealed: int
    broken: str
    first_unsealed: int | None = None


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
    organizations: Any = None,
) -> QuerySet[Event]:
    """The log, newest first, a page at a time by key; `organizations` are ids as text, or a query that gives them."""
    events = Event.objects.order_by("-pk")
    if before:
        events = events.filter(pk__lt=before)
    if action:
        events = events.filter(action=action)
    if accounts is not None:
        events = events.filter(account__in=list(accounts))
    if organizations is not None:
        events = events.filter(organization__in=organizations)
    return events[:limit]


def looks(person: object) -> QuerySet[Event]:
    """Who looked at a person's record, opened, compared or printed it, newest first. One query."""
    return of_person(person).filter(action__in=rules.LOOKS)


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


def verify_chain(verify: Callable[[bytes, str], bool]) -> Chain:
    """Walk the whole chain: recompute every digest, every link and every signature; memory stays flat.

    The sealer may go on meanwhile: what it seals after the walk has passed is counted by the next one.
    """
    number, previous, events = 0, rules.GENESIS, 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=200):
        number += 1
        if reason := _why_not_whole(seal, number, previous, verify):
            return Chain(events, number - 1, 0, reason)
        previous, events = seal.digest, events + seal.count
    unknown = ~Exists(Seal.objects.filter(number=OuterRef("seal")))
    held = SealedEvent.objects.filter(Q(seal__lte=number) | unknown).count()
    broken = f"niêm phong giữ {events} sự kiện, bảng ghi {held}" if held != events else ""
    loose = Event.objects.filter(~Exists(SealedEvent.objects.filter(event=OuterRef("pk"))))
    first = loose.order_by("pk").values_list("pk", flat=True).first()
    return Chain(events, number, loose.count(), broken, first)


def _why_not_whole(seal: Seal, number: int, previous: str, verify: Callable[[bytes, str], bool]) -> str:
    if seal.number != number:
        return f"thiếu niêm phong số {number}"
    if seal.count != len(seal.events):
        return f"niêm phong số {number} nói {seal.count} sự kiện nhưng giữ {len(seal.events)}"
    if seal.previous != previous:
        return f"niêm phong số {number} không nối với niêm phong trước"
    rows = Event.objects.filter(pk__in=seal.events).values()
    found: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in rows}
    if missing := [event for event in seal.events if event not in found]:
        return f"niêm phong số {number}: mất sự kiện {missing[0]}"
    said = (found[event] for event in seal.events)
    root = rules.root(rules.event_digest(row | {"at": rules.moment(row["at"])}) for row in said)
    if root != seal.root:
        return f"niêm phong số {number}: có sự kiện bị sửa (từ {seal.events[0]} đến {seal.events[-1]})"
    digest = rules.seal_digest(seal.number, seal.count, seal.at, seal.root, seal.previous)
    if digest != seal.digest or not verify(bytes.fromhex(digest), seal.signature):
        return f"niêm phong số {number}: chữ ký không đúng"
    return ""
