"""The officer's queue: taking a change, comparing it, deciding place by place."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from hoso.api import pages
from hoso.api.http import Request, gives, query
from hoso.api.pages import Page
from hoso.api.shapes import ChangeOut, EvidenceOut, Given, Path, ProblemOut, PurposeIn
from hoso.base import problems
from hoso.base.downloads import download
from hoso.changes import actions, queries
from hoso.changes.rules import Answer
from hoso.documents import queries as documents
from hoso.records import actions as records

router = Router(tags=["verification"])


class QueuedOut(ChangeOut):
    person: str = Field(alias="record.person.full_name")
    taken_at: datetime | None
    taken_by_id: UUID | None


class ProposalOut(Schema):
    """One place to decide on; `locked` ones come from what is held and go along. A clash: the record moved on there;
    `row_gone`: the row is no longer in the record, so that the place can only be returned."""

    path: str
    label: str
    old: Any
    new: Any
    clash: bool
    row_gone: bool
    locked: bool
    evidence: list[UUID]
    doubts: list[ProblemOut]


class VerificationOut(Schema):
    """`head_seq` comes back with the decision."""

    change: ChangeOut
    head_seq: int
    proposals: list[ProposalOut]
    evidence: list[EvidenceOut]


class AnswerIn(Given):
    accepted: bool
    reason_code: str = Field("", max_length=20)
    reason: str = Field("", max_length=2000)


class DecisionIn(Given):
    """`answers`: scope → answer, the narrowest wins, "*" is the whole. `paper_match`: it matches the paper file."""

    answers: dict[Path, AnswerIn] = Field(max_length=6000)
    paper_match: bool = False
    head_seq: Annotated[int, Field(ge=0, le=1_000_000)]


class OpeningIn(Given):
    purpose: PurposeIn


class TicketOut(Schema):
    """`ticket` goes along with every page of the scan, until then."""

    ticket: str
    until: datetime


@router.get("/queue", response=Page[QueuedOut])
def queue(
    request: Request,
    text: str = query("", max_length=100),
    due: Literal["", "late", "today", "later"] = "",
    side: Literal["", "person", "agency", "first"] = "",
    taken: Literal["", "me", "nobody"] = "",
    after: str = query("", max_length=300),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """What this officer can verify, most urgent first; a page is one event in the log."""
    asked = {"text": text, "due": due, "side": side, "taken": taken}
    found = queries.to_verify(request.user, on=request.today, after=pages.day_and_id(after), **asked)
    rows = list(found[: limit + 1])
    said = urlencode({name: value for name, value in asked.items() if value} | {"after": after})
    actions.note_queue_read(count=len(rows[:limit]), query=said, by=request.user, at=request.at)
    return pages.cut(rows, limit, lambda row: (row.due_on, row.pk))


@router.post("/queue/{uuid:change_id}/taking", response=VerificationOut)
def take(request: Request, change_id: UUID) -> dict[str, Any]:
    """Take a change, so that nobody else works on it; the log names what is protected in it."""
    actions.open_for_verifying(change_id, by=request.user, at=request.at)
    return verification(request, change_id)


@router.delete("/queue/{uuid:change_id}/taking", response={204: None})
def release(request: Request, change_id: UUID) -> Status[None]:
    """Give it back to the queue."""
    queries.for_verifying(change_id, request.user, on=request.today)
    actions.release(change_id, by=request.user, at=request.at)
    return Status(204, None)


@router.get("/queue/{uuid:change_id}", response=VerificationOut)
def verification(request: Request, change_id: UUID) -> dict[str, Any]:
    """What the officer who took a change compares: the proposals on the record as it is now."""
    seen = queries.held_for_verifying(change_id, request.user, on=request.today, at=request.at)
    return {
        "change": seen.work.change,
        "head_seq": seen.head_seq,
        "proposals": [_proposal(each, seen) for each in seen.proposals],
        "evidence": seen.work.evidence,
    }


@router.post("/queue/{uuid:change_id}/decision", response=ChangeOut)
def decide(request: Request, change_id: UUID, given: DecisionIn) -> Any:
    """Accept or return every place; 409 if the record left `head_seq`, 422 names places without an answer."""
    return actions.decide(
        change_id,
        answers={scope: Answer(each.accepted, each.reason_code, each.reason) for scope, each in given.answers.items()},
        paper_match=given.paper_match,
        head_seq=given.head_seq,
        by=request.user,
        at=request.at,
    )


@router.post("/evidence/{uuid:evidence_id}/opening", response=TicketOut)
def open_scan(request: Request, evidence_id: UUID, given: OpeningIn) -> dict[str, Any]:
    """Open a scan that supports something protected, for a purpose that the person will see."""
    purpose = given.purpose.meant()
    ticket = actions.open_scan(evidence_id, purpose=purpose, by=request.user, at=request.at)
    return {"ticket": ticket, "until": request.at + queries.OPEN_FOR}


@router.get("/evidence/{uuid:evidence_id}/pages/{int:number}", openapi_extra=gives("image/webp"))
def evidence_page(
    request: Request,
    evidence_id: UUID,
    number: int,
    width: Literal["320", "900", "1600"] = "900",
    ticket: str = query("", max_length=300),
) -> HttpResponse:
    """A page of a scan as a picture; looking at another's is logged. 409 `open_scan_first` where a purpose is asked."""
    found, held = queries.readable_evidence(evidence_id, request.user, ticket=ticket, at=request.at)
    picture = documents.page_image(found.attachment, number, int(width))
    records.note_scan_read(held, of=found, places=found.paths, by=request.user, at=request.at)
    return download(picture, "image/webp", f"trang-{number}.webp")


def _proposal(each: queries.Proposal, seen: queries.Verification) -> dict[str, Any]:
    return {
        "path": each.edit.path,
        "label": each.leaf.label if each.leaf else "",
        "old": each.edit.old,
        "new": each.edit.new,
        "clash": each.clash,
        "row_gone": each.row_gone,
        "locked": each.edit.path in seen.work.locked,
        "evidence": [scan.pk for scan in each.evidence],
        "doubts": [problems.told(doubt) for doubt in each.doubts],
    }
