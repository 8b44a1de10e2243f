"""What a verifier compares: the changed values only, old and new, against the record as it is now."""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from hoso.access.models import Account
from hoso.base.errors import NotFound, refuse_if
from hoso.changes import rules
from hoso.changes.models import Change, Evidence
from hoso.changes.queries.desk import require_verifier
from hoso.changes.queries.working import Work, work
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.compare import Edit, rebase
from hoso.records.forms.grammar import Leaf, Problem, Tier, patterns, walk
from hoso.records.paths import Document, find, get, pattern_of, within


class Proposal(NamedTuple):
    """One place to decide on: `clash` says that the draft stood on something else than the record holds now, `row_gone`
    that the row it was typed in has been taken away: it can only be returned."""

    edit: Edit
    leaf: Leaf | None  # None: a whole row
    clash: bool
    row_gone: bool
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

    def own(self) -> list[Proposal]:
        """The proposals to decide on: all but what the node filled in from what it holds."""
        return [proposal for proposal in self.proposals if proposal.edit.path not in self.work.locked]

    def places(self) -> Counter[str]:
        """How many places there are to decide on, by section."""
        return Counter(proposal.edit.path.split(".")[0] for proposal in self.own())

    def protected(self) -> list[str]:
        """Every protected place that a page about these proposals shows: proposed, held now, or in a row beside."""
        scopes = {proposal.edit.path for proposal in self.proposals}
        scopes |= {".".join(scope.split(".")[:2]) for scope in scopes if scope.count(".") > 1}
        hidden = [leaf.path for leaf in walk(self.work.form) if leaf.tier is Tier.PROTECTED]
        shown = (self.current, self.work.base, self.work.document)
        found = {path for document in shown for pattern in hidden for path, _ in find(document, pattern)}
        return sorted(path for path in found if any(within(path, scope) for scope in scopes))


def for_verifying(change_id: UUID | str, officer: Account, *, on: date) -> Change:
    """A change that waits and that the officer may verify; NotFound, NotAllowed, Refused with the reason. One query."""
    change = (
        Change.objects.select_related("record__person", "desk", "taken_by", "submitted_by", "entered_by", "handed_by")
        .filter(pk=change_id)
        .first()
    )
    if change is None:
        raise NotFound("no_such_change")
    require_verifier(change, officer, on=on)
    refuse_if(rules.why_not("accept", change))
    return change


def held_for_verifying(change_id: UUID | str, officer: Account, *, on: date, at: datetime) -> Verification:
    """A submitted change for the officer who has taken it: taking is what the log knows of looking at what is
    protected. As `for_verifying`, and Refused with `take_first`."""
    change = for_verifying(change_id, officer, on=on)
    held = rules.is_held(change.taken_by_id, change.taken_at, officer.pk, at)
    refuse_if(None if held else "take_first")
    return proposals_of(change, on=on)


def verification(change: Change, officer: Account, *, on: date) -> Verification:
    """A submitted change for an officer who may verify it; NotAllowed, or Refused by four eyes."""
    require_verifier(change, officer, on=on)
    return proposals_of(change, on=on)


def proposals_of(change: Change, *, on: date) -> Verification:
    """The change's edits carried over to the record as it is now."""
    opened = work(change, on=on)
    current = records.head_document(change.record)
    kept, clashes = rebase(opened.edits, opened.base, current)
    clashing = {
        clash.mine.path: Edit(clash.mine.path, get(current, clash.mine.path), clash.mine.new) for clash in clashes
    }
    odd = drafts.doubts(opened.form, opened.document)
    known = patterns(opened.form)
    proposals = [
        Proposal(
            edit,
            known.get(pattern_of(edit.path)),
            edit.path in clashing,
            edit.path.count(".") == 3 and not get(current, edit.path.rpartition(".")[0]),
            [each for each in opened.evidence if any(within(edit.path, scope) for scope in each.paths)],
            [doubt for doubt in odd if within(doubt.path, edit.path) or within(edit.path, doubt.path)],
        )
        for edit in [*kept, *clashing.values()]
    ]
    order = {path: place for place, path in enumerate(known)}
    proposals.sort(key=lambda each: (order.get(pattern_of(each.edit.path), 0), each.edit.path))
    return Verification(opened, current, change.record.head_seq, proposals)
