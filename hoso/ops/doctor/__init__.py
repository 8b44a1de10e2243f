"""What ails this node: every finding says what, where and how to mend it; a node with errors does not start for real.

Each room asks one kind of question and yields its findings; none of them changes anything.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import DatabaseError

from hoso.base.errors import NotFound
from hoso.ops.doctor import configuration, database, keyring, life, remains
from hoso.ops.doctor.database import away as no_database
from hoso.ops.doctor.finding import ERROR, WARNING, Finding
from hoso.orgs.queries import root

__all__ = ["ERROR", "WARNING", "Finding", "examine", "is_demo", "is_trial", "no_database", "verdict", "why_not_start"]

Question = Callable[[datetime], Iterable[Finding]]
SECURITY: Final[tuple[Question, ...]] = (
    configuration.program,
    configuration.address,
    configuration.transport,
    keyring.keys,
    keyring.certificates,
    database.roles,
    remains.of_a_demo,
)
LIFE: Final[tuple[Question, ...]] = (database.version, database.migrations, life.node, life.jobs, life.disk)
DEMO_PROFILE: Final = "demo"


def examine(*, at: datetime, security: bool = False) -> list[Finding]:
    """Every finding, errors first; with `security` only what stands between this node and production."""
    gone = list(database.reachable())
    if gone:
        return gone
    asked = SECURITY if security else (*LIFE, *(() if is_demo() else SECURITY))
    found = [finding for question in asked for finding in question(at)]
    return sorted(found, key=lambda each: each.weight != ERROR)


def why_not_start(*, at: datetime) -> Iterator[Finding]:
    """What forbids serving: nothing for a demo, and for a trial that only this machine can reach."""
    if settings.HOSO_ENV != "production":
        if is_demo():
            return
        if is_trial():
            yield from configuration.trial()
            return
    yield from (each for each in examine(at=at, security=True) if each.weight == ERROR)


def is_demo() -> bool:
    """Whether the node's people are invented."""
    with suppress(DatabaseError, NotFound):
        return root().profile == DEMO_PROFILE
    return False


def is_trial() -> bool:
    """Whether somebody only looks at a node of their own (HOSO_ENV=trial)."""
    return bool(settings.HOSO_ENV == "trial")


def verdict(found: Iterable[Finding]) -> int:
    """The exit code: 0 well, 1 with warnings, 2 with errors."""
    weights = {each.weight for each in found}
    return 2 if ERROR in weights else 1 if weights else 0
