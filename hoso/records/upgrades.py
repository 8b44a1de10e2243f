"""How a document of one form version is carried to the next; what is stored and signed is never rewritten."""

from collections.abc import Callable, Mapping
from datetime import date

from hoso.records.codes import entry_of, stored
from hoso.records.forms.syll import Syll, Syll2026
from hoso.records.paths import Document, get, put_all

MERGED = date(2025, 7, 1)


def to_nd27(document: Document) -> Document:
    """A province that was merged becomes its successor; how the place was called before is kept in words."""
    commune, district, value = (
        get(document, f"identity.native_place_{of}") for of in ("commune", "district", "province")
    )
    province = entry_of("province", value or "")
    if not province or not province.replaced_by:
        return document
    before = ", ".join(filter(None, [commune, district, province.name]))
    successor = stored("province", province.replaced_by, MERGED)
    return put_all(document, {"identity.native_place_province": successor, "identity.native_place_before": before})


UPGRADES: Mapping[str, tuple[str, Callable[[Document], Document]]] = {Syll.name: (Syll2026.name, to_nd27)}


def upgrade(document: Document, form: str, to: str) -> Document:
    """The document in a later version of its form, step by step; KeyError if no way leads there."""
    while form != to:
        form, step = UPGRADES[form]
        document = step(document)
    return document
