"""Records and their versions, as far as the viewer may see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from hoso.api import pages
from hoso.api.http import Request, gives, query
from hoso.api.pages import Page
from hoso.api.shapes import Document, Given, Path, PurposeIn, Seq
from hoso.approvals import queries as approvals
from hoso.approvals.rules import Level
from hoso.base.downloads import download
from hoso.base.errors import NotFound, refuse_if
from hoso.records import actions, queries
from hoso.records.policy import Sight
from hoso.records.purposes import NONE

router = Router(tags=["records"])


class HeadOut(Schema):
    id: UUID
    family: str
    head_seq: int
    head_digest: str


class VersionOut(Schema):
    """`level`: 1 accepted, 2 confirmed by the head, 3 signed by the department."""

    seq: int
    form: str
    digest: str
    prev: str
    level: int
    accepted_at: datetime
    accepted_by: str
    sections: list[str]


class RecordOut(HeadOut):
    """A version. What the viewer may not see is {"masked": tier} in `document`; `levels`: section → level.

    For who reads by a written consent, `basis` names it, and only its sections are there.
    """

    person_id: UUID
    person: str
    organization: str
    seq: int
    form: str
    digest: str
    accepted_at: datetime
    document: Document
    levels: dict[str, int]
    may_reveal: bool
    basis: str
    chain_broken_at: int | None


class EditOut(Schema):
    path: str
    old: Any
    new: Any


class RevealIn(Given):
    """`path`: a value, or a table; `purpose` is shown to the person."""

    seq: Seq
    path: Path
    purpose: PurposeIn


class RevealOut(Schema):
    path: str
    value: Any


class PrintIn(Given):
    """Without `seq` the newest; only with a `purpose` is what is protected printed for others."""

    seq: Seq | None = None
    purpose: PurposeIn | None = None


@router.get("/records", response=list[HeadOut])
def mine(request: Request) -> list[Any]:
    """One's own records."""
    return list(queries.of_person(request.user.person_id)) if request.user.person_id else []


@router.get("/records/{uuid:record_id}", response=RecordOut)
def record(request: Request, record_id: UUID, seq: int | None = query(None, ge=1, le=1_000_000)) -> dict[str, Any]:
    """A version (the newest) as this viewer may see it; reading another's is logged."""
    found = queries.readable(record_id, request.user, on=request.today)
    row = _version(found, seq)
    document, sight = queries.shown(row, found, request.user, on=request.today), _sight(request, found)
    levels = approvals.part_levels(row.parts, approvals.levels(found.record))
    actions.note_read(found, sections=sorted(document), by=request.user, at=request.at, seq=row.seq)
    return {
        "id": found.record.pk,
        "family": found.record.family,
        "head_seq": found.record.head_seq,
        "head_digest": found.record.head_digest,
        "person_id": found.person.pk,
        "person": found.person.full_name,
        "organization": found.organization.name,
        "seq": row.seq,
        "form": row.form,
        "digest": row.digest,
        "accepted_at": row.accepted_at,
        "document": document,
        "levels": {section: level for section, level in levels.items() if sight.shows(section)},
        "may_reveal": queries.may_reveal(request.user, found, on=request.today) or any(map(sight.opens, document)),
        "basis": sight.basis,
        "chain_broken_at": queries.chain_breaks(found.record),
    }


@router.get("/records/{uuid:record_id}/versions", response=Page[VersionOut])
def versions(
    request: Request,
    record_id: UUID,
    after: str = query("", max_length=300),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """Every version, newest first."""
    found = queries.readable(record_id, request.user, on=request.today)
    actions.note_read(found, sections=[], by=request.user, at=request.at)
    listed = pages.page(queries.all_versions(found.record), ("-seq",), after=after, limit=limit)
    levels, sight = approvals.levels(found.record), _sight(request, found)
    there = [row for row in listed["items"] if any(map(sight.shows, queries.summary(row)))]
    return listed | {"items": [_listed(row, levels, sight) for row in there]}


@router.get("/records/{uuid:record_id}/differences", response=list[EditOut])
def differences(
    request: Request,
    record_id: UUID,
    since: int = query(ge=0, le=1_000_000),
    until: int = query(ge=1, le=1_000_000),
) -> list[dict[str, Any]]:
    """What changed from one version (0: nothing yet) to another, masked where the viewer may not see what."""
    found = queries.readable(record_id, request.user, on=request.today)
    edits = queries.differences(found.record, since, until, found, request.user, on=request.today)
    touched = sorted({edit.path.split(".")[0] for edit in edits})
    who: dict[str, Any] = {"by": request.user, "at": request.at}
    actions.note_read(found, sections=touched, action="record.compared", seq=until, since=since, **who)
    return [edit._asdict() for edit in edits]


@router.post("/records/{uuid:record_id}/reveal", response=RevealOut)
def reveal(request: Request, record_id: UUID, given: RevealIn) -> dict[str, Any]:
    """Open one protected value, or table, for a purpose that the person will see."""
    purpose = given.purpose.meant()
    value = actions.reveal(record_id, seq=given.seq, path=given.path, purpose=purpose, by=request.user, at=request.at)
    return {"path": given.path, "value": value}


@router.post("/records/{uuid:record_id}/print", openapi_extra=gives("application/pdf"))
def print_record(request: Request, record_id: UUID, given: PrintIn) -> HttpResponse:
    """A version as the statutory form."""
    purpose = given.purpose.meant() if given.purpose else NONE
    made = actions.print_form(record_id, seq=given.seq, purpose=purpose, by=request.user, at=request.at)
    return download(made, "application/pdf", f"ho-so-{str(record_id)[-8:]}.pdf")


def _version(found: queries.Held, seq: int | None) -> Any:
    refuse_if(None if found.record.head_seq else "no_such_version", NotFound)
    return queries.version(found.record, seq)


def _sight(request: Request, found: queries.Held) -> Sight:
    return queries.sight(request.user, found, on=request.today)


def _listed(row: Any, levels: dict[int, Level], sight: Sight) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "form": row.form,
        "digest": row.digest,
        "prev": row.prev,
        "level": levels.get(row.seq, Level.ACCEPTED),
        "accepted_at": row.accepted_at,
        "accepted_by": row.accepted_by.name,
        "sections": sorted(filter(sight.shows, queries.summary(row))),
    }
