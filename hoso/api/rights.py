"""Grants, delegations, written consents, and the documents on which they rest."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from hoso.access import actions, queries
from hoso.access.rules import BasisKind, Paper, consent_state
from hoso.api import pages
from hoso.api.door import again
from hoso.api.http import Request, gives, query
from hoso.api.pages import Page
from hoso.api.shapes import PASSWORD, Given
from hoso.audit import actions as audit
from hoso.base.downloads import picture
from hoso.orgs import queries as orgs
from hoso.records import actions as records

router = Router(tags=["rights"])
SMALL = 160  # pixels; what is no larger cannot be read
Text = Annotated[str, Field(max_length=500)]


class BasisOut(Schema):
    """A document that gives a right; `pages` of its scan, 0 without one."""

    id: UUID
    kind: str
    number: str
    date: date
    issuer: str
    subject: str
    organization_id: UUID | None
    pages: int
    sha256: str


class HeldOut(Schema):
    """A role in a part of the tree; `under_id`: the grant that it was delegated under."""

    id: UUID
    account_id: UUID
    account: str = Field(alias="account.name")
    role: str
    organization_id: UUID
    organization: str = Field(alias="organization.name")
    since: date
    until: date | None
    deputy: bool
    under_id: UUID | None
    basis: BasisOut


class DoneOut(Schema):
    """One act under a delegation."""

    at: datetime
    action: str
    object: str
    organization: str


class ConsentOut(Schema):
    """Whom, which sections, what for, until when; `state`: waiting, to_come, in_force, refused, withdrawn, ended."""

    id: UUID
    person_id: UUID
    person: str = Field(alias="person_name")
    reader_id: UUID
    reader: str = Field(alias="reader.name")
    family: str
    sections: list[str]
    protected: bool
    purpose: str
    since: date
    until: date
    needs_person: bool
    state: str
    given_at: datetime
    agreed_at: datetime | None
    refused_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    basis: BasisOut


class BasisIn(Schema):
    """The document on which an act rests; its scan is the part `scan`."""

    basis_number: str = Field(min_length=1, max_length=100)
    basis_date: date
    basis_issuer: str = Field("", max_length=300)
    password: str | None = PASSWORD

    def paper(self, kind: BasisKind, scan: UploadedFile | None) -> Paper:
        """The document as the domain takes it."""
        data, name = (scan.read(), scan.name or "") if scan else (None, "")
        return Paper(kind, self.basis_number, self.basis_date, self.basis_issuer, data=data, name=name)


class GrantIn(BasisIn):
    account_id: UUID
    role: str = Field(max_length=20)
    organization_id: UUID
    since: date
    until: date | None = None
    deputy: bool = False


class DelegationIn(BasisIn):
    account_id: UUID
    organization_id: UUID
    since: date
    until: date


class ConsentIn(BasisIn):
    reader_id: UUID
    sections: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=60)
    protected: bool = False
    purpose: Text
    personnel_work: bool = False
    since: date
    until: date


class EndIn(Given):
    """`until`: the last day."""

    until: Annotated[date, Field(strict=False)]


class WithdrawIn(Given):
    reason: Text = ""


@router.get("/grants", response=Page[HeldOut])
def grants(
    request: Request, after: str = query("", max_length=300), limit: int = query(50, ge=1, le=pages.MOST)
) -> dict[str, Any]:
    """The grants where the viewer may give them, newest first."""
    return pages.page(queries.grants(request.user, on=request.today), ("-pk",), after=after, limit=limit)


@router.post("/grants", response={201: HeldOut})
def give(request: Request, given: Form[GrantIn], scan: File[UploadedFile] = None) -> Status[Any]:  # type: ignore[assignment]
    """Give a role on the basis of a document; naming a new sole holder ends the old one's grant."""
    again(request, given.password)
    made = actions.give(
        account=queries.by_id(given.account_id),
        role=given.role,
        organization=orgs.by_id(given.organization_id),
        basis=given.paper(BasisKind.DECISION, scan),
        since=given.since,
        until=given.until,
        deputy=given.deputy,
        by=request.user,
        at=request.at,
    )
    return Status(201, made)


@router.post("/grants/{uuid:grant_id}/end", response=HeldOut)
def end(request: Request, grant_id: UUID, given: EndIn) -> Any:
    """End a grant on a day, its last; what was delegated under it ends with it."""
    return actions.end(grant_id, until=given.until, by=request.user, at=request.at)


@router.get("/delegations", response=list[HeldOut])
def delegations(request: Request) -> list[Any]:
    """What the viewer has delegated, newest first, at most a hundred."""
    return list(queries.delegations(request.user)[: pages.MOST])


@router.post("/delegations", response={201: HeldOut})
def delegate(request: Request, given: Form[DelegationIn], scan: File[UploadedFile] = None) -> Status[Any]:  # type: ignore[assignment]
    """A head lets a named person confirm in a part of the agency, until a day."""
    again(request, given.password)
    made = actions.delegate(
        account=queries.by_id(given.account_id),
        organization=orgs.by_id(given.organization_id),
        basis=given.paper(BasisKind.AUTHORISATION, scan),
        since=given.since,
        until=given.until,
        by=request.user,
        at=request.at,
    )
    return Status(201, made)


@router.post("/delegations/{uuid:grant_id}/end", response=HeldOut)
def end_delegation(request: Request, grant_id: UUID) -> Any:
    """Take a delegation back: today is its last day."""
    return actions.end_delegation(grant_id, until=request.today, by=request.user, at=request.at)


@router.get("/delegations/{uuid:grant_id}/done", response=list[DoneOut])
def done(request: Request, grant_id: UUID) -> list[Any]:
    """What was done by a delegation of the viewer's, newest first."""
    return queries.done_under(queries.delegation(grant_id, request.user))


@router.get("/bases", response=Page[BasisOut])
def bases(
    request: Request,
    text: str = query("", max_length=100),
    after: str = query("", max_length=300),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """The documents that the viewer may read by a role, newest first; each page that is read is an event."""
    listed = pages.page(queries.bases(request.user, on=request.today, text=text), ("-pk",), after=after, limit=limit)
    audit.note_list("access.Basis", said={"text": text}, count=len(listed["items"]), by=request.user, at=request.at)
    return listed


@router.get("/bases/{uuid:basis_id}", response=BasisOut)
def basis(request: Request, basis_id: UUID) -> Any:
    """One document, for who may read it by a role and for those whom it concerns."""
    return queries.basis(basis_id, request.user, on=request.today)


@router.get("/bases/{uuid:basis_id}/pages/{int:number}", openapi_extra=gives("image/webp"))
def basis_page(request: Request, basis_id: UUID, number: int, width: int = query(900, ge=100, le=1600)) -> HttpResponse:
    """One page of the scan as a picture; looking at one is logged."""
    made = actions.read_page(basis_id, page=number, width=width, noted=width > SMALL, by=request.user, at=request.at)
    return picture(made)


@router.get("/consents", response=Page[ConsentOut])
def consents(
    request: Request,
    side: Literal["reader", "person", "authority"] = query("reader"),
    after: str = query("", max_length=300),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """Consents that name the viewer as the reader, that open the viewer's own record, or that the viewer may give."""
    match side:
        case "reader":
            found = queries.consents_of_reader(request.user)
        case "person":
            found = queries.consents_of_person(request.user)
        case "authority":
            found = queries.consents_given(request.user, on=request.today)
    listed = pages.page(found, ("-pk",), after=after, limit=limit)
    return listed | {"items": [_stated(row, request) for row in listed["items"]]}


@router.get("/consents/{uuid:consent_id}", response=ConsentOut)
def consent(request: Request, consent_id: UUID) -> Any:
    """One consent, for its reader, its person and the authority."""
    return _shown(request, consent_id)


@router.post("/records/{uuid:record_id}/consents", response={201: ConsentOut})
def let_read(request: Request, record_id: UUID, given: Form[ConsentIn], scan: File[UploadedFile]) -> Status[Any]:
    """The authority consents in writing; where the rule of the day asks the person too, it waits for their word."""
    again(request, given.password)
    made = records.let_read(
        record_id,
        reader=queries.by_id(given.reader_id),
        sections=given.sections,
        protected=given.protected,
        purpose=given.purpose,
        personnel_work=given.personnel_work,
        since=given.since,
        until=given.until,
        basis=given.paper(BasisKind.CONSENT, scan),
        by=request.user,
        at=request.at,
    )
    return Status(201, _shown(request, made.pk))


@router.post("/consents/{uuid:consent_id}/agree", response=ConsentOut)
def agree(request: Request, consent_id: UUID) -> Any:
    """The person agrees."""
    actions.agree(consent_id, by=request.user, at=request.at)
    return _shown(request, consent_id)


@router.post("/consents/{uuid:consent_id}/refuse", response=ConsentOut)
def refuse(request: Request, consent_id: UUID) -> Any:
    """The person refuses."""
    actions.refuse(consent_id, by=request.user, at=request.at)
    return _shown(request, consent_id)


@router.post("/consents/{uuid:consent_id}/withdraw", response=ConsentOut)
def withdraw(request: Request, consent_id: UUID, given: WithdrawIn) -> Any:
    """The person or the authority takes it back."""
    actions.withdraw_consent(consent_id, reason=given.reason, by=request.user, at=request.at)
    return _shown(request, consent_id)


def _shown(request: Request, consent_id: UUID) -> Any:
    return _stated(queries.consent(consent_id, request.user, on=request.today), request)


def _stated(row: Any, request: Request) -> Any:
    row.state = consent_state(row, request.today).value
    return row
