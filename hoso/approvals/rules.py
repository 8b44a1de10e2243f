"""The month: who confirms, what is ready to be signed, and who is refused. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from django.db.models import TextChoices

from hoso.base.canonical import canonical


class Level(IntEnum):
    """How far up a version has been vouched for."""

    NONE = 0
    ACCEPTED = 1
    CONFIRMED = 2
    SIGNED = 3


class ManifestStatus(TextChoices):
    """The life of a manifest: built, signed by the leader, sealed by the department; or dropped for a newer one."""

    BUILT = "built", "Chờ ký"
    SIGNED = "signed", "Lãnh đạo đã ký"
    SEALED = "sealed", "Đã ký và đóng dấu"
    DROPPED = "dropped", "Đã thay bằng bảng kê mới"


M = ManifestStatus

#      move     from          to
MOVES = {
    "sign": ({M.BUILT},           M.SIGNED),
    "seal": ({M.SIGNED},          M.SEALED),
    "drop": ({M.BUILT},           M.DROPPED),
}  # fmt: skip


class Line(NamedTuple):
    """One line of a confirmation or of a manifest: whose version, which one, and its digest."""

    person: str
    form: str
    seq: int
    digest: str


def why_not(move: str, status: str) -> str | None:
    """Whether the table has this move from where the manifest is."""
    sources, _ = MOVES[move]
    return None if status in sources else f"cannot_{move}_manifest_when_{status}"


def month_of(on: date) -> str:
    """'2026-11'."""
    return f"{on:%Y-%m}"


def lines_digest(lines: Iterable[Line]) -> str:
    """SHA-256 over the lines in the order of person and number; what a confirmation signs and a manifest prints."""
    return hashlib.sha256(canonical([list(line) for line in sorted(lines)])).hexdigest()


def why_not_confirm(*, officer_person: object, officer: object, person: object, accepted_by: object, as_admin: bool) -> str | None:
    """Nobody confirms their own line; an administrator never what their own hand accepted (QĐ 31 Điều 7.1)."""
    if officer_person is not None and officer_person == person:
        return "own_record"
    return "own_acceptance" if as_admin and officer == accepted_by else None


def why_not_together(alone: Sequence[bool]) -> str | None:
    """Changes of pay, post, discipline and planning are confirmed one by one."""
    return "look_at_each" if len(alone) > 1 and any(alone) else None


def best(levels: dict[int, Level], since: int) -> Level:
    """The level of a part: the best of any version since it last changed."""
    return max((level for seq, level in levels.items() if seq >= since), default=Level.NONE)


def number_of(month: str, supplement: int) -> str:
    """'11/2026-BK', or '11/2026-BK-BS1' for the first supplement."""
    year, number = month.split("-")
    return f"{number}/{year}-BK" + (f"-BS{supplement}" if supplement else "")
