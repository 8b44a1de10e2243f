"""On whose behalf the database is asked: what row-level security goes by (see docs/adr/0044-the-wall.md).

The identity is told in settings that end with the transaction, never with the session, so that a pool may hand the
connection on between transactions. A transaction without one sees nobody; so does a statement outside a transaction.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection as default
from django.db import transaction
from psycopg.pq import TransactionStatus


@dataclass(frozen=True)
class Identity:
    """Who reads: an account, single persons (its own, and those it stands by for), the subtrees where it may read
    people (`whole`: all of them), on a day.

    `node` is the node itself: the worker, the commands, migrations. It sees everybody.
    """

    account: str = ""
    persons: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    whole: bool = False
    node: bool = False
    on: date | None = None


NOBODY = Identity()
NODE = Identity(node=True)

_current: ContextVar[Identity | None] = ContextVar("identity", default=None)

# A new database has no functions yet when its first migrations begin, so the plain cases do without.
PLAIN = "SELECT set_config('hoso.mode', %s, true), set_config('hoso.kept', '', true), set_config('hoso.seen', '', true)"
FULL = "SELECT hoso_enter(%s, %s, %s::uuid[], %s::text[], %s::date)"


def current() -> Identity | None:
    """The identity of whatever runs now; None where nobody set one."""
    return _current.get()


def tell(connection: Any, identity: Identity | None) -> None:
    """Tell the database, until its transaction ends. One statement; none where there is no identity."""
    if identity is None:
        return
    with connection.cursor() as cursor:
        if identity.node or identity == NOBODY:
            cursor.execute(PLAIN, ["node" if identity.node else ""])
        else:
            mode = "whole" if identity.whole else ""
            paths = [] if identity.whole else list(identity.paths)
            cursor.execute(FULL, [mode, identity.account, list(identity.persons), paths, identity.on])


@contextmanager
def acting_as(identity: Identity) -> Iterator[None]:
    """Whatever runs inside acts with this identity, a transaction that has begun already as well."""
    before, token = _current.get(), _current.set(identity)
    try:
        _retell(before, identity)
        yield
    finally:
        _current.reset(token)
        _retell(identity, before)


def _retell(before: Identity | None, now: Identity | None) -> None:
    """A transaction that broke is about to be rolled back, and with it what it was told."""
    if before != now and default.in_atomic_block and not default.needs_rollback and not _is_broken():
        tell(default, now or NOBODY)


def _is_broken() -> bool:
    return bool(default.connection and default.connection.info.transaction_status == TransactionStatus.INERROR)


def streamed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of an answer that are made after the request's transaction: in one of their own, with its identity."""
    return _within(copy_context(), _in_one_transaction(pieces))


def _within(context: Context, running: Generator[bytes]) -> Iterator[bytes]:
    """Between two pieces nothing of the context is left with whoever sends them."""
    try:
        while (piece := context.run(next, running, None)) is not None:
            yield piece
    finally:
        context.run(running.close)


def _in_one_transaction(pieces: Iterable[bytes]) -> Generator[bytes]:
    with transaction.atomic():
        yield from pieces
