"""Terms under the law: who owes what by when, who is late."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from hoso.api import pages
from hoso.api.http import Request, query
from hoso.api.pages import Page
from hoso.audit import actions as audit
from hoso.duties import queries
from hoso.duties.queries import Asked
from hoso.duties.rules import STATES

router = Router(tags=["duties"])


class CountedOut(Schema):
    """How many run, are due within two working days, are late; how those of the month were met."""

    open: int
    soon: int
    late: int
    in_time: int
    too_late: int


class DutyLineOut(Schema):
    key: str
    name: str
    counted: CountedOut


class BoardOut(Schema):
    """By organisation (`key` is its id) and by rule, the latest first."""

    organizations: list[DutyLineOut]
    rules: list[DutyLineOut]
    whole: CountedOut


class DutyOut(Schema):
    """One obligation: `role` self means the person whose record it is."""

    id: UUID
    rule: str
    article: str
    organization: UUID = Field(alias="organization_id")
    person: UUID | None = Field(alias="person_id")
    role: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None


@router.get("/duties/board", response=BoardOut)
def board(request: Request, month: str = query("", pattern=r"^$|^[12][0-9]{3}-(0[1-9]|1[0-2])$")) -> Any:
    """Everything that is watched, counted; `month` is the one whose met obligations count, by default the present."""
    month = month or f"{request.today:%Y-%m}"
    found = queries.board(request.user, month=month, on=request.today)
    audit.note_list("duties", said={"month": month}, count=len(found.organizations), by=request.user, at=request.at)
    return found


@router.get("/duties", response=Page[DutyOut])
def listed(
    request: Request,
    state: str = query("open", pattern=f"^({'|'.join(STATES)})$"),
    organization: str = query("", pattern=r"^$|^[0-9a-fA-F-]{36}$"),
    rule: str = query("", max_length=40),
    after: str = query("", max_length=300),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """The obligations that are watched, the earliest day first."""
    asked = Asked(state, organization, rule)
    rows = queries.listed(request.user, asked, on=request.today, after=pages.day_and_id(after), most=limit + 1)
    audit.note_list("duties", said=asked._asdict(), count=len(rows[:limit]), by=request.user, at=request.at)
    return pages.cut(rows, limit, lambda each: [each.due_on, each.pk])
