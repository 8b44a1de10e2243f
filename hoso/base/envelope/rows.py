"""Rows that keep wrapped data keys. Their models say in WRAPPED in which columns: pairs of name and token."""

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import Count, Model, Q, QuerySet

from hoso.base.envelope.ring import Ring, Wrapped
from hoso.base.errors import Refused


class Batch(NamedTuple):
    """What a part of a rotation came to: rows to be written and how many keys they hold, the ids of those whose token
    opens nothing, and the last id that was looked at (None: nothing is left)."""

    changed: list[Any]
    keys: int
    damaged: list[str]
    last: Any


def columns(model: type[Model]) -> list[str]:
    """Every column of a model that a rotation writes."""
    return [name for pair in _pairs(model) for name in pair]


def rewrapped(model: type[Model], ring: Ring, after: Any, most: int) -> Batch:
    """Up to `most` rows, locked, whose keys are now wrapped with the ring's current key, to be written by the caller.

    Rows come in the order of their ids, from behind `after` (None: from the first). Which row is done already its own
    columns say, so to begin again from the first row costs little and repeats nothing.
    """
    found = model._default_manager.filter(stale(model, ring.current)).order_by("pk")
    rows = list((found.filter(pk__gt=after) if after else found).select_for_update()[:most])
    changed, keys, damaged = [], 0, []
    for row in rows:
        try:
            keys += _rewrap(row, ring)
            changed.append(row)
        except Refused as trouble:
            if trouble.code != "data_key_damaged":
                raise
            damaged.append(f"{row._meta.label}:{row.pk}")
    return Batch(changed, keys, damaged, rows[-1].pk if rows else None)


def stale(model: type[Model], current: str) -> Q:
    """Rows that name another wrapping key than this one."""
    wanted = Q()
    for by, _ in _pairs(model):
        wanted |= ~Q(**{by: current}) & ~Q(**{by: ""})
    return wanted


def named(model: type[Model]) -> Counter[str]:
    """How often each wrapping key is named. One query for each pair."""
    found: Counter[str] = Counter()
    for by, _ in _pairs(model):
        rows: QuerySet[Any, Any] = model._default_manager.exclude(**{by: ""}).values_list(by).annotate(n=Count("pk"))
        found.update(dict(rows.order_by(by)))
    return found


def _pairs(model: type[Model]) -> tuple[tuple[str, str], ...]:
    return model.WRAPPED  # type: ignore[attr-defined, no-any-return]


def _rewrap(row: Model, ring: Ring) -> int:
    done = 0
    for by, token in _pairs(type(row)):
        if (name := getattr(row, by)) and name != ring.current:
            fresh = ring.rewrap(Wrapped(name, bytes(getattr(row, token))))
            setattr(row, by, fresh.by)
            setattr(row, token, fresh.token)
            done += 1
    return done
