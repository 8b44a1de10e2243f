"""Looking at somebody else's record: read, opened for a purpose, printed, each with its line in the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.base.clock import day, local
from hoso.base.errors import NotAllowed, refuse_if
from hoso.documents import queries as documents
from hoso.documents.models import Attachment
from hoso.records import printing, queries
from hoso.records.forms.grammar import Form, Tier, patterns, tables, walk
from hoso.records.paths import Document, find, get, pattern_of, within
from hoso.records.policy import Sight, section_of
from hoso.records.purposes import NONE, Purpose, why_not_open


@transaction.atomic
def note_read(
    found: queries.Held, *, sections: list[str], by: Account, at: datetime, action: str = "record.read", **data: Any
) -> None:
    """Log that somebody looked at another's record; looking at one's own is nobody's business."""
    if by.person_id == found.person.pk:
        return
    seen = _require(found, Permission.RECORD_VIEW, by, at)
    audit.record(
        action,
        by=by,
        object=found.record,
        at=at,
        person=found.person,
        organization=found.organization,
        sections=[each for each in sections if seen.shows(each)],
        **_consents(seen),
        **data,
    )


def note_scan_read(found: queries.Held, *, of: models.Model, places: Sequence[str], by: Account, at: datetime) -> None:
    """Log that somebody looked at a page of a scan of another's: which scan, and what it supports."""
    if by.person_id == found.person.pk:
        return
    audit.record(
        "attachment.read",
        by=by,
        object=of,
        at=at,
        person=found.person,
        organization=found.organization,
        sections=sorted({place.split(".")[0] for place in places}),
        paths=list(places),
    )


@transaction.atomic
def reveal(record_id: object, *, seq: int, path: str, purpose: Purpose, by: Account, at: datetime) -> Any:
    """Open one protected value, or one table, of another's record for a purpose, which the person will see.

    Returns the value. Refused with `purpose_missing`, `purpose_text_missing`, `no_such_field`, `nothing_there`.
    """
    found = queries.readable(record_id, by, on=day(at))
    seen = queries.sight(by, found, on=day(at))
    if by.person_id != found.person.pk:
        _require(found, Permission.RECORD_REVEAL, by, at)
        refuse_if(None if seen.sections is None or seen.opens(section_of(path)) else "not_allowed", NotAllowed)
        refuse_if(why_not_open(purpose))
    row = queries.version(found.record, seq)
    form = queries.form_of(row)
    known = path in {table.path for table in tables(form)} or patterns(form).get(pattern_of(path)) is not None
    refuse_if(None if known else "no_such_field")
    value = get(seen.view(form, queries.document(row), opening=True), path)
    refuse_if("nothing_there" if value is None else None)
    places = [leaf.path for leaf in walk(form) if leaf.tier is Tier.PROTECTED and within(leaf.path, pattern_of(path))]
    note_revealed(found, of=row, places=places or [path], purpose=purpose, by=by, at=at, **_consents(seen))
    return value


def note_revealed(
    found: queries.Held,
    *,
    of: models.Model,
    places: Sequence[str],
    purpose: Purpose,
    by: Account,
    at: datetime,
    **data: Any,
) -> None:
    """Log that protected places of another's record were opened: their names and what for, never their values."""
    if by.person_id == found.person.pk:
        return
    audit.record(
        "record.revealed",
        by=by,
        object=of,
        at=at,
        person=found.person,
        organization=found.organization,
        purpose=purpose.said,
        purpose_code=purpose.code,
        paths=list(places),
        **data,
    )


@transaction.atomic
def print_form(record_id: object, *, seq: int | None, purpose: Purpose, by: Account, at: datetime) -> bytes:
    """A version (None: the newest) as the statutory form, a PDF. One event names the sections and what was opened.

    The person's own is whole. Of others what is protected is printed as “che”, unless a purpose is given and the grant
    lets its holder open it (QĐ 31 Điều 5). By a consent only its sections are printed, and the paper says so.
    """
    found = queries.readable(record_id, by, on=day(at))
    seen, opening = queries.sight(by, found, on=day(at)), purpose != NONE
    if by.person_id != found.person.pk:
        _require(found, Permission.RECORD_PRINT, by, at)
        if opening:
            _require(found, Permission.RECORD_REVEAL, by, at)
            refuse_if(why_not_open(purpose))
    row = queries.version(found.record, seq)
    form = queries.form_of(row)
    document = seen.view(form, queries.document(row), opening=opening)
    opened = [leaf.path for leaf in walk(form) if leaf.tier is Tier.PROTECTED and any(find(document, leaf.path))]
    return print_document(
        found,
        of=row,
        form=form,
        document=document,
        picture=queries.portrait(row) if seen.shows(section_of(queries.PORTRAIT)) else None,
        said=f"Phiên bản {row.seq} · SHA-256 {row.digest[:16]}…"
        + (f" · Chỉ các phần được đồng ý theo văn bản số {seen.basis}" if seen.consents else ""),
        watermark=printing.watermark(found.organization.profile),
        by=by,
        at=at,
        purpose=purpose.said,
        purpose_code=purpose.code,
        seq=row.seq,
        paths=[path for path in opened if seen.sections is None or seen.opens(section_of(path))] if opening else [],
        **_consents(seen),
    )


@transaction.atomic
def print_document(
    found: queries.Held,
    *,
    of: models.Model,
    form: type[Form],
    document: Document,
    picture: Attachment | None,
    said: str,
    watermark: str,
    by: Account,
    at: datetime,
    **data: Any,
) -> bytes:
    """A document of somebody's record on paper, as far as its caller lets `by` see it: a PDF that says on every page
    who printed it and when. Of another's one event names the sections; printing one's own is nobody's business."""
    if by.person_id != found.person.pk:
        audit.record(
            "record.printed",
            by=by,
            object=of,
            at=at,
            person=found.person,
            organization=found.organization,
            sections=sorted(document),
            **data,
        )
    return printing.pdf(
        form,
        document,
        name=found.person.full_name,
        photo=documents.content(picture) if picture else None,
        footer=f"{said} · In lúc {local(at):%H:%M %d/%m/%Y}, người in: {by.name}",
        watermark=watermark,
        at=at,
    )


def _require(found: queries.Held, permission: Permission, by: Account, at: datetime) -> Sight:
    """By a grant that says so, or by a written consent, which the log then names; NotAllowed."""
    seen = queries.sight(by, found, on=day(at))
    if not seen.sections:
        policy.require(by, permission, found.organization, on=day(at), person=found.person)
    else:
        by.acting_role, by.acting_basis = "", seen.basis
    return seen


def _consents(seen: Sight) -> dict[str, Any]:
    return {"consents": list(seen.consents), "basis": seen.basis} if seen.consents else {}
