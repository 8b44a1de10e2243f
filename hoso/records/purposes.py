"""What somebody else's protected values are opened for: a closed list, which the person sees. Pure.

Who verifies a change needs none of these: the task is the purpose, and one event names the places it shows.
"""

from typing import NamedTuple

PURPOSES = {
    "paper": "Đối chiếu hồ sơ giấy",
    "request": "In, sao hồ sơ theo yêu cầu",
    "decision": "Lập quyết định về nhân sự",
    "inspection": "Kiểm tra, thanh tra",
    "complaint": "Giải quyết khiếu nại, tố cáo",
    "other": "Công việc khác",
}
NEEDS_TEXT = frozenset({"request", "other"})  # whose request, which work: the word alone says nothing
MOST = 200  # characters of the text


class Purpose(NamedTuple):
    """One of PURPOSES, and what it is about in the reader's own words."""

    code: str = ""
    text: str = ""

    @property
    def words(self) -> str:
        """The text without what cannot be seen, as long as the log keeps it."""
        return " ".join(self.text.split())[:MOST]

    @property
    def said(self) -> str:
        """The sentence that the log keeps, in its language; empty for none."""
        return ": ".join(each for each in (PURPOSES.get(self.code, ""), self.words) if each)


NONE = Purpose()


def why_not_open(purpose: Purpose) -> str | None:
    """Why nothing is opened for this."""
    if purpose.code not in PURPOSES:
        return "purpose_missing"
    if purpose.code in NEEDS_TEXT and not purpose.words:
        return "purpose_text_missing"
    return None
