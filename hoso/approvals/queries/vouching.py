"""Who vouched for which version, and everything that happened to a record."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from hoso.access import queries as accounts
from hoso.approvals.models import Confirmation, ManifestLine, SentBack
from hoso.approvals.rules import Level, ManifestStatus
from hoso.audit import queries as audit
from hoso.changes import queries as changes
from hoso.changes.models import Decision
from hoso.changes.rules import Status
from hoso.records import queries as records
from hoso.records.models import Record, Version


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


# Acts that are told from the log; the rest is told from its own rows.
TOLD = (
    "record.opened", "employment.begun", "change.submitted", "change.returned", "change.withdrawn", "change.handed",
    "error.reported", "error.answered", "record.printed",
)  # fmt: skip


def vouches(record: Record) -> list[Vouch]:
    """Every confirmation and every sealed manifest of a record's versions, oldest first. Two queries."""
    confirmed = [
        Vouch(
            each.seq,
            Level.CONFIRMED,
            each.confirmed_at,
            each.confirmed_by.name,
            each.role,
            each.round.month,
            each.round.supplement,
            basis=each.basis,
        )
        for each in Confirmation.objects.filter(record=record).select_related("round", "confirmed_by")
        if each.confirmed_at and each.confirmed_by
    ]
    lines = ManifestLine.objects.filter(record=record, manifest__status=ManifestStatus.SEALED)
    signed = [
        Vouch(
            each.seq,
            Level.SIGNED,
            each.manifest.signed_at,
            each.manifest.signed_by.name,
            "dept_leader",
            each.manifest.round.month,
            each.manifest.round.supplement,
            number=each.manifest.number,
            manifest=each.manifest.pk,
        )
        for each in lines.select_related("manifest__round", "manifest__signed_by")
        if each.manifest.signed_at and each.manifest.signed_by
    ]
    return sorted([*confirmed, *signed], key=lambda each: (each.at, each.level))


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


def story(record: Record) -> list[Happened]:
    """Everything that happened to a record, newest first. Eight queries, however long it is."""
    waiting = {str(each.pk): each for each in changes.of_record(record)}
    versions = list(records.all_versions(record))
    told = [each for each in audit.of_person(record.person_id) if each.action in (*TOLD, "record.versioned")]
    names = accounts.names(each.account for each in told)
    roles = {each.object.partition(":")[2]: each.role for each in told if each.action == "record.versioned"}
    reasons = dict(
        Decision.objects.filter(change__record=record, accepted=False)
        .order_by("-pk")
        .values_list("change_id", "reason_code")
    )
    found = [_version(each, roles.get(str(each.pk), "")) for each in versions]
    for vouch in vouches(record):
        word = "signed" if vouch.level is Level.SIGNED else "confirmed"
        found.append(
            Happened(
                vouch.at, word, vouch.who, vouch.role, vouch.seq, (), vouch.month, vouch.number, reason=vouch.basis
            )
        )
    found += [
        Happened(each.sent_at, "sent_back", each.sent_by.name, "agency_head", each.version.seq, (), each.round.month)
        for each in SentBack.objects.filter(version__record=record).select_related("sent_by", "round", "version")
        if each.sent_at and each.sent_by
    ]
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


def _version(row: Version, role: str) -> Happened:
    at, who = row.accepted_at, row.accepted_by
    assert at is not None and who is not None
    return Happened(at, "version", who.name, role, row.seq, tuple(row.summary))


def _still(action: str, status: str) -> bool:
    return action == "change.submitted" and status == Status.SUBMITTED


def _of_record(object_: str, record: Record, own: Mapping[str, object]) -> bool:
    """A person may have two records; what concerns the other one is told there."""
    label, _, pk = object_.partition(":")
    if label == "changes.Change":
        return pk in own
    return label != "records.Record" or pk == str(record.pk)


def waiting_sections(record: Record, key: bytes) -> dict[str, list[str]]:
    """Change id → sections that its submitted draft touches: that something waits, never what."""
    submitted = [each for each in changes.of_record(record) if each.status == Status.SUBMITTED]
    return {
        str(each.pk): sorted({path.split(".")[0] for path in changes.draft_of(each, key)["typed"]})
        for each in submitted
    }
