"""The month's manifest: a cover to be signed and one part per agency, joined into one PDF/A-3 with its data inside.

Thirty thousand lines in one table cost Typst two gigabytes; parts of a few hundred lines half of one.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf

from hoso.documents.printing.typesetting import typeset

MOST_LINES = 300  # of one part: Typst remembers some fifteen of them

PLAINLY: dict[str, Any] = {
    "object_stream_mode": pikepdf.ObjectStreamMode.disable,
    "deterministic_id": True,
    "fix_metadata_version": False,
}


@dataclass(frozen=True)
class Line:
    """One signed version, as shown: `digest` is the 64 hexadecimal digits of its SHA-256."""

    name: str
    organization: str
    form: str
    version: str
    digest: str
    confirmed_by: str
    confirmed_at: str

    def shown(self) -> list[str]:
        return [
            self.name,
            self.organization,
            self.form,
            self.version,
            self.digest,
            self.confirmed_by,
            self.confirmed_at,
        ]


@dataclass(frozen=True)
class Group:
    """An agency's lines, in their order."""

    code: str
    name: str
    lines: Sequence[Line]

    @property
    def digest(self) -> str:
        return digest_of(line.digest for line in self.lines)


def digest_of(digests: Iterable[str]) -> str:
    """SHA-256 over hexadecimal digests, each followed by a line feed: anybody can recompute it with sha256sum."""
    total = hashlib.sha256()
    for digest in digests:
        total.update(digest.encode("ascii") + b"\n")
    return total.hexdigest()


def digest_of_groups(groups: Sequence[Group]) -> str:
    """Over the digests of all lines of all agencies, in their order."""
    return digest_of(line.digest for group in groups for line in group.lines)


def print_manifest(
    cover: Mapping[str, Any], groups: Sequence[Group], machine: Mapping[str, Any], *, fonts: Path, at: datetime
) -> bytes:
    """The PDF, without signature fields yet (`hoso.signing.pades.add_fields` puts them where the cover leaves room).

    `cover`: number, month_shown (11/2026), parent, department, node_shown, place_date, article, audit_seal, leader,
    note, footer, watermark (texts), supplement, late (booleans); what is missing is left out. `machine` is embedded
    as manifest.json and must name node, month and number.
    """
    facts = {
        **cover,
        "count_records": _thousands(sum(len(group.lines) for group in groups)),
        "count_agencies": _thousands(len(groups)),
        "digest": digest_of_groups(groups),
    }
    attached = json.dumps(machine, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    blank = _cover(facts, groups, {}, "", "", fonts, at)  # how long it is decides where the parts begin
    pages, parts = _pages(blank), list[bytes]()
    begins: dict[int, int] = {}
    for chunk in _chunks(groups):
        part = _part(facts, chunk, pages + 1, fonts, at)
        for piece, page in zip(chunk, _first_pages(part), strict=True):
            begins.setdefault(piece.position, pages + page)
        pages += _pages(part)
        parts.append(part)
    front = _cover(facts, groups, begins, str(pages), attached, fonts, at)
    return _joined(front, parts, [(group.name, begins[position]) for position, group in enumerate(groups)])


@dataclass(frozen=True)
class Piece:
    """As much of an agency as fits into one part: `position` among the agencies, `first` line (from 0)."""

    position: int
    first: int
    group: Group
    lines: Sequence[Line]


def _chunks(groups: Sequence[Group]) -> Iterator[list[Piece]]:
    """Small agencies together, large ones cut; every piece begins on a page of its own."""
    chunk: list[Piece] = []
    for position, group in enumerate(groups):
        for first in range(0, max(1, len(group.lines)), MOST_LINES):
            piece = Piece(position, first, group, group.lines[first : first + MOST_LINES])
            if chunk and sum(len(one.lines) for one in chunk) + len(piece.lines) > MOST_LINES:
                yield chunk
                chunk = []
            chunk.append(piece)
    if chunk:
        yield chunk


def _cover(
    facts: Mapping[str, Any],
    groups: Sequence[Group],
    begins: Mapping[int, int],
    pages: str,
    attached: str,
    fonts: Path,
    at: datetime,
) -> bytes:
    listed = [
        {"name": group.name, "count": len(group.lines), "digest": group.digest, "page": str(begins.get(position, ""))}
        for position, group in enumerate(groups)
    ]
    data = {**facts, "kind": "cover", "pages": pages, "groups": listed}
    return typeset("manifest", data, fonts=fonts, at=at, standard="a-3b", more={"machine": attached})


def _part(facts: Mapping[str, Any], chunk: list[Piece], page: int, fonts: Path, at: datetime) -> bytes:
    listed = [
        {
            "code": piece.group.code,
            "name": piece.group.name,
            "count": len(piece.group.lines),
            "digest": piece.group.digest,
            "from": piece.first + 1,
            "lines": [line.shown() for line in piece.lines],
        }
        for piece in chunk
    ]
    data = {**facts, "kind": "part", "first_page": page, "groups": listed}
    return typeset("manifest", data, fonts=fonts, at=at, standard="a-3b")


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def _first_pages(part: bytes) -> list[int]:
    """On which page of the part (from 1) each of its pieces begins: its bookmarks know."""
    with pikepdf.open(io.BytesIO(part)) as document, document.open_outline() as outline:
        return [document.pages.index(pikepdf.Page(item.destination[0])) + 1 for item in outline.root]  # type: ignore[index]


def _joined(front: bytes, parts: Sequence[bytes], bookmarks: Sequence[tuple[str, int]]) -> bytes:
    """The cover's file with the pages of the parts behind it; what makes it PDF/A-3 is the cover's."""
    with pikepdf.open(io.BytesIO(front)) as document:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as further:
                document.pages.extend(further.pages)
        with document.open_outline() as outline:
            outline.root[:] = [pikepdf.OutlineItem(name, page - 1) for name, page in bookmarks]
        result = io.BytesIO()
        document.save(result, **PLAINLY)
    return result.getvalue()


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
