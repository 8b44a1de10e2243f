"""An extract of the log, to be sealed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hoso.documents.printing.typesetting import typeset


class Extract(NamedTuple):
    """What is printed: the agency, what was asked for, the newest seal of the log, and the lines with their head."""

    title: str
    parent: str
    department: str
    asked: str
    seal: str
    footer: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def print_extract(extract: Extract, *, fonts: Path, at: datetime) -> bytes:
    """A PDF, lying, some thirty lines on a page; without a signature yet."""
    return typeset("log", extract._asdict(), fonts=fonts, at=at)
