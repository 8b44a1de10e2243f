"""What of a record somebody may see: all of it by a grant, or the sections that a written consent opens. Decided here
and nowhere else."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.queries import consents_in_force
from hoso.access.roles import Permission
from hoso.orgs.models import Organization
from hoso.people.models import Person
from hoso.records import tiers
from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, Tier
from hoso.records.paths import Document


def section_of(path: str) -> str:
    """The section in which a place of a document lies."""
    return path.partition(".")[0]


class Sight(NamedTuple):
    """What a viewer may see of one record."""

    tiers: frozenset[Tier]  # shown without being asked
    sections: Mapping[str, bool] | None  # None: all; else those a consent opens, and whether protected values open too
    basis: str = ""  # the documents of the consents
    consents: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is anything to see at all."""
        return self.sections is None or bool(self.sections)

    def shows(self, section: str) -> bool:
        """Whether a section is there for this viewer; of others they do not even learn that there are any."""
        return self.sections is None or section in self.sections

    def opens(self, section: str) -> bool:
        """Whether a consent lets protected values of a section be opened, for a purpose."""
        return self.sections is not None and self.sections.get(section, False)

    def view(self, form: type[Form], document: Document, *, opening: bool = False) -> Document:
        """The document as the viewer may see it; `opening`: with what is protected, where that may be opened."""
        more = frozenset({Tier.PROTECTED}) if opening else frozenset[Tier]()
        if self.sections is None:
            return tiers.view(form, document, self.tiers | more)
        shown: Document = {}
        for section in document:
            if section in self.sections:
                seen = self.tiers | more if self.sections[section] else self.tiers
                shown |= tiers.view(form, {section: document[section]}, seen)
        return shown

    def view_edits(self, form: type[Form], edits: Iterable[Edit]) -> list[Edit]:
        """Edits of the sections that are there, with masks."""
        return [tiers.view_edit(form, each, self.tiers) for each in edits if self.shows(section_of(each.path))]


def sight(viewer: Account, person: Person, organization: Organization, family: str, *, on: date) -> Sight:
    """One's own whole; by a grant all of it without what is protected; else what consents in force open. A query more
    only for those who hold no grant there."""
    if viewer.person_id == person.pk:
        return Sight(frozenset(Tier), None)
    if policy.allows(viewer, Permission.RECORD_VIEW, organization, on=on, person=person):
        seen = policy.sees(viewer, organization, on=on, person=person)
        return Sight(frozenset(tier for tier in Tier if tier in seen and tier is not Tier.PROTECTED), None)
    held = list(consents_in_force(viewer, on=on, person=person, family=family))
    opened: dict[str, bool] = {}
    for consent in held:
        for section in consent.sections:
            opened[section] = opened.get(section, False) or consent.protected
    basis = "; ".join(dict.fromkeys(str(consent.basis) for consent in held))
    shown = frozenset({Tier.COMMON, Tier.RESTRICTED}) if held else frozenset[Tier]()
    return Sight(shown, opened, basis, tuple(str(consent.pk) for consent in held))
