"""The month of an agency: what waits for its head, confirming it, sending it back."""

import base64
import binascii
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.api import pages
from hoso.api.door import again
from hoso.api.http import Request, query
from hoso.api.pages import Page
from hoso.api.shapes import PASSWORD, Given, Id
from hoso.approvals import actions, queries
from hoso.base.errors import Invalid, NotFound
from hoso.orgs import queries as orgs
from hoso.signing import queries as signing
from hoso.signing.cms import cms_sign

router = Router(tags=["month"])
P12 = 256 * 1024
BASE64 = P12 * 4 // 3 + 4


class RoundOut(Schema):
    id: UUID
    month: str
    supplement: int
    late: bool
    confirm_from: date
    confirm_to: date
    sign_from: date
    sign_to: date
    closed_at: datetime | None


class AgencyOut(Schema):
    id: UUID
    code: str
    name: str


class MonthOut(Schema):
    """The round to work on (null before it opens), why heads cannot confirm and the leader cannot sign now (a code),
    and the agencies whose month this account confirms."""

    round: RoundOut | None
    why_not_confirm: str | None
    why_not_sign: str | None
    agencies: list[AgencyOut]


class OpenRoundIn(Given):
    month: str = Field(max_length=7)


class StateOut(Schema):
    agency: AgencyOut
    changed: int
    confirmed: int
    sent_back: int
    pending: int
    signed: int
    days_late: int | None


class LineOut(Schema):
    """One changed value in a line; `hidden` where it may not be read."""

    no: str
    label: str
    old: str
    new: str
    added: int
    altered: int
    removed: int
    hidden: bool


class WaitingOut(Schema):
    """`blocked`: why this officer cannot confirm it, a code; `alone`: to be confirmed by itself."""

    version_id: UUID
    record_id: UUID
    person_id: UUID
    person: str
    form: str
    seq: int
    since_seq: int
    digest: str
    sections: list[str]
    alone: bool
    blocked: str
    lines: list[LineOut]


class CellOut(Schema):
    no: str
    label: str
    old: str
    new: str
    old_hidden: bool
    new_hidden: bool


class BlockOut(Schema):
    title: str
    kind: str
    cells: list[CellOut]


class PartOut(Schema):
    key: str
    title: str
    blocks: list[BlockOut]


class ConfirmIn(Given):
    """Where a certificate is registered to the officer: `p12` and `passphrase`, or `signature`, a detached CMS over the
    hexadecimal digest of the lines (docs/api.md); both base64. Otherwise `password`, unless it was given just now."""

    version_ids: list[Id] = Field(max_length=5000)
    statement: bool
    password: str | None = PASSWORD
    p12: str | None = Field(None, max_length=BASE64)
    passphrase: str = Field("", max_length=200)
    signature: str | None = Field(None, max_length=BASE64)


class ConfirmedOut(Schema):
    version_id: UUID
    seq: int
    digest: str
    role: str
    basis: str
    batch: UUID


class SendBackIn(Given):
    reason: str = Field(max_length=2000)


@router.get("/month", response=MonthOut)
def month(request: Request) -> dict[str, Any]:
    """Where the month stands, for those who watch it."""
    policy.require_any(request.user, Permission.ROUND_WATCH, on=request.today)
    round_ = queries.round_for(request.today)
    return {
        "round": round_,
        "why_not_confirm": queries.why_not_confirm_now(round_, request.today) if round_ else "no_round",
        "why_not_sign": queries.why_not_sign_now(round_, request.today) if round_ else "no_round",
        "agencies": queries.confirmable_agencies(request.user, on=request.today),
    }


@router.get("/rounds", response=Page[RoundOut])
def rounds(
    request: Request, after: str = query("", max_length=300), limit: int = query(50, ge=1, le=pages.MOST)
) -> dict[str, Any]:
    """Every round, newest first."""
    policy.require_any(request.user, Permission.ROUND_WATCH, on=request.today)
    return pages.page(queries.rounds(), ("-month", "-supplement"), after=after, limit=limit)


@router.post("/rounds", response={201: RoundOut})
def open_round(request: Request, given: OpenRoundIn) -> Status[Any]:
    """Open a month's round, or a supplement of it, for the department's leader."""
    return Status(201, actions.open_round(given.month, by=request.user, at=request.at))


@router.get("/rounds/{uuid:round_id}/agencies", response=list[StateOut])
def agencies(request: Request, round_id: UUID) -> list[Any]:
    """How far every agency is, for those who watch the whole month."""
    policy.require(request.user, Permission.ROUND_WATCH, orgs.root(), on=request.today)
    return queries.agency_states(_round(request, round_id))


@router.get("/rounds/{uuid:round_id}/agencies/{uuid:agency_id}/waiting", response=Page[WaitingOut])
def waiting(
    request: Request,
    round_id: UUID,
    agency_id: UUID,
    after: str = query("", max_length=600),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """What is to be confirmed at an agency, by given name, each with its changes in a line."""
    found = queries.waiting_for(queries.agency(agency_id), request.user, _round(request, round_id), on=request.today)
    if after:
        place = tuple(pages.place_of(after, 2))
        found = [each for each in found if _place(each) > place]
    listed = pages.cut(found[: limit + 1], limit, _place)
    lines = queries.one_line(listed["items"], request.user, on=request.today)
    return listed | {"items": [_waiting(each, lines) for each in listed["items"]]}


@router.get("/rounds/{uuid:round_id}/agencies/{uuid:agency_id}/waiting/{uuid:version_id}", response=list[PartOut])
def compare(request: Request, round_id: UUID, agency_id: UUID, version_id: UUID) -> list[Any]:
    """Before and after, section by section; that somebody looked is logged."""
    agency = queries.agency(agency_id)
    each = actions.find(agency, version_id, _round(request, round_id), by=request.user, at=request.at)
    actions.note_compared(each, agency=agency, by=request.user, at=request.at)
    return queries.side_by_side(each, request.user, on=request.today)


@router.post("/rounds/{uuid:round_id}/agencies/{uuid:agency_id}/confirmations", response={201: list[ConfirmedOut]})
def confirm(request: Request, round_id: UUID, agency_id: UUID, given: ConfirmIn) -> Status[list[Any]]:
    """The head confirms versions: signed where a certificate is registered, else with the password given again."""
    agency, signs = queries.agency(agency_id), signing.registered(request.user, on=request.today)
    if not signs:
        again(request, given.password)
    made = actions.confirm(
        round_id,
        agency=agency,
        version_ids=given.version_ids,
        statement=given.statement,
        sign=_signer(request, given) if signs else None,
        by=request.user,
        at=request.at,
    )
    return Status(201, made)


@router.post("/rounds/{uuid:round_id}/agencies/{uuid:agency_id}/waiting/{uuid:version_id}/return", response={204: None})
def send_back(request: Request, round_id: UUID, agency_id: UUID, version_id: UUID, given: SendBackIn) -> Status[None]:
    """Not confirmed, with a reason; the version stays."""
    agency = queries.agency(agency_id)
    who: dict[str, Any] = {"by": request.user, "at": request.at}
    actions.send_back(round_id, agency=agency, version_id=version_id, reason=given.reason, **who)
    return Status(204, None)


def _round(request: Request, round_id: UUID) -> Any:
    found = queries.round_for(request.today, round_id)
    if found is None:
        raise NotFound("no_such_round")
    return found


def _place(each: queries.Waiting) -> tuple[str, str]:
    return each.version.record.person.name_sort, str(each.version.record_id)


def _waiting(each: queries.Waiting, lines: dict[object, list[queries.Said]]) -> dict[str, Any]:
    row = each.version
    return {
        "version_id": row.pk,
        "record_id": row.record_id,
        "person_id": row.record.person_id,
        "person": row.record.person.full_name,
        "form": row.form,
        "seq": row.seq,
        "since_seq": each.since_seq,
        "digest": row.digest,
        "sections": sorted(each.sections),
        "alone": each.alone,
        "blocked": each.blocked,
        "lines": [said._asdict() for said in lines.get(row.pk, ())],
    }


def _signer(request: Request, given: ConfirmIn) -> Callable[[bytes], bytes] | None:
    if given.signature is not None:
        signature = _bytes(given.signature)
        return lambda _digest: signature
    if given.p12 is None:
        return None
    p12, stamper = _bytes(given.p12), signing.timestamper(request.at)
    return lambda digest: cms_sign(digest, p12, given.passphrase, at=request.at, timestamper=stamper)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Invalid("unprocessable") from error
