"""Writing in a draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.base import keys
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound, Refused, refuse_if
from hoso.base.ids import uuid7
from hoso.changes import queries, rules
from hoso.changes.actions.moving import note, note_writers, seal_draft, take_change
from hoso.changes.models import Change, ErrorReport, Evidence
from hoso.changes.queries import desk as desk_queries
from hoso.changes.queries import working as work_queries
from hoso.documents import actions as documents
from hoso.duties import actions as duties
from hoso.people.rules import family
from hoso.records import actions as record_actions
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import patterns
from hoso.records.models import Record
from hoso.records.paths import get, pattern_of, within


class Saved(NamedTuple):
    """What became of a save: what somebody else changed meanwhile is in `clashes`, path → their text, not saved."""

    change: Change
    saved: int
    clashes: dict[str, str]


@transaction.atomic
def expect_entry(person_account: Account, *, by: Account, at: datetime) -> Record:
    """Open the record of somebody who got an account, and start the term of the first entry (NĐ 27/2026 Điều 19)."""
    person = person_account.person
    if person is None:
        raise Refused("account_has_no_person")
    from hoso.people.queries import current

    employment = current(person)
    record = record_actions.open_(person=person, family=family(employment.category), by=by, at=at)
    duties.open_(
        "entry.first",
        subject=record,
        organization=employment.organization,
        role="self",
        account=person_account.pk,
        at=at,
    )
    return record


@transaction.atomic
def open_draft(
    record_id: UUID | str, *, agency: bool, on_behalf: bool, copy_of: UUID | str | None, by: Account, at: datetime
) -> Change:
    """The open draft of one side of a record, made if there is none; `copy_of` a withdrawn change starts from its text.

    `agency` is the agency's own part; `on_behalf` an officer who enters for the person.
    """
    record = record_actions.lock(record_id)
    found = queries.open_draft(record, agency=agency)
    if found is not None:
        work_queries.require_writer(found, by, on=day(at))
        return found
    held = records.held_of(record)
    policy.require_writing(by)
    own = by.person_id == record.person_id
    if (agency or on_behalf) and policy.may_be(by, held.person):
        raise NotAllowed("own_record")
    if not own:
        if not (agency or on_behalf):
            raise NotAllowed("not_allowed")
        policy.require(by, Permission.CHANGE_ENTER, held.organization, on=day(at), person=held.person)
    first = queries.is_first_entry(record, agency=agency)
    refuse_if("first_entry_waits" if first and not agency and _waits(record) else None)
    change = Change(
        id=uuid7(),
        record=record,
        form=queries.form_for(held, on=day(at)),
        agency=agency,
        on_behalf=on_behalf,
        first_entry=first,
        base_seq=record.head_seq,
        entered_at=at,
        entered_by=by,
    )
    _begin(change, copy_of, at)
    change.save(force_insert=True)
    note("change.drafted", change, by=by, at=at, agency=agency, on_behalf=on_behalf)
    return change


def _waits(record: Record) -> bool:
    """Whether the person's first entry is with its verifier: until that is decided there is nothing to change."""
    return Change.objects.filter(record=record, agency=False, status=rules.Status.SUBMITTED).exists()


def _begin(change: Change, copy_of: UUID | str | None, at: datetime) -> None:
    """Blank, or with the text of a withdrawn change of the same side, whose writers then are this one's, too."""
    if copy_of is None:
        seal_draft(change, {}, [], {})
        return
    same = Change.objects.filter(record=change.record, agency=change.agency, status=rules.Status.WITHDRAWN)
    old = same.filter(pk=copy_of).first()
    if old is None:
        raise NotFound("no_such_change")
    opened = queries.work(old, on=day(at))
    typed = work_queries.carried(opened, opened.typed, records.head_document(change.record))
    seal_draft(change, typed, [], opened.hands)
    note_writers(change, desk_queries.authors_of(old))


@transaction.atomic
def save(
    change_id: UUID | str,
    *,
    typed: Mapping[str, str],
    seen: Mapping[str, str],
    done: Mapping[str, bool],
    by: Account,
    at: datetime,
) -> Saved:
    """Keep what was typed, right or wrong: path → text; blank at the path of a row takes the row away.

    `seen` holds, per path, `rules.trace` of what the page showed: a value that somebody else has changed since is not
    overwritten but given back as a clash, unless both typed the same. `done` marks sections as finished or not.
    """
    change = take_change(change_id)
    work_queries.require_writer(change, by, on=day(at))
    refuse_if("change_was_merged" if change.merged_into_id else None)
    refuse_if(None if change.status in rules.OPEN else f"cannot_save_when_{change.status}")
    opened = queries.work(change, on=day(at))
    refuse_if(None if done.keys() <= opened.form.model_fields.keys() else "no_such_field")
    for path, text in typed.items():
        refuse_if(opened.why_not_fill(path), path=path)
        refuse_if("text_too_long" if len(text) > rules.TYPED_LIMIT else None, path=path)
    kept, hands, clashes, saved = dict(opened.typed), dict(opened.hands), {}, 0
    for path, text in typed.items():
        now = shown_text(opened, path)
        if text == now or (path in seen and rules.trace(text) == seen[path]):
            continue  # this page did not touch it
        if path in seen and seen[path] != rules.trace(now):
            clashes[path] = now
            continue
        saved += 1
        _put(opened, kept, path, text)
        hands[path] = str(by.pk)
    _note_compared(opened, typed, by, at)
    finished = [section for section in opened.done | {s for s, yes in done.items() if yes} if done.get(section, True)]
    seal_draft(change, kept, sorted(finished), hands)
    change.revision += 1
    change.saved_at, change.saved_by = at, by
    change.save()
    return Saved(change, saved, clashes)


def _note_compared(opened: queries.Work, typed: Mapping[str, str], by: Account, at: datetime) -> None:
    """What becomes of a text tells whether it is the one that stands there; where that is hidden, the try is logged."""
    tiers = records.shown_tiers(by, opened.found, on=opened.on)
    asked = {
        path.partition(".")[0]
        for path in typed
        if (leaf := work_queries.leaf_at(opened.form, path)) is not None
        and leaf.tier not in tiers
        and opened.hands.get(path) != str(by.pk)
        and shown_text(opened, path)
    }
    if asked:
        record_actions.note_read(opened.found, sections=sorted(asked), by=by, at=at, action="record.probed")


def shown_text(opened: queries.Work, path: str) -> str:
    """What stands in a field as a person would type it: the draft's text, or else what is held."""
    if path in opened.typed:
        return opened.typed[path]
    if ".".join(path.split(".")[:3]) in opened.typed:
        return ""  # in a row that was taken away
    value = get(opened.ground, path)
    leaf = work_queries.leaf_at(opened.form, path)
    if leaf is None:
        there = value or any(within(each, path) for each in opened.typed)
        return "x" if there else ""  # a row: there, or not
    return drafts.display(leaf, value, opened.on) if value is not None else ""


def _put(opened: queries.Work, kept: dict[str, str], path: str, text: str) -> None:
    if work_queries.leaf_at(opened.form, path) is None:  # a row
        for other in [each for each in kept if within(each, path)]:
            del kept[other]
        if get(opened.ground, path):
            kept[path] = text
        return
    row = path.rpartition(".")[0]
    if row in kept and path.count(".") > 1:
        del kept[row]  # a row that was taken away and is written in again
    kept.pop(path, None)
    if text != shown_text(opened._replace(typed={}), path):
        kept[path] = text


@transaction.atomic
def attach(
    change_id: UUID | str, *, data: bytes, name: str, title: str, paths: Sequence[str], by: Account, at: datetime
) -> Evidence:
    """Keep a scan beside a draft and say which places it supports (Điều 6 Quy chế TT 06/2023). Refused by its content,
    never by its name."""
    change = take_change(change_id)
    work_queries.require_writer(change, by, on=day(at))
    refuse_if(None if change.status in rules.OPEN else f"cannot_save_when_{change.status}")
    refuse_if(None if paths else "evidence_supports_nothing")
    known = FORMS[change.form].model_fields
    refuse_if(None if all(path.split(".")[0] in known for path in paths) else "no_such_field")
    live = change.evidence.filter(removed_at=None).count()
    refuse_if("too_many_scans" if live >= rules.MOST_SCANS else None, most=rules.MOST_SCANS)
    refuse_if("too_many_scans" if change.evidence.count() >= rules.MOST_KEPT else None, most=rules.MOST_KEPT)
    attachment = documents.add(person=change.record.person, data=data, name=name, by=by, at=at)
    evidence = Evidence.objects.create(
        change=change,
        attachment=attachment,
        title=" ".join(title.split())[:200] or attachment.name,
        paths=list(paths),
        attached_at=at,
        attached_by=by,
    )
    change.saved_at, change.saved_by = at, by
    change.save(update_fields=["saved_at", "saved_by"])
    return evidence


@transaction.atomic
def put_image(change_id: UUID | str, *, path: str, data: bytes, name: str, by: Account, at: datetime) -> Evidence:
    """Keep a picture that a field holds (a portrait, a signed annex) and write it there in place of the last."""
    change = take_change(change_id)
    work_queries.require_writer(change, by, on=day(at))
    known = patterns(FORMS[change.form])
    leaf = known.get(pattern_of(path))
    refuse_if(None if leaf and leaf.kind and leaf.kind.name == "image" else "no_such_field")
    former = list(change.evidence.filter(removed_at=None, paths=[path]))
    kept = attach(change_id, data=data, name=name, title=leaf.label if leaf else "", paths=[path], by=by, at=at)
    value = f"{kept.attachment_id}:{kept.attachment.sha256}"
    save(change_id, typed={path: value}, seen={}, done={}, by=by, at=at)
    for each in former:
        detach(each.pk, by=by, at=at)
    return kept


@transaction.atomic
def detach(evidence_id: UUID | str, *, by: Account, at: datetime) -> Evidence:
    """Take a scan away from a draft; the file and its line in the log stay."""
    evidence = Evidence.objects.select_for_update().filter(pk=evidence_id, removed_at=None).first()
    if evidence is None:
        raise NotFound("no_such_evidence")
    change = take_change(evidence.change_id)
    work_queries.require_writer(change, by, on=day(at))
    refuse_if(None if change.status in rules.OPEN else f"cannot_save_when_{change.status}")
    evidence.removed_at, evidence.removed_by = at, by
    evidence.save(update_fields=["removed_at", "removed_by"])
    note_writers(change, [by.pk])
    change.save(update_fields=["writers"])
    note("change.evidence_removed", change, by=by, at=at, evidence=str(evidence.pk))
    return evidence


@transaction.atomic
def hand(change_id: UUID | str, *, by: Account, at: datetime) -> Change:
    """What the agency entered for a person goes to the person, who looks at it and submits it themselves."""
    change = take_change(change_id)
    if by.person_id != change.record.person_id:
        held = records.held_of(change.record)
        policy.require(by, Permission.CHANGE_ENTER, held.organization, on=day(at), person=held.person)
    refuse_if(None if change.on_behalf else "not_on_behalf")
    refuse_if("handed_already" if change.handed_at else None)
    work_queries.require_writer(change, by, on=day(at))
    refuse_if(None if change.status in rules.OPEN else f"cannot_save_when_{change.status}")
    change.handed_at, change.handed_by = at, by
    change.save(update_fields=["handed_at", "handed_by"])
    note("change.handed", change, by=by, at=at)
    return change


@transaction.atomic
def report_error(record_id: UUID | str, *, path: str, text: str, by: Account, at: datetime) -> ErrorReport:
    """A person says that something is wrong in their record which they cannot change themselves (QĐ 31 Điều 8.5)."""
    record = record_actions.lock(record_id)
    policy.require_writing(by)
    if by.person_id != record.person_id:
        raise NotAllowed("not_allowed")
    refuse_if(None if text.strip() else "text_missing")
    refuse_if("text_too_long" if len(text) > 2000 else None, path=path)
    report = ErrorReport(id=uuid7(), record=record, path=path[:120], reported_at=at, reported_by=by)
    key = records.person_key(record.person_id)
    report.text_sealed = keys.seal(key, f"changes.ErrorReport:{report.pk}", text.strip())
    report.save(force_insert=True)
    held = records.held_of(record)
    audit.record("error.reported", by=by, object=report, at=at, person=record.person_id, organization=held.organization)
    return report


@transaction.atomic
def answer_report(report_id: UUID | str, *, by: Account, at: datetime) -> ErrorReport:
    """The agency has looked at a reported error."""
    report = ErrorReport.objects.select_for_update().filter(pk=report_id, answered_at=None).first()
    if report is None:
        raise NotFound("no_such_report")
    held = records.held(report.record_id)
    if policy.may_be(by, held.person):
        raise NotAllowed("own_record")
    policy.require(by, Permission.CHANGE_ENTER, held.organization, on=day(at), person=held.person)
    report.answered_at, report.answered_by = at, by
    report.save(update_fields=["answered_at", "answered_by"])
    audit.record("error.answered", by=by, object=report, at=at, person=held.person, organization=held.organization)
    return report
