"""Shapes that several rooms share; what is given may hold nothing that is not described."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from hoso.records.purposes import MOST, Purpose

Id = Annotated[UUID, Field(strict=False)]
Path = Annotated[str, Field(max_length=120)]
Seq = Annotated[int, Field(ge=1, le=1_000_000)]
Document = dict[str, Any]
PASSWORD = Field(
    None,
    max_length=200,
    description="Needed unless it was given again in the last five minutes; signing in does not count.",
)


class Given(Schema):
    """A body: unknown names and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PurposeIn(Given):
    """What protected values are opened for, shown to the person: paper, request, decision, inspection, complaint or
    other; `request` and `other` need the text."""

    code: str = Field(max_length=20)
    text: str = Field("", max_length=MOST)

    def meant(self) -> Purpose:
        """As the domain takes it."""
        return Purpose(self.code, self.text)


class ProblemOut(Schema):
    path: str
    sentence: str


class EvidenceOut(Schema):
    id: UUID
    title: str
    paths: list[str]
    pages: int = Field(alias="attachment.pages")
    media_type: str = Field(alias="attachment.media_type")
    sha256: str = Field(alias="attachment.sha256")


class ChangeOut(Schema):
    """A change without what was typed in it."""

    id: UUID
    record_id: UUID
    status: str
    number: str
    agency: bool
    on_behalf: bool
    first_entry: bool
    base_seq: int
    revision: int
    submitted_at: datetime | None
    decided_at: datetime | None
    due_on: date | None
    article: str
    merged_into_id: UUID | None
