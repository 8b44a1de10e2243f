"""A draft for somebody to read: what they may not see is named, never shown."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_noop

from hoso.access.models import Account
from hoso.changes.queries.working import Work
from hoso.records import drafts, tiers
from hoso.records import queries as records
from hoso.records.forms.grammar import Filler, Problem, patterns
from hoso.records.paths import Document, pattern_of, within

HIDDEN = gettext_noop("Giá trị được bảo vệ ở mục này chưa đúng.")


class Shown(NamedTuple):
    """What a viewer may read of a draft; the paths of values that they may not are in `hidden`."""

    texts: dict[str, str]  # what stands in every field as people type it
    typed: dict[str, str]  # of these, what the draft changes
    document: Document
    problems: list[Problem]
    states: list[drafts.State]
    hidden: list[str]

    def text(self, path: str) -> str | None:
        """What stands at a path; None where it is hidden."""
        return None if path in self.hidden else self.texts.get(path, "")


def shown(opened: Work, viewer: Account) -> Shown:
    """A draft for a viewer: one's own whole, of others nothing protected, whoever typed it."""
    seen = records.shown_tiers(viewer, opened.found, on=opened.on)
    known = patterns(opened.form)
    held = drafts.typed(opened.form, opened.ground, on=opened.on)
    gone = [path for path in opened.typed if pattern_of(path) in known and known[pattern_of(path)] is None]
    whole = {path: text for path, text in held.items() if not any(within(path, row) for row in gone)} | dict(
        opened.typed
    )
    hidden = sorted(
        path for path in whole if (leaf := known.get(pattern_of(path))) is not None and leaf.tier not in seen
    )
    return Shown(
        texts={path: text for path, text in whole.items() if path not in set(hidden)},
        typed={path: text for path, text in opened.typed.items() if path not in set(hidden)},
        document=tiers.view(opened.form, opened.document, seen),
        problems=[_without_value(each, hidden) for each in opened.problems],
        states=drafts.states(
            opened.form,
            opened.ground,
            opened.typed,
            on=opened.on,
            by=Filler.AGENCY if opened.change.agency else Filler.PERSON,
            first=opened.change.first_entry,
        ),
        hidden=hidden,
    )


def problems_for(opened: Work, viewer: Account, problems: Iterable[Problem]) -> list[Problem]:
    """Problems of a draft as a viewer may read them: a sentence may quote what was typed, by whatever hand."""
    seen, known = records.shown_tiers(viewer, opened.found, on=opened.on), patterns(opened.form)
    told = [(each, known.get(pattern_of(each.path))) for each in problems]
    hides = (bool(leaf and leaf.tier not in seen and each.params) for each, leaf in told)
    return [Problem(each.path, HIDDEN) if hide else each for (each, _), hide in zip(told, hides, strict=True)]


def _without_value(problem: Problem, hidden: list[str]) -> Problem:
    """A sentence may quote what was typed."""
    return Problem(problem.path, HIDDEN) if problem.path in hidden else problem
