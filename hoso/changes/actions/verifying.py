"""Verifying what was submitted: take, release, decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.base import keys
from hoso.base.clock import day
from hoso.base.errors import Invalid, Stale, refuse_if
from hoso.base.ids import uuid7
from hoso.changes import queries, rules
from hoso.changes.actions.moving import move, note, note_writers, seal_draft, take_change
from hoso.changes.models import Change, Decision, Evidence
from hoso.changes.queries import desk as desk_queries
from hoso.changes.queries.verification import Verification, proposals_of
from hoso.changes.queries.working import carried
from hoso.changes.rules import Answer
from hoso.duties import actions as duties
from hoso.records import actions as record_actions
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.compare import Edit, apply
from hoso.records.forms.grammar import Filler, Problem
from hoso.records.paths import within

PURPOSE = "kiểm tra đề nghị"


@transaction.atomic
def take(change_id: UUID | str, *, by: Account, at: datetime) -> Change:
    """Take a submitted change, so that nobody else works on it for some hours."""
    change = take_change(change_id)
    if _hold(change, by, at):
        note("change.taken", change, by=by, at=at)
    return change


@transaction.atomic
def open_for_verifying(change_id: UUID | str, *, by: Account, at: datetime) -> Change:
    """Take a change to work on it; the log names, once per taking, the sections and every protected place it shows.

    The task is the purpose, so the verifier's page shows protected values without asking for one.
    """
    change = take_change(change_id)
    if not _hold(change, by, at):
        return change
    seen = proposals_of(change, on=day(at))
    note("change.taken", change, by=by, at=at, sections=list(seen.sections()))
    if paths := seen.protected():
        note("record.revealed", change, by=by, at=at, purpose=PURPOSE, paths=paths)
    return change


def _hold(change: Change, by: Account, at: datetime) -> bool:
    """Whether the change was not the officer's before, or not any more."""
    desk_queries.require_verifier(change, by, on=day(at))
    refuse_if(rules.why_not("accept", change))
    _refuse_if_taken(change, by, at)
    if rules.is_held(change.taken_by_id, change.taken_at, by.pk, at):
        return False
    change.taken_at, change.taken_by = at, by
    change.save(update_fields=["taken_at", "taken_by"])
    return True


def note_queue_read(*, count: int, query: str, by: Account, at: datetime) -> None:
    """Log that an officer looked at one page of a list of changes: how many, and a digest of what was asked for."""
    policy.require_any(by, Permission.CHANGE_VERIFY, on=day(at))
    audit.note_list("changes.Change", said={"query": query}, count=count, by=by, at=at)


@transaction.atomic
def release(change_id: UUID | str, *, by: Account, at: datetime) -> Change:
    """Give a taken change back to the queue; nothing happens if somebody else has it."""
    change = take_change(change_id)
    if change.taken_by_id != by.pk:
        return change
    change.taken_at = change.taken_by = None
    change.save(update_fields=["taken_at", "taken_by"])
    note("change.released", change, by=by, at=at)
    return change


def _refuse_if_taken(change: Change, by: Account, at: datetime) -> None:
    busy = rules.why_not_take(change.taken_by_id, change.taken_at, by.pk, at)
    refuse_if(busy, who=change.taken_by.name if change.taken_by else "")


@transaction.atomic
def decide(
    change_id: UUID | str,
    *,
    answers: Mapping[str, Answer],
    paper_match: bool,
    head_seq: int,
    by: Account,
    at: datetime,
) -> Change:
    """Accept or return every place of a submitted change; scope → answer, the narrowest wins, '*' is the whole.

    Accepting attests “khớp hồ sơ giấy” (QĐ 31 Điều 4.4). What is accepted becomes the next version; what is returned
    goes back with its reason. Stale if the record is no longer at `head_seq`, which the officer saw; Invalid lists
    places without an answer, returns without a reason, what would be accepted in a row that is no longer there, groups
    torn apart, and rules that the result would break.
    """
    change = take_change(change_id)
    desk_queries.require_verifier(change, by, on=day(at))
    refuse_if(rules.why_not("accept", change))
    _refuse_if_taken(change, by, at)
    change.record = record_actions.lock(change.record_id)
    if change.record.head_seq != head_seq:
        raise Stale("record_moved_on")
    seen = proposals_of(change, on=day(at))
    decided = _answered(seen, answers)
    accepted = [each.edit for each in seen.own() if decided[each.edit.path].accepted]
    refuse_if("paper_match_missing" if accepted and not paper_match else None)
    change.decided_at, change.decided_by = at, by
    change.taken_at = change.taken_by = None
    decisions = _keep_decisions(change, decided, by, at)
    duties.close("change.verify", subject=change, at=at)
    if not decided:  # others have brought all of it into the record meanwhile
        return move(change, "accept", "change.accepted", by=by, at=at, seq=head_seq, places=0)
    held = [each.edit for each in seen.proposals if each.edit.path in seen.work.locked]  # what is held goes along
    if not accepted or _stays_incomplete(change, seen, [*held, *accepted]):
        if any(each.row_gone for each in seen.own()):
            _onto_head(change, seen)
        return _send_back(change, seen.work, dict(seen.work.typed), by, at, change, decisions)
    version = _accept(change, seen, [*held, *accepted], by, at)
    move(change, "accept", "change.accepted", by=by, at=at, rows=decisions, seq=version, places=len(accepted))
    returned = [path for path, answer in decided.items() if not answer.accepted]
    if returned:
        typed = {path: text for path, text in seen.work.typed.items() if _touches(path, returned)}
        _reopen(change, seen.work, typed, by, at)
    return change


def _stays_incomplete(change: Change, seen: Verification, accepted: list[Edit]) -> bool:
    """Whether a first entry, without what is returned of it, would lack something that the first version needs.

    Then all of it goes back; what was found right keeps its decisions.
    """
    if not change.first_entry or change.agency:
        return False
    document = apply(seen.current, accepted)
    return any(drafts.missing(seen.work.form, document, by=Filler.PERSON, first=True).values())


def _answered(seen: Verification, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    decided: dict[str, Answer] = {}
    problems: list[Problem] = []
    for proposal in seen.own():
        path = proposal.edit.path
        answer = rules.answer_for(path, answers)
        if answer is None:
            problems.append(Problem(path, "Chưa quyết định mục này."))
        elif reason := rules.why_not_answer(answer):
            missing = {
                "reason_missing": "Hãy ghi lý do trả lại để người khai đọc.",
                "reason_code_missing": "Hãy chọn lý do trả lại.",
            }
            problems.append(Problem(path, missing[reason]))
        elif answer.accepted and proposal.row_gone:
            problems.append(Problem(path, "Dòng này không còn trong hồ sơ nên không chấp nhận được; hãy trả lại."))
        else:
            decided[path] = answer
    if not problems:
        edits = [proposal.edit for proposal in seen.own()]
        torn = rules.torn_groups(seen.work.form, edits, {path: each.accepted for path, each in decided.items()})
        problems = [Problem(path, "Các mục đi liền nhau phải được quyết định như nhau.") for path in torn]
    if problems:
        raise Invalid("not_decided", problems)
    return decided


def _accept(change: Change, seen: Verification, accepted: list[Edit], by: Account, at: datetime) -> int:
    document = apply(seen.current, accepted)
    made = record_actions.append_version(
        change.record,
        document=document,
        form=change.form,
        change=change,
        organization=change.desk or seen.work.found.organization,
        by=by,
        at=at,
    )
    return made.seq


def _keep_decisions(change: Change, decided: Mapping[str, Answer], by: Account, at: datetime) -> list[Decision]:
    key = records.person_key(change.record.person_id)
    rows = []
    for path, answer in sorted(decided.items()):
        row = Decision(
            id=uuid7(),
            change=change,
            submission=change.submissions,
            path=path,
            accepted=answer.accepted,
            reason_code=answer.reason_code if not answer.accepted else "",
            decided_at=at,
            decided_by=by,
        )
        if not answer.accepted:
            row.reason_sealed = keys.seal(key, f"changes.Decision:{row.pk}", answer.reason.strip()[:2000])
        rows.append(row)
    return Decision.objects.bulk_create(rows)


def _touches(path: str, returned: list[str]) -> bool:
    return any(within(path, scope) or within(scope, path) for scope in returned)


def _onto_head(change: Change, seen: Verification) -> None:
    """Put a change that goes back onto the record as it is now, for the person to see which rows are gone."""
    change.base_seq = seen.head_seq
    typed = carried(seen.work, seen.work.typed, seen.current)
    seal_draft(change, typed, sorted(seen.work.done), seen.work.hands)


def _reopen(change: Change, opened: queries.Work, typed: dict[str, str], by: Account, at: datetime) -> None:
    """What was returned of a change that was accepted in part waits as a change of its own, on the new version."""
    follower = Change(
        id=uuid7(),
        record=change.record,
        form=change.form,
        agency=change.agency,
        on_behalf=change.on_behalf,
        first_entry=change.first_entry,  # what comes back of a first entry is still the person's to correct
        base_seq=change.record.head_seq,
        status=rules.Status.SUBMITTED,
        submissions=0,
        continues=change,
        entered_at=change.entered_at,
        entered_by=change.entered_by,
        handed_at=change.handed_at,
        handed_by=change.handed_by,
    )
    seal_draft(follower, carried(opened, typed, records.head_document(change.record)), [], opened.hands)
    note_writers(follower, desk_queries.authors_of(change))
    _send_back(follower, opened, typed, by, at, change)


def _send_back(
    change: Change,
    opened: queries.Work,
    typed: dict[str, str],
    by: Account,
    at: datetime,
    decided: Change,
    decisions: Sequence[Decision] = (),
) -> Change:
    open_one = queries.open_draft(change.record, agency=change.agency)
    if open_one is not None:  # the person writes in another draft already: what came back joins it
        open_one = take_change(open_one.pk)
        there = queries.work(open_one, on=day(at))
        gone = [path for path, text in there.typed.items() if path.count(".") == 2 and not text]
        back = carried(opened, typed, there.base).items()
        kept = {path: text for path, text in back if not any(within(path, row) for row in gone)}
        hands = {path: hand for path, hand in opened.hands.items() if path in kept and path not in there.typed}
        seal_draft(open_one, {**kept, **there.typed}, sorted(there.done), {**hands, **there.hands})
        note_writers(open_one, desk_queries.authors_of(change))
        open_one.revision += 1
        open_one.continues = open_one.continues or decided
        open_one.save()
        change.merged_into = open_one
    change.save()
    target = open_one or change
    for each in decided.evidence.filter(removed_at=None):
        if target.pk != decided.pk:
            Evidence.objects.create(
                change=target,
                attachment_id=each.attachment_id,
                title=each.title,
                paths=each.paths,
                attached_at=each.attached_at,
                attached_by_id=each.attached_by_id,
            )
    if not change.agency and target.status != rules.Status.RETURNED:
        account = getattr(change.record.person, "account", None)
        organization = records.held_of(change.record).organization
        duties.open_(
            "change.correct",
            subject=target,
            organization=organization,
            role="self",
            account=account.pk if account else None,
            at=at,
        )
    return move(change, "return", "change.returned", by=by, at=at, rows=decisions, continues=str(decided.pk))
