"""The statutory forms, by name; a version names the form it was written in."""

from hoso.records.forms.grammar import Form
from hoso.records.forms.syll import Syll, Syll2026

__all__ = ["FORMS", "Syll", "Syll2026"]

FORMS: dict[str, type[Form]] = {form.name: form for form in (Syll, Syll2026)}
