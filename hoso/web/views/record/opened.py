"""A record opened for a viewer: what every page of the room shows of it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from hoso.base.errors import refuse_if
from hoso.changes.queries import proofs as supporting
from hoso.records import queries as records
from hoso.web.http import Request
from hoso.web.templatetags.parts import PURPOSES

FAMILIES = {"syll": "Sơ yếu lý lịch", "contract": "Hợp đồng lao động"}


class Opened(NamedTuple):
    """A record, its keeper, and what this viewer may do with it."""

    found: records.Held
    own: bool
    may_reveal: bool
    may_print: bool
    siblings: list[Any]  # other records of the same person

    @property
    def record(self) -> Any:
        """The record itself."""
        return self.found.record

    def tabs(self, here: str, proofs: int) -> list[tuple[str, str, int | None, bool]]:
        """The views of a record: address, words, number, whether it is this one."""
        pk, head = self.record.pk, self.record.head_seq
        return [
            (reverse("record", args=[pk]), _("Hồ sơ"), None, here == "record"),
            (reverse("versions", args=[pk]), _("Phiên bản"), head, here == "versions"),
            (reverse("record-evidence", args=[pk]), _("Minh chứng"), proofs, here == "evidence"),
            (reverse("record-story", args=[pk]), _("Nhật ký"), None, here == "story"),
        ]


def open_record(request: Request, record_id: UUID) -> Opened:
    """The record of an id, its own or its person's; NotFound, NotAllowed."""
    own_and_others = records.together(record_id)
    found = records.held_of(own_and_others[0])
    records.require_view(found, request.user, on=request.today)
    own = request.user.person_id == found.person.pk
    request.menu_here = reverse("my-record" if own else "people")
    return Opened(
        found,
        own,
        own or records.may_reveal(request.user, found, on=request.today),
        records.may_print(request.user, found, on=request.today),
        own_and_others[1:],
    )


def about(opened: Opened, here: str, proofs: int | None = None, **more: Any) -> dict[str, Any]:
    """What the head of every page of the room needs; the number of proofs is counted where it is not known."""
    count = supporting.of_record(opened.record).count() if proofs is None else proofs
    return {
        "opened": opened,
        "found": opened.found,
        "record": opened.record,
        "person": opened.found.person,
        "employment": opened.found.employment,
        "tabs": opened.tabs(here, count),
        "family": FAMILIES[opened.record.family],
        "families": FAMILIES,
        **more,
    }


def purpose_of(given: QueryDict) -> str:
    """The purpose that a form names, in the language of the log; Refused with `purpose_missing`."""
    with translation.override("vi"):
        purposes = {code: str(words) for code, words in PURPOSES}
    code, more = given.get("muc-dich", ""), " ".join(given.get("viec", "").split())
    refuse_if(None if code in purposes else "purpose_missing")
    return ": ".join(each for each in (purposes[code], more) if each)
