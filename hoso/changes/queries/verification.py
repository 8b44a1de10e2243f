"""What a verifier compares: the changed values only, old and new, against the record as it is now."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from hoso.access.models import Account
from hoso.changes.models import Change, Evidence
from hoso.changes.queries.desk import require_verifier
from hoso.changes.queries.working import Work, work
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.compare import Edit, rebase
from hoso.records.forms.grammar import Leaf, Problem, patterns
from hoso.records.paths import Document, get, pattern_of, within


class Proposal(NamedTuple):
    """One place to decide on: `clash` says what the record holds now where the draft stood on something else."""

    edit: Edit
    leaf: Leaf | None  # None: a whole row
    clash: bool
    evidence: list[Evidence]
    doubts: list[Problem]


class Verification(NamedTuple):
    """A submitted change as its verifier sees it; `head_seq` must come back with the decision."""

    work: Work
    current: Document
    head_seq: int
    proposals: list[Proposal]

    def sections(self) -> dict[str, list[Proposal]]:
        """The proposals by section, in the order of the form."""
        found: dict[str, list[Proposal]] = {section: [] for section in self.work.form.model_fields}
        for proposal in self.proposals:
            found[proposal.edit.path.split(".")[0]].append(proposal)
        return {section: proposals for section, proposals in found.items() if proposals}

    def existing(self, path: str) -> Document:
        """The rows that the record holds already in the table of a path; empty for a single value."""
        keys = path.split(".")
        return dict(get(self.current, ".".join(keys[:2])) or {}) if len(keys) > 2 else {}

    def clashes(self) -> list[str]:
        """Paths where the record moved on since the draft was begun."""
        return [proposal.edit.path for proposal in self.proposals if proposal.clash]

    def count(self) -> Counter[str]:
        """How many places there are to decide on, by section."""
        return Counter(proposal.edit.path.split(".")[0] for proposal in self.proposals)


def verification(change: Change, officer: Account, *, on: date) -> Verification:
    """A submitted change for an officer who may verify it; NotAllowed, or Refused by four eyes."""
    require_verifier(change, officer, on=on)
    return proposals_of(change, on=on)


def proposals_of(change: Change, *, on: date) -> Verification:
    """The change's edits carried over to the record as it is now."""
    opened = work(change, on=on)
    current = records.head_document(change.record)
    kept, clashes = rebase(opened.edits, opened.base, current)
    clashing = {clash.mine.path: Edit(clash.mine.path, get(current, clash.mine.path), clash.mine.new) for clash in clashes}
    odd = drafts.doubts(opened.form, opened.document)
    known = patterns(opened.form)
    proposals = [
        Proposal(
            edit,
            known.get(pattern_of(edit.path)),
            edit.path in clashing,
            [each for each in opened.evidence if any(within(edit.path, scope) for scope in each.paths)],
            [doubt for doubt in odd if within(doubt.path, edit.path) or within(edit.path, doubt.path)],
        )
        for edit in [*kept, *clashing.values()]
    ]
    order = {path: place for place, path in enumerate(known)}
    proposals.sort(key=lambda each: (order.get(pattern_of(each.edit.path), 0), each.edit.path))
    return Verification(opened, current, change.record.head_seq, proposals)
