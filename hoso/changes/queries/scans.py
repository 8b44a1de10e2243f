"""Who may look at a scan, and when a purpose is asked first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing

from hoso.access.models import Account
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound, refuse_if
from hoso.changes import rules
from hoso.changes.models import Decision, Evidence
from hoso.changes.queries.desk import require_verifier
from hoso.changes.queries.working import require_side
from hoso.records import queries as records
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import Tier, walk
from hoso.records.paths import pattern_of, within

OPEN_FOR = timedelta(minutes=15)  # how long a scan stays open once its purpose was said


class Readable(NamedTuple):
    """A scan that somebody may look at: `asks` names the protected places for which they must say a purpose first."""

    evidence: Evidence
    held: records.Held
    asks: list[str]


def readable(evidence_id: UUID | str, viewer: Account, *, at: datetime) -> Readable:
    """A scan for those who may look at it: with what was accepted, all who see what is restricted in the record;
    before, and of what was taken away, only who writes in its change or has taken it to verify. NotFound, NotAllowed.

    Verifying is its own purpose, and so is writing; what supports an accepted protected value is opened for a purpose.
    """
    found = (
        Evidence.objects.select_related("attachment", "change__record__person", "change__desk", "attached_by")
        .filter(pk=evidence_id)
        .first()
    )
    if found is None:
        raise NotFound("no_such_evidence")
    held, on = records.held_of(found.change.record), day(at)
    own = viewer.person_id == held.person.pk
    if own and not found.change.agency:
        return Readable(found, held, [])
    kept = found.change.status == rules.Status.ACCEPTED and found.removed_at is None
    if kept and Tier.RESTRICTED in records.shown_tiers(viewer, held, on=on):
        return Readable(found, held, [] if own else protected_places([found])[found.pk])
    try:
        require_side(found.change, viewer, on)
    except NotAllowed:
        require_verifier(found.change, viewer, on=on)
        taken = rules.is_held(found.change.taken_by_id, found.change.taken_at, viewer.pk, at)
        refuse_if(None if taken else "take_first")
    return Readable(found, held, [])


def readable_evidence(
    evidence_id: UUID | str, viewer: Account, *, ticket: str, at: datetime
) -> tuple[Evidence, records.Held]:
    """A scan to be drawn; Refused with `open_scan_first` where a purpose is asked and the ticket is not for it."""
    found = readable(evidence_id, viewer, at=at)
    refuse_if("open_scan_first" if found.asks and not is_open(found.evidence.pk, viewer, ticket, at=at) else None)
    return found.evidence, found.held


def protected_places(scans: Iterable[Evidence]) -> dict[Any, list[str]]:
    """Scan → the protected places that were accepted on it; with one of a whole row, its protected columns. One query
    for all; the changes must be read already."""
    rows = list(scans)
    decided: dict[Any, list[str]] = {}
    accepted = Decision.objects.filter(change__in={row.change_id for row in rows}, accepted=True)
    for change, path in accepted.order_by("path").values_list("change_id", "path"):
        decided.setdefault(change, []).append(path)
    return {row.pk: _protected(row, decided.get(row.change_id, [])) for row in rows}


def _protected(scan: Evidence, accepted: Iterable[str]) -> list[str]:
    leaves = [leaf.path for leaf in walk(FORMS[scan.change.form]) if leaf.tier is Tier.PROTECTED]
    supported = [path for path in accepted if any(within(path, scope) for scope in scan.paths)]
    return [
        path if leaf == pattern_of(path) else f"{path}.{leaf.rpartition('.')[2]}"
        for leaf in leaves
        for path in supported
        if within(leaf, pattern_of(path))
    ]


def ticket_for(evidence_id: object, viewer: Account, *, at: datetime) -> str:
    """What lets one account look at one scan for a while; worth nothing to anybody else."""
    return signing.dumps(int(at.timestamp()), salt=_salt(evidence_id, viewer))


def is_open(evidence_id: object, viewer: Account, ticket: str, *, at: datetime) -> bool:
    """Whether a ticket is for this scan and this account, and has not run out."""
    try:
        since = signing.loads(ticket, salt=_salt(evidence_id, viewer))
    except signing.BadSignature:
        return False
    return timedelta(0) <= timedelta(seconds=at.timestamp() - since) < OPEN_FOR


def _salt(evidence_id: object, viewer: Account) -> str:
    return f"hoso.changes.scan:{evidence_id}:{viewer.pk}"
