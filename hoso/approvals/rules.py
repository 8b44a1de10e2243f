"""The month: who confirms, what is ready to be signed, who is refused, and what a manifest says. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple

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


class Asked(NamedTuple):
    """One record in front of one officer: what decides whether they may confirm it."""

    own: bool  # the officer's own record
    heads: bool  # of the head in whose name a delegate acts
    goes_up: bool  # the head's own record, which another head or the head of the next agency up confirms
    accepted_by_me: bool
    confirmed: bool  # an earlier version of it, in this round
    sent_back: bool  # this version, in this round


def why_not_confirm(asked: Asked) -> str | None:
    """Nobody confirms their own line, nor their delegate for them, nor what their own hand accepted, in whatever role
    (QĐ 31 Điều 7.1); what was accepted after the confirmation, or sent back, goes into the next round."""
    if asked.own:
        return "own_record"
    if asked.heads:
        return "delegators_record"
    if asked.goes_up:
        return "goes_up"
    if asked.accepted_by_me:
        return "own_acceptance"
    if asked.confirmed:
        return "confirmed_this_month"
    return "sent_back" if asked.sent_back else None


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


def why_not_now(opens: date, closes: date, *, closed: bool, late: bool, on: date) -> str | None:
    """A window that is not open yet lets nobody in; after its end only a late round goes on; a sealed one is over."""
    if closed:
        return "round_closed"
    if on < opens:
        return "window_not_open"
    return "window_closed" if on > closes and not late else None


class Summary(NamedTuple):
    """What a manifest's own data say of it, for anybody who has the file."""

    number: str
    month: str
    node: str
    department: str
    late: bool
    records: int
    agencies: int


class Covered(NamedTuple):
    """What a manifest's own data say of one version."""

    name: str
    agency: str
    form: str
    version: int


def summary(manifest: Mapping[str, Any]) -> Summary | None:
    """The head of a manifest read from a file; None if the data are not a manifest of this schema."""
    if manifest.get("schema") != SCHEMA:
        return None
    listed = list(_lines(manifest))
    node = manifest.get("node")
    return Summary(
        _word(manifest, "number"),
        _word(manifest, "month"),
        _word(node, "name") if isinstance(node, dict) else "",
        _word(manifest, "department"),
        manifest.get("late") is True,
        len(listed),
        len({agency for agency, _ in listed}),
    )


def covers(manifest: Mapping[str, Any], digest: str) -> Covered | None:
    """The line of a manifest that holds the version with this digest (64 hexadecimal digits); None if none does."""
    wanted = digest.strip().lower()
    for agency, line in _lines(manifest):
        if line.get("digest") == wanted:
            seq = line.get("version")
            form = _word(line, "form_title") or _word(line, "form")
            return Covered(_word(line, "name"), agency, form, seq if isinstance(seq, int) else 0)
    return None


def lines(manifest: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Person, version and digest of every line of a manifest's own data."""
    return [
        (_word(line, "person"), line["version"] if isinstance(line.get("version"), int) else 0, _word(line, "digest"))
        for _, line in _lines(manifest)
    ]


SCHEMA = "hoso/manifest/1"
SIGNATURES = ("leader", "department")  # that a manifest needs (QĐ 31/2023/QĐ-UBND Điều 7.2)


def _lines(manifest: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Agency and line, of whatever has the right shape: the file may come from anybody."""
    agencies = manifest.get("agencies")
    for agency in agencies if isinstance(agencies, list) else ():
        lines = agency.get("lines") if isinstance(agency, dict) else None
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, dict):
                yield _word(agency, "name"), line


def _word(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""
