"""A draft as those who write in it need it: what it stands on, what was typed, what that comes to."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.base import keys
from hoso.base.errors import NotAllowed, NotFound
from hoso.changes import rules
from hoso.changes.models import Change, Decision, Evidence
from hoso.orgs import queries as orgs
from hoso.people import queries as people
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.compare import Edit, compare
from hoso.records.forms import FORMS, locked, prefill
from hoso.records.forms.grammar import Filler, Form, Leaf, Problem, patterns
from hoso.records.models import Record, Version
from hoso.records.paths import Document, get, pattern_of, put_all, within
from hoso.regulation import rules as regulation


class Work(NamedTuple):
    """A change opened for reading or writing; documents are whole, so a page must show only what its viewer may see."""

    change: Change
    found: records.Held
    form: type[Form]
    base: Document  # the version it stands on; empty before the first
    ground: Document  # the same, with what is held already put in
    typed: Mapping[str, str]
    hands: Mapping[str, str]  # whose hand typed it: path → account
    done: frozenset[str]  # sections that the person called finished
    document: Document
    problems: list[Problem]
    edits: list[Edit]
    missing: Mapping[str, list[str]]
    locked: frozenset[str]
    evidence: list[Evidence]
    on: date
    person_first: bool  # whether the person's first entry is still to come: until then pay and ratings are theirs

    def may_fill(self, path: str) -> bool:
        """Whether this side may write at a path."""
        return self.why_not_fill(path) is None

    def why_not_fill(self, path: str) -> str | None:
        """Why this side may not write at a path."""
        return rules.fillable(
            self.form,
            path,
            agency=self.change.agency,
            first_entry=self.person_first,
            locked=self.locked,
        )


def open_draft(record: Record, *, agency: bool) -> Change | None:
    """The draft of one side that is open, returned ones included."""
    return (
        Change.objects.filter(record=record, agency=agency, status__in=rules.OPEN, merged_into=None)
        .select_related("record__person", "continues", "entered_by", "handed_by")
        .first()
    )


def is_first_entry(record: Record, *, agency: bool) -> bool:
    """Whether nothing of this side is in the record yet: only the other side's changes made versions, or none did.

    What was loaded, as an import does, counts for both sides.
    """
    others = Change.objects.filter(record=record, agency=not agency).values("pk")
    return not Version.objects.filter(record=record).exclude(change__in=others).exists()


def form_for(found: records.Held, *, on: date) -> str:
    """The form in force for a record, by its organisation's profile."""
    return str(regulation.setting(f"form.{found.record.family}", on=on, code=found.organization.profile))


def draft_of(change: Change, key: bytes) -> dict[str, Any]:
    """What was typed: {"typed": path → text, "done": sections, "hands": path → account}."""
    opened = keys.unseal(key, f"changes.Change:{change.pk}", bytes(change.draft_sealed))
    assert isinstance(opened, dict)
    return {"hands": {}} | opened


def writable(change_id: UUID | str, viewer: Account, *, on: date) -> Change:
    """A change that the viewer may write in: their own, or one of the agency's side; NotFound, NotAllowed."""
    change = (
        Change.objects.select_related("record__person", "continues", "entered_by", "handed_by")
        .filter(pk=change_id)
        .first()
    )
    if change is None:
        raise NotFound("no_such_change")
    require_side(change, viewer, on)
    return change


def require_writer(change: Change, viewer: Account, *, on: date) -> None:
    """Whether the viewer may write in a change now; NotAllowed."""
    policy.require_writing(viewer)
    require_side(change, viewer, on)


def require_side(change: Change, viewer: Account, on: date) -> None:
    """The person writes in theirs; the agency in its own part, and for the person until it hands the draft over."""
    own = viewer.person_id == change.record.person_id
    if own and not change.agency and (not change.on_behalf or change.handed_at):
        return
    if own or policy.may_be(viewer, change.record.person):
        raise NotAllowed("own_record")
    if change.agency or (change.on_behalf and not change.handed_at):
        found = records.held_of(change.record)
        policy.require(viewer, Permission.CHANGE_ENTER, found.organization, on=on, person=found.person)
        return
    raise NotAllowed("not_allowed")


def work(change: Change, *, on: date) -> Work:
    """Open a change: decrypt, read what was typed, find what is wrong and what is missing."""
    found = records.held_of(change.record)
    key = records.person_key(found.person.pk)
    form = FORMS[change.form]
    base = records.document(records.version(change.record, change.base_seq), key) if change.base_seq else {}
    held = prefill(form, known(found))
    ground = put_all(base, {path: value for path in locked(form) if (value := get(held, path)) is not None})
    draft = draft_of(change, key)
    document, problems = drafts.parse(form, draft["typed"], ground, on=on)
    side = Filler.AGENCY if change.agency else Filler.PERSON
    person_first = is_first_entry(change.record, agency=False) if change.agency else change.first_entry
    return Work(
        change=change,
        found=found,
        form=form,
        base=base,
        ground=ground,
        typed=draft["typed"],
        hands=draft["hands"],
        done=frozenset(draft["done"]),
        document=document,
        problems=problems,
        edits=compare(base, document),
        missing={
            section: paths
            for section, paths in drafts.missing(form, document, by=side, first=person_first).items()
            if paths
        },
        locked=locked(form),
        evidence=list(change.evidence.filter(removed_at=None).select_related("attachment").order_by("pk")),
        on=on,
        person_first=person_first,
    )


def carried(opened: Work, typed: Mapping[str, str], base: Document) -> dict[str, str]:
    """What was typed in a draft, or some of it, to stand on another base.

    Where that no longer has the row that something was typed in, the row is proposed anew and whole, as far as this
    side fills it: one column alone is no row.
    """
    rows = {path.rpartition(".")[0] for path in typed if path.count(".") == 3}
    lost = [row for row in rows if get(opened.base, row) and not get(base, row)]
    whole = drafts.typed(opened.form, opened.document, on=opened.on) if lost else {}
    rest = {path: text for path, text in whole.items() if any(within(path, row) for row in lost)}
    return {path: text for path, text in rest.items() if opened.may_fill(path)} | dict(typed)


def known(found: records.Held) -> dict[str, str]:
    """What the node holds of a person already, and therefore never asks again (NĐ 27/2026; Quy chế TT 06/2023)."""
    return {
        "personal_number": people.pin_of(found.person),
        "full_name": found.person.full_name,
        "birth": found.person.birth,
        "sex": found.person.sex,
        "managing_organization": orgs.agency_of(found.organization).name,
        "organization": found.organization.name,
        "staff_number": found.employment.staff_number,
    }


def reason_of(decision: Decision, key: bytes) -> str:
    """The reason of a return, as the person reads it."""
    return str(keys.unseal(key, f"changes.Decision:{decision.pk}", bytes(decision.reason_sealed or b"")))


class Returned(NamedTuple):
    """Why an officer sent a place back: one of `rules.REASONS`, and the officer's own words."""

    code: str
    reason: str


def returned(change: Change) -> dict[str, Returned]:
    """The places of an open draft that came back, by path, until they are submitted again. Two queries at most."""
    if change.status not in rules.OPEN:
        return {}
    rows = (
        Decision.objects.filter(change__in=[pk for pk in (change.pk, change.continues_id) if pk], accepted=False)
        .select_related("change")
        .order_by("decided_at", "pk")
    )
    current = [each for each in rows if each.submission == each.change.submissions]
    if change.submitted_at:
        current = [each for each in current if each.decided_at and each.decided_at >= change.submitted_at]
    if not current:
        return {}
    key = records.person_key(change.record.person_id)
    return {each.path: Returned(each.reason_code, reason_of(each, key)) for each in current}


def image_evidence(change: Change, value: str) -> Evidence | None:
    """The scan behind the value of an image field, in this change or an earlier one of the record."""
    attachment, _, digest = value.partition(":")
    if not digest:
        return None
    return (
        Evidence.objects.filter(change__record=change.record, attachment__sha256=digest)
        .order_by("pk")
        .filter(attachment_id=attachment)
        .first()
    )


def leaf_at(form: type[Form], path: str) -> Leaf | None:
    """What a form declares at a path; None for a row. KeyError for a path that the form does not have."""
    return patterns(form)[pattern_of(path)]
