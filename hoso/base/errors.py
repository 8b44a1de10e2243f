"""The only exceptions the domain raises on purpose; web, api and cli each map them once."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """The rules say no: `code` is for programs and tests, `said` holds what the sentence for the person mentions."""

    status = 409

    def __init__(self, code: str, /, **said: Any) -> None:
        super().__init__(code)
        self.code = code
        self.said = said


class NotAllowed(Refused):
    """This actor may not do this here."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or none that this actor may know of."""

    status = 404


class Unreachable(Refused):
    """What this needs is away, and nothing was done; it works again when that is back."""

    status = 503


class Stale(Refused):
    """Somebody else changed it first; read again and retry."""


class Invalid(Refused):
    """What was given cannot be taken: every problem with its path and its sentence."""

    status = 422

    def __init__(self, code: str, /, problems: Sequence[Any] = (), **said: Any) -> None:
        super().__init__(code, **said)
        self.problems = list(problems)


def refuse_if(reason: str | None, kind: type[Refused] = Refused, **said: Any) -> None:
    """Turn the answer of a `why_not_*` rule into an exception."""
    if reason:
        raise kind(reason, **said)
