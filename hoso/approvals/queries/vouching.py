"""Who vouched for which version, and everything that happened to a record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from hoso.approvals.rules import Level
from hoso.audit import queries as audit
from hoso.audit.models import Event
from hoso.audit.rules import LOOKS
from hoso.changes import queries as changes
from hoso.changes.models import Change, Decision
from hoso.changes.rules import Status
from hoso.records import queries as records
from hoso.records.models import Record, Version
from hoso.records.queries import State


class Vouch(NamedTuple):
    """One confirmation or signature of a version; `month` is 'YYYY-MM', `number` the manifest's."""

    seq: int
    level: Level
    at: datetime
    who: str
    role: str
    month: str
    supplement: int
    number: str = ""
    basis: str = ""
    manifest: object = None


class Assurance(NamedTuple):
    """How far a part of a record has been vouched for, by what, and since when; NONE while something waits."""

    level: Level
    at: datetime | None = None
    month: str = ""
    seq: int = 0


class Happened(NamedTuple):
    """One thing that happened: `action` is a word of the log, or version, confirmed, signed, sent_back."""

    at: datetime
    action: str
    who: str = ""
    role: str = ""
    seq: int = 0
    sections: tuple[str, ...] = ()
    month: str = ""
    number: str = ""
    reason: str = ""  # a code, a basis or a purpose
    due_on: date | None = None  # of what still waits


class Told(NamedTuple):
    """What stands in the rows of a record, read once for a page: newest versions and changes first."""

    record: Record
    versions: list[State]
    changes: list[Change]  # of which only the state, the number and the day are read
    vouches: list[Vouch]
    sent_back: list[Happened]
    proofs: int  # pages of evidence of what was accepted

    @property
    def accepted(self) -> dict[int, datetime | None]:
        """When each version was accepted."""
        return {each.seq: each.accepted_at for each in self.versions}

    @property
    def waiting(self) -> list[Change]:
        """The changes that wait for a check."""
        return [each for each in self.changes if each.status == Status.SUBMITTED]


# Acts that are told from the log; the rest is told from its own rows.
TOLD = (
    "record.opened", "employment.begun", "change.submitted", "change.returned", "change.withdrawn", "change.handed",
    "error.reported", "error.answered", "record.printed",
)  # fmt: skip


def vouches(record: Record) -> list[Vouch]:
    """Every confirmation and every sealed manifest of a record's versions, oldest first. One query."""
    return _vouches(_marks(record))


def _marks(record: Record) -> list[Any]:
    """What heads and the department did with a record's versions, oldest first: level (0 was sent back), and what a
    vouch says. One query, written out: every record page asks it, and building it costs four times its answer."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS, {"record": record.pk})
        return sorted(cursor.fetchall(), key=lambda mark: (mark[2], mark[0]))


MARKS = """SELECT 3, line.seq, manifest.signed_at, account.name, 'dept_leader', round.month, round.supplement,
    manifest.number, '', manifest.id
FROM approvals_manifestline line JOIN approvals_manifest manifest ON manifest.id = line.manifest_id
    JOIN approvals_round round ON round.id = manifest.round_id JOIN access_account account
    ON account.id = manifest.signed_by_id
WHERE line.record_id = %(record)s AND manifest.status = 'sealed'
UNION ALL
SELECT 2, confirmation.seq, confirmation.confirmed_at, account.name, confirmation.role, round.month, round.supplement,
    '', confirmation.basis, NULL
FROM approvals_confirmation confirmation JOIN approvals_round round ON round.id = confirmation.round_id
    JOIN access_account account ON account.id = confirmation.confirmed_by_id
WHERE confirmation.record_id = %(record)s
UNION ALL
SELECT 0, version.seq, back.sent_at, account.name, 'agency_head', round.month, round.supplement, '', '', NULL
FROM approvals_sentback back JOIN records_version version ON version.id = back.version_id
    JOIN approvals_round round ON round.id = back.round_id JOIN access_account account ON account.id = back.sent_by_id
WHERE version.record_id = %(record)s
"""


def _vouches(marks: Iterable[Any]) -> list[Vouch]:
    return [Vouch(seq, Level(level), *said) for level, seq, *said in marks if level]


def assured(
    parts: Mapping[str, int], given: Iterable[Vouch], accepted: Mapping[int, datetime | None], waiting: Iterable[str]
) -> dict[str, Assurance]:
    """Section → assurance: the highest that any version since the section last changed was given, and the first time.

    `accepted` says when each version was accepted; `waiting` names the sections of changes that wait for a check.
    """
    oldest, found = list(given), {}
    for section, since in parts.items():
        later = [each for each in oldest if each.seq >= since]
        best = max((each.level for each in later), default=Level.ACCEPTED)
        first = next((each for each in later if each.level == best), None)
        found[section] = (
            Assurance(best, first.at, first.month, since)
            if first
            else Assurance(Level.ACCEPTED, accepted.get(since), "", since)
        )
    return found | {section: Assurance(Level.NONE) for section in waiting}


def rows_of(record: Record, row: Version | None = None) -> Told:
    """The versions of a record (with the documents that `records.last_changes` of a row needs), its changes and who
    vouched for which version. Three queries."""
    moved = changes.with_proofs(record)
    marks = _marks(record)
    proofs = sum(each.proofs for each in moved)
    return Told(record, records.history(record, row), moved, _vouches(marks), _sent_back(marks), proofs)


def only(rows: Told, shows: Callable[[str], bool]) -> Told:
    """What is told to somebody who may see some sections only: the versions that changed one of them, and who vouched
    for those; nothing of changes that wait, of scans, or of what was sent back."""
    kept = []
    for each in rows.versions:
        summary = {section: paths for section, paths in each.summary.items() if shows(section)}
        if summary:
            kept.append(each._replace(summary=summary))
    there = {each.seq for each in kept}
    vouches = [each for each in rows.vouches if each.seq in there]
    return rows._replace(versions=kept, vouches=vouches, changes=[], sent_back=[], proofs=0)


def _sent_back(marks: Iterable[Any]) -> list[Happened]:
    return [
        Happened(at, "sent_back", who, role, seq, (), month)
        for level, seq, at, who, role, month, *_ in marks
        if not level
    ]


def events_of(record: Record, looks: int) -> tuple[list[Event], list[Event]]:
    """What the log tells of a record, newest first, and the newest of those who looked at it. One query."""
    words = (*TOLD, "record.versioned")
    found = audit.of_record_page(record.person_id, words, looks)
    return [each for each in found if each.action in words], [each for each in found if each.action in LOOKS][:looks]


def story(rows: Told, told: Sequence[Event], names: Mapping[str, str]) -> list[Happened]:
    """Everything that happened to a record, newest first, of its rows and events and the names of the accounts in them.

    No query, but one where something was returned.
    """
    record, waiting = rows.record, {str(each.pk): each for each in rows.changes}
    roles = {each.object.partition(":")[2]: each.role for each in told if each.action == "record.versioned"}
    reasons = _reasons(record) if any(each.action == "change.returned" for each in told) else {}
    found = [_version(each, roles.get(str(each.pk), "")) for each in rows.versions]
    for vouch in rows.vouches:
        word = "signed" if vouch.level is Level.SIGNED else "confirmed"
        found.append(
            Happened(
                vouch.at, word, vouch.who, vouch.role, vouch.seq, (), vouch.month, vouch.number, reason=vouch.basis
            )
        )
    found += rows.sent_back
    for event in told:
        if event.action == "record.versioned" or not _of_record(event.object, record, waiting):
            continue
        change = waiting.get(event.object.partition(":")[2])
        found.append(
            Happened(
                event.at,
                event.action,
                names.get(event.account, ""),
                event.role,
                number=change.number if change and event.action == "change.submitted" else "",
                reason=reasons.get(change.pk, "") if change and event.action == "change.returned" else event.purpose,
                due_on=change.due_on if change and _still(event.action, change.status) else None,
            )
        )
    return sorted(found, key=lambda each: each.at, reverse=True)


def _reasons(record: Record) -> dict[object, str]:
    refused = Decision.objects.filter(change__record=record, accepted=False).order_by("-pk")
    return dict(refused.values_list("change_id", "reason_code"))


def _version(row: State, role: str) -> Happened:
    return Happened(row.accepted_at, "version", row.accepted_by, role, row.seq, tuple(row.summary))


def _still(action: str, status: str) -> bool:
    return action == "change.submitted" and status == Status.SUBMITTED


def _of_record(object_: str, record: Record, own: Mapping[str, object]) -> bool:
    """A person may have two records; what concerns the other one is told there."""
    label, _, pk = object_.partition(":")
    if label == "changes.Change":
        return pk in own
    return label != "records.Record" or pk == str(record.pk)


def waiting_sections(waiting: Iterable[Change], key: bytes) -> dict[str, list[str]]:
    """Change id → sections that its submitted draft touches: that something waits, never what. One query for each."""
    return {
        str(each.pk): sorted({path.split(".")[0] for path in changes.draft_of(each, key)["typed"]}) for each in waiting
    }
