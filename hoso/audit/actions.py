"""The only way to write the log; called inside the act's own transaction, so that neither is without the other."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from hoso.audit import queries, rules, witnesses
from hoso.audit.models import Event, Seal, SealedEvent
from hoso.audit.witnesses import Witness
from hoso.base.canonical import canonical, normalized
from hoso.base.db import lock

SEALER = 727_001  # one sealer at a time, whatever starts it
BATCH = 10_000


def record(
    action: str,
    *,
    by: Any,
    object: models.Model | str,
    at: datetime,
    person: object = "",
    organization: object = "",
    role: str = "",
    basis: str = "",
    purpose: str = "",
    rows: Iterable[models.Model] = (),
    **data: Any,
) -> Event:
    """Append one event; `by` is an account, `data` holds words, numbers and lists of them, never values of a record.

    `rows` are the rows that the act has written, as they lie in the database now: each that is protected leaves its
    digest. KeyError for an action that `rules.ACTIONS` does not describe.
    """
    told = _event(
        action,
        by=by,
        object=object,
        at=at,
        person=person,
        organization=organization,
        role=role,
        basis=basis,
        purpose=purpose,
        **data,
    )
    seen = _look(rows)
    _finish(told, seen)
    told.save(force_insert=True)
    _keep([(told, seen)])
    return told


class Thing(NamedTuple):
    """What one of many equal acts was done to: the thing, its person, data, and the rows it wrote."""

    thing: models.Model
    person: Any
    data: Mapping[str, Any]
    rows: Sequence[models.Model] = ()


def record_each(
    action: str, things: Iterable[Thing], *, by: Any, at: datetime, organization: object, role: str, basis: str
) -> list[Event]:
    """Append one event for each thing that an act was done to. Few statements, however many."""
    told = [
        (
            _event(
                action,
                by=by,
                object=each.thing,
                at=at,
                person=each.person,
                organization=organization,
                role=role,
                basis=basis,
                **each.data,
            ),
            each.rows,
        )
        for each in things
    ]
    seen = {(each.table, each.row): each for each in _look(row for _, rows in told for row in rows)}
    kept = [(event, [seen[_name(row)] for row in rows if _name(row) in seen]) for event, rows in told]
    for event, held in kept:
        _finish(event, held)
    made = Event.objects.bulk_create([event for event, _ in kept], batch_size=1000)
    _keep(kept)
    return made


def _behind(by: Any) -> str:
    """The person behind the account; of an agency's account in the hands of somebody this node does not keep, the
    hand-over that says who."""
    hand = getattr(by, "behind", None)
    return str((hand.person_id or hand.handover_id or "") if hand is not None else "")


def _event(
    action: str,
    *,
    by: Any,
    object: models.Model | str,
    at: datetime,
    person: object = "",
    organization: object = "",
    role: str = "",
    basis: str = "",
    purpose: str = "",
    **data: Any,
) -> Event:
    assert rules.ACTIONS[action]
    return Event(
        at=at,
        action=action,
        account=str(getattr(by, "pk", by)),
        behind=_behind(by),
        person=str(getattr(person, "pk", person) or ""),
        role=role or getattr(by, "acting_role", ""),
        basis=normalized(basis or getattr(by, "acting_basis", "")),
        organization=str(getattr(organization, "pk", organization) or ""),
        object=object if isinstance(object, str) else f"{object._meta.label}:{object.pk}",
        purpose=normalized(purpose),
        data=normalized(data),
    )


def _name(row: models.Model) -> tuple[str, str]:
    return row._meta.db_table, str(row.pk)


def _look(rows: Iterable[models.Model]) -> list[Witness]:
    """The digests of the protected ones among some rows, one statement for all; LookupError if one is not there."""
    keys: dict[str, dict[Any, None]] = {}
    for row in rows:
        if row._meta.db_table in witnesses.SCHEMES:
            keys.setdefault(row._meta.db_table, {})[row.pk] = None
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(witnesses.select(keys), [list(each) for each in keys.values()])
        found = [Witness(*row) for row in cursor.fetchall()]
    if len(found) != sum(map(len, keys.values())):
        raise LookupError(f"Not every row of {', '.join(keys)} that was written can be seen")
    return found


def _finish(event: Event, seen: Sequence[Witness]) -> None:
    """Say in the event what its act left behind, and mark the event as ours."""
    if seen:
        event.data = {**event.data, "witness": {"rows": len(seen), "root": witnesses.root(seen)}}
    event.mark = rules.mark(queries.mark_key(), vars(event) | {"at": rules.moment(event.at), "id": None, "mark": ""})


def _keep(told: Sequence[tuple[Event, Sequence[Witness]]]) -> None:
    lines = [(event.pk, *witness) for event, seen in told for witness in seen]
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO audit_witness (event, table_name, row_id, scheme, digest)
               SELECT event, name, row_id, scheme, decode(digest, 'hex')
               FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::text[])
                    AS each (event, name, row_id, scheme, digest)""",
            [list(column) for column in zip(*lines, strict=True)],
        )


@transaction.atomic
def note_list(name: str, *, said: Mapping[str, object], count: int, by: Any, at: datetime, action: str = "") -> Event:
    """Log one page of a list: which list, the digest of what it was asked for, how many lines it showed."""
    digest = hashlib.sha256(canonical(normalized({key: str(text) for key, text in said.items() if text}))).hexdigest()
    return record(action or "list.read", by=by, object=name, at=at, query=digest, count=count)


def seal(*, at: datetime, sign: Callable[[bytes], str]) -> Sequence[Seal]:
    """Hash, chain and sign every event that can be seen and that no seal holds yet; batches of 10,000.

    An event of a transaction that still runs cannot be seen and waits for the next call, whatever its number, because
    a seal names its events one by one: no seal ever has to be opened again, and transaction ids, which a restored
    database does not keep, play no part. What does not bear the application's mark is never sealed.
    """
    seals: list[Seal] = []
    reached = -(2**62)
    while True:
        with transaction.atomic():
            lock(SEALER)
            found = queries.unsealed(after=reached, most=BATCH)
            if not found:
                return seals
            reached = found[-1]
            batch = [event for event in queries.said(found) if rules.is_marked(queries.mark_key(), event)]
            if batch:
                seals.append(_seal(batch, at, sign))


def _seal(batch: list[dict[str, Any]], at: datetime, sign: Callable[[bytes], str]) -> Seal:
    last = Seal.objects.order_by("-number").first()
    number, previous = (last.number + 1, last.digest) if last else (1, rules.GENESIS)
    root = rules.root(rules.event_digest(event) for event in batch)
    digest = rules.seal_digest(number, len(batch), at, root, previous)
    made = Seal.objects.create(
        number=number,
        at=at,
        count=len(batch),
        events=[event["id"] for event in batch],
        root=root,
        previous=previous,
        digest=digest,
        signature=sign(bytes.fromhex(digest)),
    )
    SealedEvent.objects.bulk_create(SealedEvent(event=event["id"], seal=number) for event in batch)
    return made
