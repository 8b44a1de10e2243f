"""A document as the statutory form prints it: the values that `documents.printing.print_form` sets."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from hoso.base.clock import day
from hoso.documents.printing import print_form
from hoso.records import reading
from hoso.records.forms.grammar import Form, sections
from hoso.records.paths import Document
from hoso.regulation import rules as regulation

VEILED = "(che)"
DRAFT = "BẢN NHÁP"
DRAFT_NOTE = "Bản nháp, chưa nộp, chưa kiểm tra"
ILLUSTRATION = "DỮ LIỆU MINH HỌA"


def pdf(
    form: type[Form],
    document: Document,
    *,
    name: str,
    photo: bytes | None,
    footer: str,
    watermark: str,
    at: datetime,
) -> bytes:
    """The form with a document's values, which may hold masks; `name` is whose it is, `photo` JPEG or PNG."""
    data = layout(form, document, on=day(at)) | {
        "photo": photo,
        "footer": footer,
        "watermark": watermark,
        "declared_by": name,
        "place_date": place_and_date(document),
    }
    return print_form(form.name, data, fonts=fonts(), at=at)


def fonts() -> Path:
    """The folder of the fonts that paper is set in."""
    return Path(settings.HOSO_ASSETS) / "@expo-google-fonts" / "tinos"


def watermark(profile: str) -> str:
    """What lies under every page of a node with invented people; empty on a real one."""
    return ILLUSTRATION if regulation.banner(settings.HOSO_PROFILE or profile) else ""


def layout(form: type[Form], document: Document, *, on: date) -> dict[str, Any]:
    """Texts of fields and tables by path, and the paths that are printed as “che”; the document may hold masks.

    A table is veiled as a whole only where every cell is; else its veiled cells say so themselves.
    """
    fields: dict[str, str] = {}
    tables: dict[str, list[list[str]]] = {}
    masked: list[str] = []
    for part in sections(form):
        for leaf in part.fields:
            fact = reading.fact_at(leaf, leaf.path, document, on)
            if fact.masked:
                masked.append(leaf.path)
            elif fact.text and not fact.is_image:
                fields[leaf.path] = fact.text
        for table in part.tables:
            grid = reading.grid_at(form, table, document, on, all_columns=True)
            if grid.rows and all(fact.masked or not fact.text for _, facts in grid.rows for fact in facts):
                masked.append(table.path)
            elif grid.rows:
                tables[table.path] = [[VEILED if f.masked else f.text for f in facts] for _, facts in grid.rows]
    return {"fields": fields, "tables": tables, "masked": masked}


def place_and_date(document: Mapping[str, Any]) -> str:
    """“Hạ Long, ngày 10 tháng 11 năm 2026”, as typed; empty where nothing was."""
    signature = document.get("signature", {})
    place, when = signature.get("confirmation_place"), signature.get("confirmation_date")
    if not isinstance(place, str) or not isinstance(when, str) or len(when) != 10:
        return ""
    year, month, day = when.split("-")
    return f"{place}, ngày {day} tháng {month} năm {year}"
