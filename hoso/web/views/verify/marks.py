"""What differs between what is held and what is proposed, marked for the eye."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

PIECES = re.compile(r"\d+|\w+|\s+|.", re.DOTALL)
MOST = 400  # pieces that are compared one by one; longer texts are compared from both ends only


def differing(old: str, new: str) -> SafeString:
    """The new text with the parts in `<ins>` that the old one does not have."""
    if not old or not new:
        return format_html("<ins>{}</ins>", new)
    before, after = PIECES.findall(old), PIECES.findall(new)
    spans = _spans(before, after)
    kept = sum(len("".join(after[start:end])) for same, start, end in spans if same)
    if kept * 3 < len(new):  # hardly anything is the same: bits of it would only confuse
        return format_html("<ins>{}</ins>", new)
    return format_html_join(
        "", "{}", ((_marked(same, "".join(after[start:end])),) for same, start, end in spans if end > start)
    )


def _marked(same: bool, text: str) -> SafeString:
    return format_html("{}" if same or not text.strip() else "<ins>{}</ins>", text)


def _spans(before: list[str], after: list[str]) -> list[tuple[bool, int, int]]:
    if max(len(before), len(after)) <= MOST:
        found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        return [(what == "equal", start, end) for what, _, _, start, end in found]
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    tail = next((n for n in range(shorter - head) if before[-1 - n] != after[-1 - n]), shorter - head)
    end = len(after) - tail
    return [(True, 0, head), (False, head, end), (True, end, len(after))]
