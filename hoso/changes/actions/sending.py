"""Submitting a draft, and taking it back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.base import keys
from hoso.base.clock import day
from hoso.base.errors import Invalid, NotAllowed, Refused, refuse_if
from hoso.changes import queries, rules
from hoso.changes.actions.moving import move, take_change
from hoso.changes.models import Change
from hoso.changes.queries import desk as desk_queries
from hoso.changes.queries import working as work_queries
from hoso.changes.queries.showing import problems_for
from hoso.duties import actions as duties
from hoso.orgs import queries as orgs
from hoso.records import queries as records
from hoso.records.forms.grammar import Problem
from hoso.regulation import rules as regulation

Signer = Callable[[bytes], str]  # what is signed → a detached signature, as text

NOT_YET = "Mục này phải có khi nhập lần đầu."


@transaction.atomic
def submit(change_id: UUID | str, *, declared: bool, sign: Signer | None, by: Account, at: datetime) -> Change:
    """Send a draft to be verified, with the declaration of truth (QĐ 31 Điều 12.2); returns the change with its number.

    Submitting again what one has submitted already changes nothing and returns the same. Invalid lists every problem:
    what cannot be read, what is missing at first entry, what no evidence supports after it.
    """
    change = take_change(change_id)
    if change.status == rules.Status.SUBMITTED and change.submitted_by_id == by.pk:
        return change
    work_queries.require_writer(change, by, on=day(at))
    refuse_if(rules.why_not("submit", change))
    refuse_if("hand_over_first" if change.on_behalf and not change.handed_at else None)
    opened = queries.work(change, on=day(at))
    refuse_if(None if any(edit.path not in opened.locked for edit in opened.edits) else "nothing_changed")
    problems = why_not_ready(opened, at=at)
    if problems:
        raise Invalid("not_ready", problems_for(opened, by, problems))
    refuse_if(None if declared else "declaration_missing")
    profile = opened.found.organization.profile
    if regulation.setting("submission.signature", on=day(at), code=profile) == "person" and not change.agency:
        refuse_if(None if sign else "signature_missing")
    return _send(change, opened, sign, by, at)


def why_not_ready(opened: queries.Work, *, at: datetime) -> list[Problem]:
    """Everything that keeps a draft from being submitted, each at its path."""
    problems = list(opened.problems)
    if opened.change.first_entry and not opened.change.agency:
        absent = [path for paths in opened.missing.values() for path in paths]
        problems += [Problem(path, NOT_YET) for path in absent]
    elif not opened.change.first_entry:
        code = opened.found.organization.profile
        if regulation.setting("evidence.required", on=day(at), code=code):
            supported = [scope for each in opened.evidence for scope in each.paths]
            own = [edit for edit in opened.edits if edit.path not in opened.locked]
            bare = rules.unsupported(own, supported)
            problems += [Problem(path, "Chưa có minh chứng cho thay đổi này.") for path in bare]
    return problems


def _send(change: Change, opened: queries.Work, sign: Signer | None, by: Account, at: datetime) -> Change:
    authors = desk_queries.authors_of(change) | {by.pk}
    desk = queries.desk_for(opened.found.organization, authors=authors, person=change.record.person_id, on=day(at))
    change.submitted_at, change.submitted_by = at, by
    change.submissions += 1
    change.number = change.number or _next_number(at)
    change.desk, change.needs_deputy = desk.organization, desk.needs_deputy
    change.taken_at = change.taken_by = None
    change.decided_at = change.decided_by = None
    if sign:
        change.signature = sign(f"{change.pk}:{change.submissions}:{_keyed_digest(change, opened)}".encode())
    due = duties.open_(
        "change.verify", subject=change, organization=desk.organization, role="agency_admin", account=None, at=at
    )
    change.due_on, change.article = due.on, due.article
    duties.close("change.correct", subject=change, at=at)
    if not change.agency:
        duties.close("entry.first", subject=change.record, at=at)
    paths = sorted(edit.path for edit in opened.edits)
    return move(change, "submit", "change.submitted", by=by, at=at, number=change.number, places=len(paths))


def _keyed_digest(change: Change, opened: queries.Work) -> str:
    """What was typed, as a signature names it: without the person's key nobody can try out what it might have been."""
    key = records.person_key(change.record.person_id)
    return keys.blind_index(key, "submission", repr(sorted(opened.typed.items()))).hex()


def _next_number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('changes_number')")
        return f"DN-{at.year}-{cursor.fetchone()[0]:06}"


def _require_withdrawer(change: Change, by: Account, at: datetime) -> None:
    """The person takes back their own, never what the agency says of them; an officer what is still the agency's."""
    policy.require_writing(by)
    if by.person_id == change.record.person_id or policy.may_be(by, change.record.person):
        if change.agency or by.person_id is None:
            raise NotAllowed("own_record")
        return
    if not change.agency and (change.handed_at or by.pk != change.entered_by_id):
        raise NotAllowed("not_allowed")
    organization = orgs.agency_of(records.held_of(change.record).organization)
    policy.require(by, Permission.CHANGE_ENTER, organization, on=day(at), person=change.record.person)


@transaction.atomic
def withdraw(change_id: UUID | str, *, by: Account, at: datetime) -> Change:
    """Take back a draft, or what was submitted and nobody has decided."""
    change = take_change(change_id)
    if change.status == rules.Status.WITHDRAWN:
        return change
    _require_withdrawer(change, by, at)
    refuse_if(rules.why_not("withdraw", change))
    if change.taken_by_id and change.status == rules.Status.SUBMITTED:
        busy = rules.why_not_take(change.taken_by_id, change.taken_at, by.pk, at)
        if busy:
            raise Refused("being_verified")
    change.withdrawn_at, change.withdrawn_by = at, by
    duties.close("change.verify", subject=change, at=at, waived=True)
    duties.close("change.correct", subject=change, at=at, waived=True)
    return move(change, "withdraw", "change.withdrawn", by=by, at=at)
