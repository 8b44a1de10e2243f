"""How far up a version has been vouched for: found from what others signed, never written into the version."""

from collections.abc import Collection
from enum import IntEnum
from typing import NamedTuple

from hoso.records.versions import Version, digest


class Level(IntEnum):
    """A version exists because an officer verified it; the agency confirms it, the department signs it."""

    VERIFIED = 1
    CONFIRMED = 2
    SIGNED = 3


class Line(NamedTuple):
    """One line of a confirmation or of a manifest: whose version, which one, and what it says."""

    person: str
    seq: int
    digest: str


def line(version: Version) -> Line:
    """The line that vouches for this version and no other."""
    return Line(version.person, version.seq, digest(version))


def level(version: Version, *, confirmed: Collection[Line], signed: Collection[Line]) -> Level:
    """The highest level that the lines of confirmations and of signed manifests give a version."""
    own = line(version)
    return Level.SIGNED if own in signed else Level.CONFIRMED if own in confirmed else Level.VERIFIED
