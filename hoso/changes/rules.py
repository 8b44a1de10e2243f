"""The life of a change: its states, its moves, and who is refused. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from django.db.models import TextChoices

from hoso.records.compare import Edit
from hoso.records.forms.grammar import Filler, Form, Leaf, patterns
from hoso.records.paths import pattern_of, within


class Status(TextChoices):
    """Where a change is."""

    DRAFT = "draft", "Bản nháp"
    SUBMITTED = "submitted", "Chờ kiểm tra"
    RETURNED = "returned", "Bị trả lại"
    ACCEPTED = "accepted", "Đã chấp nhận"
    WITHDRAWN = "withdrawn", "Đã rút"


S = Status

#      move        from                                to
MOVES = {
    "submit":   ({S.DRAFT, S.RETURNED},                S.SUBMITTED),
    "accept":   ({S.SUBMITTED},                        S.ACCEPTED),
    "return":   ({S.SUBMITTED},                        S.RETURNED),
    "withdraw": ({S.DRAFT, S.SUBMITTED, S.RETURNED},   S.WITHDRAWN),
}  # fmt: skip

OPEN = (S.DRAFT, S.RETURNED)  # may be written in
HELD_FOR = timedelta(hours=4)  # how long taking keeps others out
TYPED_LIMIT = 100_000  # characters of one value; more than any field takes, so that nothing typed is cut

MOST_SCANS = 60  # beside one draft
MOST_KEPT = 240  # with those that were taken away again: their files stay

REASONS = {
    "evidence_mismatch": "Không khớp minh chứng",
    "paper_mismatch": "Không khớp hồ sơ giấy",
    "unreadable": "Minh chứng không rõ",
    "missing_page": "Thiếu trang",
    "wrong_value": "Ghi chưa đúng",
    "other": "Lý do khác",
}

LOOK_EACH = ("salary", "position", "discipline")  # sections whose changes are confirmed one by one


class Movable(Protocol):
    """What a move needs to know of a change."""

    status: str

    @property
    def merged_into_id(self) -> object: ...


class Answer(NamedTuple):
    """What an officer says about a place of a change."""

    accepted: bool
    reason_code: str = ""
    reason: str = ""


def why_not(move: str, change: Movable) -> str | None:
    """Whether the table has this move from where the change is."""
    sources, _ = MOVES[move]
    if change.merged_into_id is not None:
        return "change_was_merged"
    return None if change.status in sources else f"cannot_{move}_when_{change.status}"


def why_not_verify(*, officer: object, officer_person: object, authors: Iterable[object], person: object) -> str | None:
    """Four eyes: nobody verifies their own record, nor what they entered or submitted."""
    if officer_person is not None and officer_person == person:
        return "own_record"
    return "own_change" if officer in set(authors) else None


def why_not_take(taken_by: object, taken_at: datetime | None, officer: object, at: datetime) -> str | None:
    """Two do not work on one: whoever took it first keeps it for some hours."""
    if taken_by is None or taken_by == officer or taken_at is None:
        return None
    return "taken_by_other" if at - taken_at < HELD_FOR else None


def is_held(taken_by: object, taken_at: datetime | None, officer: object, at: datetime) -> bool:
    """Whether an officer still keeps what they took."""
    return taken_by is not None and taken_by == officer and taken_at is not None and at - taken_at < HELD_FOR


def why_not_fill(leaf: Leaf, *, agency: bool, first_entry: bool, locked: Iterable[str]) -> str | None:
    """Who fills a field: the person, or the agency; what is held already, nobody."""
    if leaf.path in set(locked):
        return "held_already"
    agencys = leaf.by is Filler.AGENCY or (leaf.by is Filler.PERSON_FIRST and not first_entry)
    return None if agencys == agency else "agency_fills" if agencys else "person_fills"


def fillable(form: type[Form], path: str, *, agency: bool, first_entry: bool, locked: Iterable[str]) -> str | None:
    """Why a path of a form cannot be written by this side; rows belong to whoever fills their columns."""
    pattern, held = pattern_of(path), set(locked)
    known = patterns(form)
    if pattern not in known:
        return "no_such_field"
    leaf = known[pattern]
    leaves = [leaf] if leaf else [each for key, each in known.items() if each and key.startswith(f"{pattern}.")]
    answers = [why_not_fill(each, agency=agency, first_entry=first_entry, locked=held) for each in leaves]
    return next((answer for answer in answers if answer is None), answers[0] if answers else "no_such_field")


def answer_for(path: str, answers: Mapping[str, Answer]) -> Answer | None:
    """The answer of the narrowest scope that holds a path: a value's own, its row's, table's, section's, '*'."""
    scopes = [scope for scope in answers if scope != "*" and within(path, scope)]
    return answers[max(scopes, key=len)] if scopes else answers.get("*")


def why_not_answer(answer: Answer) -> str | None:
    """A return needs a reason: a code that is known, and a text that the person will read."""
    if answer.accepted:
        return None
    if answer.reason_code not in REASONS:
        return "reason_code_missing"
    return None if answer.reason.strip() else "reason_missing"


def torn_groups(form: type[Form], edits: Iterable[Edit], accepted: Mapping[str, bool]) -> list[str]:
    """Paths whose group is decided both ways: what only makes sense together is decided together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for edit in edits:
        leaf = patterns(form).get(pattern_of(edit.path))
        if leaf and leaf.group:
            groups.setdefault((edit.path.rpartition(".")[0], leaf.group), []).append(edit.path)
    torn = (paths for paths in groups.values() if len({accepted[path] for path in paths}) > 1)
    return sorted(path for paths in torn for path in paths)


def unsupported(edits: Iterable[Edit], supported: Iterable[str]) -> list[str]:
    """Paths of edits that no evidence supports; evidence may name a value, a row, a table or a section."""
    scopes = list(supported)
    return [edit.path for edit in edits if not any(within(edit.path, scope) for scope in scopes)]


def trace(text: str) -> str:
    """What a page remembers of a value it showed, to notice later that somebody else has changed it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def looked_at_alone(sections: Iterable[str]) -> bool:
    """Whether a change touches pay, post, discipline or planning, and so is confirmed one by one."""
    return any(section in LOOK_EACH for section in sections)


def diagram() -> str:
    """The table of moves as a Mermaid diagram; a check compares it with docs/changes.md."""
    lines = ["stateDiagram-v2", f"    [*] --> {S.DRAFT}"]
    for move, (sources, target) in MOVES.items():
        lines += [f"    {source} --> {target}: {move}" for source in sorted(sources)]
    return "\n".join(lines) + "\n"
