"""Records and their versions: opened, continued, loaded."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.base import envelope
from hoso.base.errors import Invalid, NotFound, refuse_if
from hoso.orgs.models import Organization
from hoso.people.models import Person
from hoso.records import crypto, drafts, queries, versions
from hoso.records.compare import compare
from hoso.records.forms import FORMS
from hoso.records.models import PersonKey, Record, Version
from hoso.records.paths import Document


@transaction.atomic
def open_(*, person: Person, family: str, by: Account, at: datetime) -> Record:
    """Open a person's record of a family, with a data key if the person has none; the same record if it is open."""
    Person.objects.select_for_update().get(pk=person.pk)
    found = Record.objects.filter(person=person, family=family).first()
    if found is not None:
        return found
    if not PersonKey.objects.filter(pk=person.pk).exists():
        wrapped = envelope.ring().wrap(envelope.new_data_key())
        PersonKey.objects.create(person=person, by=wrapped.by, token=wrapped.token)
    record = Record.objects.create(person=person, family=family, opened_at=at)
    audit.record("record.opened", by=by, object=record, at=at, person=person, rows=[record], family=family)
    return record


def lock(record_id: Any) -> Record:
    """The record, held until the transaction ends: the first thing that every act on it does."""
    found = Record.objects.select_for_update(of=("self",)).select_related("person").filter(pk=record_id).first()
    if found is None:
        raise NotFound("no_such_record")
    return found


@transaction.atomic
def append_version(
    record: Record,
    *,
    document: Document,
    form: str,
    change: Any,
    organization: Organization,
    by: Account,
    at: datetime,
) -> Version:
    """Make the next version of a locked record. Invalid if it breaks its form or a rule; Refused if nothing changed."""
    key = queries.person_key(record.person_id)
    before_row = queries.version(record) if record.head_seq else None
    before = queries.document(before_row, key) if before_row else {}
    problems = drafts.check(FORMS[form], document)
    if problems:
        raise Invalid("document_breaks_rules", problems)
    refuse_if("nothing_changed" if document == before else None)
    state = Loaded(record.person_id, record.family, form, document, organization.pk, by)
    row = _next_row(record, before_row, before, state, key)
    row.accepted_seq, row.accepted_at, row.accepted_by, row.change = _next_accepted()[0], at, by, change.pk
    row.save(force_insert=True)
    record.head_seq, record.head_digest = row.seq, row.digest
    record.save(update_fields=["head_seq", "head_digest"])
    audit.record(
        "record.versioned",
        by=by,
        object=row,
        at=at,
        person=record.person_id,
        organization=organization,
        rows=[row, record],
        seq=row.seq,
        digest=row.digest,
        sections=sorted(row.summary),
    )
    return row


def _next_accepted(count: int = 1) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('records_accepted_seq') FROM generate_series(1, %s)", [count])
        return [int(row[0]) for row in cursor.fetchall()]


class Loaded(NamedTuple):
    """The next state of one person's record, for loading many at once; the document was checked by whoever made it."""

    person_id: UUID
    family: str
    form: str
    document: Document
    organization_id: UUID
    by: Account


@transaction.atomic
def load(states: Sequence[Loaded], *, change: UUID, by: Account, at: datetime) -> list[Version]:
    """Make the next version of many records at once, as an import does: one event with a digest over all, not one each.

    Invalid with every problem of every document, if any breaks its form; then nothing is loaded.
    """
    problems = [problem for each in states for problem in drafts.check(FORMS[each.form], each.document)]
    if problems:
        raise Invalid("document_breaks_rules", problems)
    ring = envelope.ring()
    keys = _keys_of([each.person_id for each in states], ring)
    records = _records_of(states, at)
    last = {
        row.record_id: row for row in Version.objects.filter(record__in=records.values(), seq=F("record__head_seq"))
    }
    numbers = _next_accepted(len(states))
    rows = []
    for each, number in zip(states, numbers, strict=True):
        record = records[each.person_id, each.family]
        before, key = last.get(record.pk), keys[each.person_id]
        row = _next_row(record, before, queries.document(before, key) if before else {}, each, key)
        row.accepted_seq, row.accepted_at, row.accepted_by, row.change = number, at, each.by, change
        record.head_seq, record.head_digest = row.seq, row.digest
        rows.append(row)
    made = Version.objects.bulk_create(rows, batch_size=500)
    Record.objects.bulk_update(records.values(), ["head_seq", "head_digest"], batch_size=1000)
    digest = hashlib.sha256("".join(row.digest for row in made).encode()).hexdigest()
    audit.record(
        "records.loaded",
        by=by,
        object=f"records.Version:{digest}",
        at=at,
        rows=[*made, *records.values()],
        count=len(made),
        digest=digest,
    )
    return made


def _next_row(record: Record, before: Version | None, held: Document, each: Loaded, key: bytes) -> Version:
    made = versions.Version(
        form=each.form,
        person=str(each.person_id),
        seq=record.head_seq + 1,
        prev=record.head_digest or None,
        nonce=versions.new_nonce(),
        document=each.document,
    )
    stored = crypto.protect(made, key)
    touched: dict[str, list[str]] = {}
    for edit in compare(held, each.document):
        touched.setdefault(edit.path.split(".")[0], []).append(edit.path)
    parts = dict(before.parts) if before else {}
    return Version(
        record=record,
        form=each.form,
        seq=made.seq,
        prev=record.head_digest,
        digest=versions.digest(stored),
        envelope=stored._asdict(),
        parts=parts | dict.fromkeys(touched, made.seq),
        summary=touched,
        organization=each.organization_id,
    )


def _keys_of(people: Sequence[UUID], ring: envelope.Ring) -> dict[UUID, bytes]:
    held = {row.pk: queries.opened_key(row, ring) for row in PersonKey.objects.filter(pk__in=people)}
    fresh = {person: envelope.new_data_key() for person in people if person not in held}
    wrapped = {person: ring.wrap(key) for person, key in fresh.items()}
    PersonKey.objects.bulk_create(
        [PersonKey(person_id=person, by=each.by, token=each.token) for person, each in wrapped.items()], batch_size=1000
    )
    return held | fresh


def _records_of(states: Sequence[Loaded], at: datetime) -> dict[tuple[UUID, str], Record]:
    wanted = {(each.person_id, each.family) for each in states}
    found = Record.objects.select_for_update(of=("self",)).select_related("person")
    people = [person for person, _ in wanted]
    held = {(row.person_id, row.family): row for row in found.filter(person__in=people).order_by("pk")}
    fresh = [
        Record(person_id=person, family=family, opened_at=at)
        for person, family in sorted(wanted - held.keys(), key=str)
    ]
    Record.objects.bulk_create(fresh, batch_size=1000)
    return {key: row for key, row in held.items() if key in wanted} | {
        (row.person_id, row.family): row for row in fresh
    }
