"""A person's (or the agency's) draft: opening it, typing, evidence, submitting."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from hoso.api import pages
from hoso.api.http import Request, gives, part, query
from hoso.api.pages import Page
from hoso.api.shapes import ChangeOut, Document, EvidenceOut, Given, Id, Path, ProblemOut
from hoso.base import problems
from hoso.base.clock import day
from hoso.base.downloads import download
from hoso.changes import actions, queries
from hoso.changes.actions import printing
from hoso.changes.queries import Shown
from hoso.changes.rules import TYPED_LIMIT, trace

router = Router(tags=["changes"])
Text = Annotated[str, Field(max_length=TYPED_LIMIT)]


class OpenIn(Given):
    agency: bool = False
    on_behalf: bool = False
    copy_of: Id | None = None


class SectionOut(Schema):
    """How far a section is: `missing` and `problems` name paths."""

    key: str
    title: str
    status: str
    done: bool
    missing: list[str]
    problems: list[str]


class ReturnedOut(Schema):
    path: str
    reason_code: str
    reason: str


class DraftOut(ChangeOut):
    """A draft. `texts` holds what stands in every field as people type it, `typed` what of it the draft changes;
    paths whose values this account may not see are in `hidden`, and are masked in `document`."""

    form: str
    sections: list[SectionOut]
    texts: dict[str, str]
    typed: dict[str, str]
    hidden: list[str]
    document: Document
    problems: list[ProblemOut]
    locked: list[str]
    returned: list[ReturnedOut]
    evidence: list[EvidenceOut]


class TypedIn(Given):
    """`typed`: path → text (blank takes away; a blank at the path of a row takes the row). `seen`: path → the text that
    stood there when the person began; what somebody else has changed since comes back as a clash and is not saved."""

    typed: dict[Path, Text] = Field(default_factory=dict, max_length=6000)
    seen: dict[Path, Text] = Field(default_factory=dict, max_length=6000)
    done: dict[Path, bool] = Field(default_factory=dict, max_length=100)


class SubmitIn(Given):
    declared: bool = Field(description="The declaration of truth.")


@router.get("/changes", response=Page[ChangeOut])
def mine(
    request: Request, after: str = query("", max_length=300), limit: int = query(50, ge=1, le=pages.MOST)
) -> dict[str, Any]:
    """One's own changes, newest first."""
    return pages.page(queries.mine(request.user), ("-pk",), after=after, limit=limit)


@router.post("/records/{uuid:record_id}/drafts", response={201: DraftOut})
def open_draft(request: Request, record_id: UUID, given: OpenIn) -> Status[dict[str, Any]]:
    """The open draft of a side of a record, made if there is none."""
    change = actions.open_draft(
        record_id,
        agency=given.agency,
        on_behalf=given.on_behalf,
        copy_of=given.copy_of,
        by=request.user,
        at=request.at,
    )
    return Status(201, _draft(request, change.pk))


@router.get("/changes/{uuid:change_id}", response=DraftOut)
def draft(request: Request, change_id: UUID) -> dict[str, Any]:
    """A change as those see it who write in it."""
    return _draft(request, change_id)


@router.patch("/changes/{uuid:change_id}", response=DraftOut)
def save(request: Request, change_id: UUID, given: TypedIn) -> Any:
    """Keep what was typed, right or wrong. 409 `stale_edit` lists the clashes with both texts; the rest is saved."""
    saved = actions.save(
        change_id,
        typed=given.typed,
        seen={path: trace(text) for path, text in given.seen.items()},
        done=given.done,
        by=request.user,
        at=request.at,
    )
    return _clashed(request, saved, given.typed) if saved.clashes else _draft(request, change_id)


@router.post("/changes/{uuid:change_id}/evidence", response={201: EvidenceOut})
def attach(
    request: Request,
    change_id: UUID,
    scan: File[UploadedFile],
    paths: Form[list[Path]],
    title: str = part("", max_length=200),
) -> Status[Any]:
    """Keep a scan (PDF, JPEG, PNG; 20 MB) beside a draft; `paths`: the sections, tables, rows or values it supports."""
    kept = actions.attach(
        change_id,
        data=scan.read(),
        name=scan.name or "",
        title=title,
        paths=paths,
        by=request.user,
        at=request.at,
    )
    return Status(201, kept)


@router.post("/changes/{uuid:change_id}/image", response={201: EvidenceOut})
def put_image(
    request: Request, change_id: UUID, image: File[UploadedFile], path: str = part(max_length=120)
) -> Status[Any]:
    """Put a picture into a field that holds one."""
    kept = actions.put_image(
        change_id, path=path, data=image.read(), name=image.name or "", by=request.user, at=request.at
    )
    return Status(201, kept)


@router.delete("/evidence/{uuid:evidence_id}", response={204: None})
def detach(request: Request, evidence_id: UUID) -> Status[None]:
    """Take a scan away from a draft."""
    actions.detach(evidence_id, by=request.user, at=request.at)
    return Status(204, None)


@router.post("/changes/{uuid:change_id}/handover", response=ChangeOut)
def hand(request: Request, change_id: UUID) -> Any:
    """What the agency entered for a person goes to the person."""
    return actions.hand(change_id, by=request.user, at=request.at)


@router.post("/changes/{uuid:change_id}/submission", response=ChangeOut)
def submit(request: Request, change_id: UUID, given: SubmitIn) -> Any:
    """Send a draft to be verified; 422 lists everything that keeps it from being sent."""
    return actions.submit(change_id, declared=given.declared, sign=None, by=request.user, at=request.at)


@router.post("/changes/{uuid:change_id}/withdrawal", response=ChangeOut)
def withdraw(request: Request, change_id: UUID) -> Any:
    """Take back what nobody has decided."""
    return actions.withdraw(change_id, by=request.user, at=request.at)


@router.get("/changes/{uuid:change_id}/print", openapi_extra=gives("application/pdf"))
def print_draft(request: Request, change_id: UUID) -> HttpResponse:
    """The draft on paper, marked as one."""
    made = printing.print_draft(change_id, by=request.user, at=request.at)
    return download(made, "application/pdf", f"ban-nhap-{str(change_id)[-8:]}.pdf")


def _draft(request: Request, change_id: UUID) -> dict[str, Any]:
    opened, seen = _shown(request, change_id)
    shape = {name: getattr(opened.change, name) for name in ChangeOut.model_fields}
    return shape | {
        "form": opened.change.form,
        "sections": [
            {
                "key": each.part.key,
                "title": each.part.title,
                "status": each.status,
                "done": each.part.key in opened.done,
                "missing": each.paths,
                "problems": [problem.path for problem in each.problems],
            }
            for each in seen.states
        ],
        "texts": seen.texts,
        "typed": seen.typed,
        "hidden": seen.hidden,
        "document": seen.document,
        "problems": [problems.told(each) for each in seen.problems],
        "locked": sorted(opened.locked),
        "returned": [
            {"path": path, "reason_code": why.code, "reason": why.reason}
            for path, why in queries.returned(opened.change).items()
        ],
        "evidence": opened.evidence,
    }


def _shown(request: Request, change_id: UUID) -> tuple[queries.Work, Shown]:
    change = queries.writable(change_id, request.user, on=day(request.at))
    opened = queries.work(change, on=request.today)
    return opened, queries.shown(opened, request.user)


def _clashed(request: Request, saved: actions.Saved, typed: dict[str, str]) -> HttpResponse:
    _opened, seen = _shown(request, saved.change.pk)
    clashes = [{"path": path, "yours": typed[path], "theirs": seen.text(path)} for path in saved.clashes]
    return problems.problem(409, "stale_edit", clashes=clashes, saved=saved.saved)
