"""The statutory forms, by name; a version names the form it was written in."""

from collections.abc import Collection, Mapping
from datetime import date

from hoso.records.codes import stored
from hoso.records.forms.contract import Contract, carry_over
from hoso.records.forms.grammar import Form, walk
from hoso.records.forms.syll import Syll, Syll2026
from hoso.records.paths import Document, put_all

__all__ = [
    "FORMS",
    "Contract",
    "Syll",
    "Syll2026",
    "carry_over",
    "family",
    "form_of",
    "locked",
    "newest",
    "prefill",
]

FORMS: dict[str, type[Form]] = {form.name: form for form in (Syll, Syll2026, Contract)}


def form_of(name: str) -> type[Form]:
    """The form of this name and version, such as `syll/tt06-2023`; KeyError if there is none."""
    return FORMS[name]


def family(name: str) -> str:
    """The form without its version: syll, contract."""
    return name.partition("/")[0]


def newest(family_name: str, on: date, *, offered: Collection[str] = ()) -> type[Form]:
    """The form of a family in force on a day, or the first there is; provisional ones only if a profile offers them."""
    known = [form for form in FORMS.values() if family(form.name) == family_name]
    usable = [form for form in known if not form.provisional or form.name in offered]
    begun = [form for form in usable if form.since <= on.isoformat()]
    return max(begun, key=lambda form: form.since) if begun else usable[0]


def prefill(form: type[Form], person: Mapping[str, str]) -> Document:
    """The start of a document from what is held of a person, kept values by their words; what is not held stays empty.

    Words: personal_number, full_name, sex (`M` or `F`), birth (partial ISO date), organization,
    managing_organization, staff_number.
    """
    held = [leaf for leaf in walk(form) if leaf.held and person.get(leaf.held)]
    found = {leaf.path: person[leaf.held] for leaf in held}
    found |= {leaf.path: stored(leaf.codes, person[leaf.held], date.max) for leaf in held if leaf.codes}
    return put_all({}, found)


def locked(form: type[Form]) -> frozenset[str]:
    """The paths of what is held elsewhere and never typed (NĐ 27/2026/NĐ-CP: nothing is declared twice)."""
    return frozenset(leaf.path for leaf in walk(form) if leaf.held)
