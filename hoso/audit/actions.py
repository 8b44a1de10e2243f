"""The only way to write the log; called inside the act's own transaction, so that neither is without the other."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from hoso.audit import rules
from hoso.audit.models import Event, Seal, SealedEvent
from hoso.base.canonical import canonical
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
    purpose: str = "",
    **data: Any,
) -> Event:
    """Append one event; `by` is an account, `data` holds words, numbers and lists of them, never values of a record.

    KeyError for an action that `rules.ACTIONS` does not describe.
    """
    told = _event(
        action,
        by=by,
        object=object,
        at=at,
        person=person,
        organization=organization,
        role=role,
        purpose=purpose,
        **data,
    )
    told.save(force_insert=True)
    return told


def record_each(
    action: str,
    things: Iterable[tuple[models.Model, object, Mapping[str, Any]]],
    *,
    by: Any,
    at: datetime,
    organization: object,
    role: str,
) -> list[Event]:
    """Append one event for each thing that an act was done to: the thing, its person, data. Few statements."""
    told = [
        _event(action, by=by, object=thing, at=at, person=person, organization=organization, role=role, **data)
        for thing, person, data in things
    ]
    return Event.objects.bulk_create(told, batch_size=1000)


def _event(
    action: str,
    *,
    by: Any,
    object: models.Model | str,
    at: datetime,
    person: object = "",
    organization: object = "",
    role: str = "",
    purpose: str = "",
    **data: Any,
) -> Event:
    assert rules.ACTIONS[action]
    return Event(
        at=at,
        action=action,
        account=str(getattr(by, "pk", by)),
        person=str(getattr(person, "pk", person) or ""),
        role=role or getattr(by, "acting_role", ""),
        organization=str(getattr(organization, "pk", organization) or ""),
        object=object if isinstance(object, str) else f"{object._meta.label}:{object.pk}",
        purpose=purpose,
        data=data,
    )


@transaction.atomic
def note_list(name: str, *, said: Mapping[str, object], count: int, by: Any, at: datetime, action: str = "") -> Event:
    """Log one page of a list: which list, the digest of what it was asked for, how many lines it showed."""
    digest = hashlib.sha256(canonical({key: str(text) for key, text in said.items() if text})).hexdigest()
    return record(action or "list.read", by=by, object=name, at=at, query=digest, count=count)


def seal(*, at: datetime, sign: Callable[[bytes], str]) -> Sequence[Seal]:
    """Hash, chain and sign every event that can be seen and that no seal holds yet; batches of 10,000.

    An event of a transaction that still runs cannot be seen and waits for the next call, whatever its number, because
    a seal names its events one by one: no seal ever has to be opened again, and transaction ids, which a restored
    database does not keep, play no part.
    """
    seals: list[Seal] = []
    while True:
        with transaction.atomic():
            lock(SEALER)
            batch = _unsealed()
            if not batch:
                return seals
            seals.append(_seal(batch, at, sign))


def _unsealed() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM audit_event event
               WHERE id > coalesce((SELECT max(event) FROM audit_sealedevent), 0) - 100000
               AND NOT EXISTS (SELECT FROM audit_sealedevent sealed WHERE sealed.event = event.id)
               ORDER BY id LIMIT %s""",
            [BATCH],
        )
        found = [row[0] for row in cursor.fetchall()]
    return [dict(row) for row in Event.objects.filter(pk__in=found).order_by("pk").values()]


def _seal(batch: list[dict[str, Any]], at: datetime, sign: Callable[[bytes], str]) -> Seal:
    last = Seal.objects.order_by("-number").first()
    number, previous = (last.number + 1, last.digest) if last else (1, rules.GENESIS)
    root = rules.root(rules.event_digest(event | {"at": rules.moment(event["at"])}) for event in batch)
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
