"""A record opened for a viewer: what every page of the room shows of it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.base.errors import NotAllowed, refuse_if
from hoso.changes.queries import proofs as supporting
from hoso.records import queries as records
from hoso.records.policy import Sight
from hoso.web.http import Request

FAMILIES = {"syll": "Sơ yếu lý lịch", "contract": "Hợp đồng lao động"}


class Opened(NamedTuple):
    """A record, its keeper, and what this viewer may do with it."""

    found: records.Held
    own: bool
    may_reveal: bool
    may_print: bool
    siblings: list[Any]  # other records of the same person, those that the viewer may see
    sight: Sight
    may_let_read: bool = False  # let others read it, by written consent

    @property
    def whole(self) -> bool:
        """Whether all of it may be seen; a consent opens some sections only."""
        return self.sight.sections is None

    @property
    def record(self) -> Any:
        """The record itself."""
        return self.found.record

    def tabs(self, here: str, proofs: int) -> list[tuple[str, str, int | None, bool]]:
        """The views of a record: address, words, number, whether it is this one. Of what a consent leaves closed
        nothing is counted: no versions, no scans."""
        pk, head = self.record.pk, self.record.head_seq if self.whole else None
        found = [
            (reverse("record", args=[pk]), _("Hồ sơ"), None, here == "record"),
            (reverse("versions", args=[pk]), _("Phiên bản"), head, here == "versions"),
        ]
        if self.whole:
            found.append((reverse("record-evidence", args=[pk]), _("Minh chứng"), proofs, here == "evidence"))
        return [*found, (reverse("record-story", args=[pk]), _("Nhật ký"), None, here == "story")]


def open_record(request: Request, record_id: UUID) -> Opened:
    """The record of an id, its own or its person's; NotFound, NotAllowed."""
    own_and_others = records.together(record_id)
    found = records.held_of(own_and_others[0])
    user, today = request.user, request.today
    sight, own = records.sight(user, found, on=today), user.person_id == found.person.pk
    refuse_if(None if sight.is_any else "not_allowed", NotAllowed)
    request.menu_here = reverse("my-record" if own else "people" if sight.sections is None else "consents")
    others = own_and_others[1:]
    if sight.sections is not None:
        opened = any(map(sight.opens, sight.sections))
        others = [each for each in others if records.sight(user, found._replace(record=each), on=today).is_any]
        return Opened(found, own, opened, True, others, sight)
    may_reveal = own or records.may_reveal(user, found, on=today)
    may_print = records.may_print(user, found, on=today)
    may_let = not own and policy.allows(user, Permission.CONSENT_GIVE, found.organization, on=today)
    return Opened(found, own, may_reveal, may_print, others, sight, may_let)


def whole_record(request: Request, record_id: UUID) -> Opened:
    """As `open_record`, for pages that show more than sections; NotAllowed for who has a consent only."""
    opened = open_record(request, record_id)
    refuse_if(None if opened.whole else "not_allowed", NotAllowed)
    return opened


def about(opened: Opened, here: str, proofs: int | None = None, **more: Any) -> dict[str, Any]:
    """What the head of every page of the room needs; the number of proofs is counted where it is not known."""
    count = supporting.of_record(opened.record).count() if proofs is None and opened.whole else proofs or 0
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
