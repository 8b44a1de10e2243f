"""Slips with one-time codes, to be cut apart and handed over in person."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hoso.documents.printing.typesetting import typeset


class Slip(NamedTuple):
    """What one slip says: `hint` recalls the sign-in name and never spells a number."""

    name: str
    unit: str
    hint: str
    code: str
    address: str
    expires: str


def print_slips(slips: Sequence[Slip], *, parent: str, fonts: Path, at: datetime) -> bytes:
    """A PDF with three slips on a page, in their order."""
    said = {"parent": parent, "slips": [each._asdict() for each in slips]}
    return typeset("slips", said, fonts=fonts, at=at)
