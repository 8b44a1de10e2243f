"""How a document of one form version is carried to the next; what is stored and signed is never rewritten."""

from collections.abc import Callable, Mapping

from hoso.records.codes import codelist
from hoso.records.forms.syll import Syll, Syll2026
from hoso.records.paths import Document, get, put_all


def to_nd27(document: Document) -> Document:
    """A merged province becomes its successor; how the place was called before is kept in words."""
    commune, district, code = (
        get(document, f"identity.native_place_{of}") for of in ("commune", "district", "province")
    )
    if code is None or not (successor := codelist("province")[code].row["successor"]):
        return document
    before = ", ".join(filter(None, [commune, district, codelist("province")[code].name]))
    return put_all(document, {"identity.native_place_province": successor, "identity.native_place_before": before})


UPGRADES: Mapping[str, tuple[str, Callable[[Document], Document]]] = {Syll.name: (Syll2026.name, to_nd27)}


def upgrade(document: Document, form: str, to: str) -> Document:
    """The document in a later version of its form, step by step."""
    while form != to:
        form, step = UPGRADES[form]
        document = step(document)
    return document
