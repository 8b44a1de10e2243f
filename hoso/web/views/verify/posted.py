"""What an officer sent from the verifier's page: answers so far, and what they looked at."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlencode

from django.http import QueryDict

from hoso.changes.queries import Verification
from hoso.changes.rules import Answer
from hoso.web.views.verify.places import PartView

if TYPE_CHECKING:
    from hoso.changes.models import Evidence

ACCEPT, RETURN = "chap-nhan", "tra-lai"
ZOOMS = (100, 150, 200, 300)
WIDTHS = {100: 900, 150: 1600, 200: 1600, 300: 1600}  # pixels of the picture at each zoom


class Given(NamedTuple):
    """An answer as it came: maybe not whole."""

    answer: str
    code: str = ""
    reason: str = ""

    @property
    def said(self) -> Answer:
        """For the action."""
        return Answer(self.answer == ACCEPT, self.code, self.reason)


def given(post: QueryDict, seen: Verification) -> dict[str, Given]:
    """Path → what was chosen and typed there, for the places of this change only; a whole section at once if asked."""
    found = {}
    for proposal in seen.own():
        path = proposal.edit.path
        answer = post.get(f"qd.{path}", "")
        if post.get("ca-phan") == path.split(".")[0] and not proposal.row_gone:
            answer = ACCEPT
        answer = answer if answer in (ACCEPT, RETURN) else ""
        found[path] = Given(answer, post.get(f"ma.{path}", ""), post.get(f"ly-do.{path}", ""))
    return found


def shared(found: Mapping[str, Given], parts: list[PartView]) -> dict[str, Given]:
    """What is returned together shares a reason: a member without one takes its neighbour's."""
    answers = dict(found)
    for cluster in (cluster for part in parts for cluster in part.clusters if cluster.tied):
        back = [answers[place.path] for place in cluster.places if answers[place.path].answer == RETURN]
        whole = next((each for each in back if each.code and each.reason.strip()), None)
        for place in cluster.places:
            own = answers[place.path]
            if whole and own.answer == RETURN and not own.reason.strip():
                answers[place.path] = own._replace(code=own.code or whole.code, reason=whole.reason)
    return answers


class Looking(NamedTuple):
    """Which scan, which page of it, how large, and turned how far."""

    evidence: "Evidence | None"
    page: int
    zoom: int
    turn: int

    def word(self, **other: object) -> str:
        """The same with something changed, as the value of a button."""
        shown = {"mc": self.evidence.pk if self.evidence else "", "trang": self.page, "phong": self.zoom}
        return urlencode(shown | {"xoay": self.turn} | other)

    @property
    def width(self) -> int:
        """Pixels of the picture."""
        return WIDTHS[self.zoom]

    @property
    def closer(self) -> str:
        """One step nearer, or nothing at the nearest."""
        return self._zoomed(1)

    @property
    def farther(self) -> str:
        """One step back, or nothing at the whole page."""
        return self._zoomed(-1)

    def _zoomed(self, step: int) -> str:
        at = ZOOMS.index(self.zoom) + step
        return self.word(phong=ZOOMS[at]) if 0 <= at < len(ZOOMS) else ""

    @property
    def before(self) -> str:
        """The page before, or nothing."""
        return self.word(trang=self.page - 1) if self.page > 1 else ""

    @property
    def after(self) -> str:
        """The next page, or nothing."""
        return self.word(trang=self.page + 1) if self.evidence and self.page < self.evidence.attachment.pages else ""

    @property
    def turned(self) -> str:
        """A quarter to the right."""
        return self.word(xoay=(self.turn + 90) % 360)


def looking(word: str, evidence: list["Evidence"]) -> Looking:
    """What a button of the scan said; whatever cannot be is the first page of the first scan."""
    said = {key: values[0] for key, values in parse_qs(word).items()}
    shown = next((each for each in evidence if str(each.pk) == said.get("mc")), evidence[0] if evidence else None)
    page = _number(said.get("trang"), 1)
    pages = shown.attachment.pages if shown else 1
    zoom, turn = _number(said.get("phong"), 100), _number(said.get("xoay"), 0)
    return Looking(
        shown,
        page if 1 <= page <= pages else 1,
        zoom if zoom in ZOOMS else 100,
        turn if turn in (0, 90, 180, 270) else 0,
    )


def _number(text: str | None, other: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else other
