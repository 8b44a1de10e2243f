"""Every write to records."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import Invalid, NotFound, Refused, refuse_if
from hoso.orgs.models import Organization
from hoso.people.models import Person
from hoso.records import crypto, drafts, queries, versions
from hoso.records.compare import compare
from hoso.records.forms import FORMS
from hoso.records.models import PersonKey, Record, Version
from hoso.records.paths import Document, get


@transaction.atomic
def open_(*, person: Person, family: str, by: Account, at: datetime) -> Record:
    """Open a person's record of a family, with a data key if the person has none; the same record if it is open."""
    Person.objects.select_for_update().get(pk=person.pk)
    found = Record.objects.filter(person=person, family=family).first()
    if found is not None:
        return found
    if not PersonKey.objects.filter(pk=person.pk).exists():
        wrapped = crypto.wrap(crypto.new_key(), queries.ring())
        PersonKey.objects.create(person=person, by=wrapped.by, token=wrapped.token)
    record = Record.objects.create(person=person, family=family, opened_at=at)
    audit.record("record.opened", by=by, object=record, at=at, person=person, family=family)
    return record


def lock(record_id: object) -> Record:
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
    """Make the next version of a locked record. Invalid if the document breaks its form or a rule; Refused if nothing changed."""
    key = queries.person_key(record.person_id)
    before_row = queries.version(record) if record.head_seq else None
    before = queries.document(before_row, key) if before_row else {}
    problems = drafts.check(FORMS[form], document)
    if problems:
        raise Invalid("document_breaks_rules", problems)
    edits = compare(before, document)
    refuse_if(None if edits else "nothing_changed")
    made = versions.Version(
        form=form,
        person=str(record.person_id),
        seq=record.head_seq + 1,
        prev=record.head_digest or None,
        nonce=versions.new_nonce(),
        document=document,
    )
    stored = crypto.protect(made, key)
    digest = versions.digest(stored)
    touched: dict[str, list[str]] = {}
    for edit in edits:
        touched.setdefault(edit.path.split(".")[0], []).append(edit.path)
    parts = dict(before_row.parts) if before_row else {}
    row = Version.objects.create(
        record=record,
        form=form,
        seq=made.seq,
        prev=record.head_digest,
        digest=digest,
        envelope=stored._asdict(),
        parts=parts | dict.fromkeys(touched, made.seq),
        summary=touched,
        organization=organization.pk,
        change=change.pk,
        accepted_seq=_next_accepted(),
        accepted_at=at,
        accepted_by=by,
    )
    record.head_seq, record.head_digest = row.seq, digest
    record.save(update_fields=["head_seq", "head_digest"])
    audit.record(
        "record.versioned",
        by=by,
        object=row,
        at=at,
        person=record.person_id,
        organization=organization,
        seq=row.seq,
        digest=digest,
        sections=sorted(touched),
    )
    return row


def _next_accepted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('records_accepted_seq')")
        return int(cursor.fetchone()[0])


@transaction.atomic
def note_read(
    found: queries.Held, *, sections: list[str], by: Account, at: datetime, action: str = "record.read"
) -> None:
    """Log that somebody looked at another's record; looking at one's own is nobody's business."""
    if by.person_id == found.person.pk:
        return
    policy.require(by, Permission.RECORD_VIEW, found.organization, on=day(at))
    audit.record(
        action,
        by=by,
        object=found.record,
        at=at,
        person=found.person,
        organization=found.organization,
        sections=sections,
    )


@transaction.atomic
def reveal(record_id: object, *, seq: int, path: str, purpose: str, by: Account, at: datetime) -> Any:
    """Open one protected value of another's record for a purpose, which the person will see; returns the value."""
    found = queries.viewable(record_id, by, on=day(at))
    if by.person_id != found.person.pk:
        policy.require(by, Permission.RECORD_REVEAL, found.organization, on=day(at))
        refuse_if(None if purpose.strip() else "purpose_missing")
    row = queries.version(found.record, seq)
    value = get(queries.document(row), path)
    if value is None:
        raise Refused("nothing_there")
    audit.record(
        "record.revealed",
        by=by,
        object=row,
        at=at,
        person=found.person,
        organization=found.organization,
        purpose=purpose.strip()[:200],
        path=path,
    )
    return value
