"""Rotating the wrapping keys: a new one, every data key wrapped anew in batches, the old one out when nothing names it.

Where a rotation stands is seen from what is there: rows say by which key they are wrapped, the log says which key's
rotation began and ended. So it may be killed anywhere and be run again; meanwhile everything stays readable, because
the ring keeps the old keys until `retire`, and the other processes look at the ring each time they need it.
"""

import fcntl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from hoso.access import actions as access
from hoso.access.models import Account
from hoso.access.queries import system
from hoso.approvals import actions as approvals
from hoso.audit import actions as audit
from hoso.audit.queries import happened
from hoso.base import envelope
from hoso.base.envelope import named, rows, shelf
from hoso.base.errors import Refused, refuse_if
from hoso.documents import actions as documents
from hoso.records import actions as records

MOST = 1000  # keys in one transaction
PATIENCE = 60.0  # seconds for transactions that may have seen the ring as it was
# Who writes the rows of each model that keeps wrapped keys; a test holds that none is missing.
REWRAP: dict[str, Callable[..., envelope.Batch]] = {
    "records.PersonKey": records.rewrap_keys,
    "documents.Attachment": documents.rewrap_keys,
    "access.Basis": access.rewrap_keys,
    "approvals.Manifest": approvals.rewrap_keys,
}

Clock = Callable[[], datetime]


class Progress(NamedTuple):
    """How far a rotation is: keys wrapped anew so far, and how many there are to do."""

    done: int
    whole: int


class Rotated(NamedTuple):
    """What a rotation came to: its wrapping key, keys wrapped anew, and what opens nothing any more."""

    key: str
    done: int
    damaged: list[str]


def standing() -> dict[str, Counter[str]]:
    """Wrapping key → how many data keys of each kind name it; the keys of the ring also when nothing does."""
    found: dict[str, Counter[str]] = {name: Counter() for name in sorted(envelope.ring().keys)}
    for label in REWRAP:
        for key, count in rows.named(_model(label)).items():
            found.setdefault(key, Counter())[label] = count
    for key in named.wrapped_by().values():
        found.setdefault(key, Counter())["node"] += 1
    return found


def current() -> str:
    """The name of the wrapping key used now."""
    return envelope.ring().current


def rotate(*, fresh: bool, now: Clock, tell: Callable[[Progress], Any]) -> Rotated:
    """Make a new wrapping key and wrap every data key with it; a rotation that did not end is ended instead.

    `fresh` False never makes a key. Refused with `rotation_runs` while another process is at it.
    """
    with _alone():
        by = system()
        key = _current_key(by, fresh=fresh, now=now)
        left, done, damaged = _left(key), 0, list[str]()
        for batch in _batches(by, now):
            done += batch.keys
            damaged += batch.damaged
            tell(Progress(done + len(damaged), left))
        done += named.rewrap(envelope.ring())
        tell(Progress(done + len(damaged), left))
        if not happened("keys.rotation_ended", _thing(key)):
            _note("keys.rotation_ended", key, by, now(), count=done, damaged=damaged[:100])
        return Rotated(key, done, damaged)


def retire(*, at: datetime) -> list[str]:
    """Move every wrapping key but the newest out of the ring, to keys/retired; their names.

    Refused with `wrapping_key_named` while anything still names one, and with `transactions_running` if one that
    might still write such a name does not end.
    """
    with _alone():
        by, ring = system(), envelope.ring()
        old = [name for name in sorted(ring.keys) if name != ring.current]
        _wait_for_others()
        for name in old:
            counts = standing()[name]
            refuse_if("wrapping_key_named" if counts.total() else None, name=name, count=counts.total())
        for name in old:
            with transaction.atomic():
                audit.record("keys.retired", by=by, object=_thing(name), at=at)
                shelf.retire(name)
        return old


def _current_key(by: Account, *, fresh: bool, now: Clock) -> str:
    """The key of the rotation that has begun and not ended, or else a new one."""
    key = envelope.ring().current
    begun, ended = (happened(action, _thing(key)) for action in ("keys.rotation_begun", "keys.rotation_ended"))
    if fresh and (ended or (not begun and not _left(key))):
        shelf.add(shelf.next_name())
        key, begun = envelope.ring().current, False
    if not begun:
        _note("keys.rotation_begun", key, by, now(), count=_left(key))
    return key


def _batches(by: Account, now: Clock) -> Iterator[envelope.Batch]:
    for rewrap in REWRAP.values():
        after = None
        while (batch := rewrap(after=after, most=MOST, by=by, at=now())).last is not None:
            after = batch.last
            yield batch


@transaction.atomic
def _note(action: str, key: str, by: Account, at: datetime, **data: Any) -> None:
    audit.record(action, by=by, object=_thing(key), at=at, **data)


def _left(key: str) -> int:
    return sum(counts.total() for name, counts in standing().items() if name != key)


def _thing(key: str) -> str:
    return f"base.WrappingKey:{key}"


def _model(label: str) -> type[Model]:
    return apps.get_model(label)


@contextmanager
def _alone() -> Iterator[None]:
    with (shelf.folder() / ".rotation.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as trouble:
            raise Refused("rotation_runs") from trouble
        yield


def _wait_for_others() -> None:
    """Until every transaction that runs now has ended: a later one sees the ring as it is."""
    running, end = _running(), time.monotonic() + PATIENCE
    while running := running & _running():
        refuse_if("transactions_running" if time.monotonic() > end else None, count=len(running))
        time.sleep(0.2)


def _running() -> set[tuple[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, xact_start FROM pg_stat_activity WHERE xact_start IS NOT NULL"
            " AND datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
        return set(cursor.fetchall())
