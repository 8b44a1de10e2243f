"""The first and the last line of every move: take the change, move it and log it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base import keys
from hoso.base.errors import NotFound
from hoso.changes import rules
from hoso.changes.models import Change
from hoso.records import queries as records


def take_change(change_id: UUID | str) -> Change:
    """The change, held until the transaction ends; NotFound."""
    found = (
        Change.objects.select_for_update(of=("self",))
        .select_related("record__person", "desk", "continues", "taken_by", "entered_by", "handed_by")
        .filter(pk=change_id)
        .first()
    )
    if found is None:
        raise NotFound("no_such_change")
    return found


def move(change: Change, name: str, event: str, *, by: Account, at: datetime, **data: Any) -> Change:
    """Save the change in its new state, and the event that says so."""
    _, change.status = rules.MOVES[name]
    change.save()
    note(event, change, by=by, at=at, **data)
    return change


def note(event: str, change: Change, *, by: Account, at: datetime, **data: Any) -> None:
    """Log an act on a change; the record's keeper is the organisation it happened in."""
    organization = records.held_of(change.record).organization
    audit.record(event, by=by, object=change, at=at, person=change.record.person_id, organization=organization, **data)


def seal_draft(change: Change, typed: dict[str, str], done: list[str], hands: Mapping[str, str]) -> None:
    """Put what was typed into the change, encrypted, with the account whose hand typed each; the caller saves."""
    key = records.person_key(change.record.person_id)
    kept = {path: hand for path, hand in hands.items() if path in typed}
    change.draft_sealed = keys.seal(key, f"changes.Change:{change.pk}", {"typed": typed, "done": done, "hands": kept})


def note_writers(change: Change, writers: Iterable[Any]) -> None:
    """Remember accounts that wrote in a change for as long as it is there; the caller saves."""
    change.writers = sorted({*change.writers, *writers}, key=str)
