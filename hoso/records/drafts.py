"""A draft is what a person typed, path by path, on top of a document: kept as typed, right or wrong, done or not."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hoso.records.codes import codelist, is_in_force, said
from hoso.records.forms.grammar import PERSON_FIRST, Filler, Form, Leaf, Part, Problem, patterns, sections, tables, walk
from hoso.records.paths import Document, find, get, pattern_of, places, put_all
from hoso.records.values import Unreadable, clean

Draft: TypeAlias = Mapping[str, str]  # blank text takes a value away, or at the path of a row the row

NO_SUCH_PLACE = "Mẫu này không có mục này; hãy tải lại trang."
NO_LONGER = "Giá trị này nay không còn dùng; hãy chọn giá trị đang có hiệu lực."
NOT_CANONICAL = "Tài liệu chưa ở dạng chuẩn; hãy lập lại từ phần mềm gửi."
NOT_APPLICABLE = "Mục này không áp dụng với nội dung đã khai; hãy để trống."


class Parsed(NamedTuple):
    """What could be read of a draft, and what stands in the way: a document to keep only where nothing does."""

    document: Document
    problems: list[Problem]


class Status(StrEnum):
    """How far a section is."""

    EMPTY = "empty"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


class State(NamedTuple):
    """A section on the list of tasks: labels of what is missing, each once, and its paths; what is wrong."""

    part: Part
    status: Status
    missing: list[str]
    paths: list[str]
    problems: list[Problem]


def parse(form: type[Form], draft: Draft, base: Document, *, on: date) -> Parsed:
    """Read a draft on top of a document: every problem at once, each at its path, but none that was there before.

    What makes no sense any more after the draft (`when`) goes with it.
    """
    known = {path: patterns(form)[pattern_of(path)] for path in sorted(draft) if pattern_of(path) in patterns(form)}
    strange = [Problem(path, NO_SUCH_PLACE) for path in draft if path not in known]
    typed = put_all(base, {path: draft[path] if clean(draft[path]) else None for path in known})
    filled, unread = _read(form, typed, on)
    whole = _document(filled)
    document = _without_inapplicable(form, whole)
    broken = _broken(filled if document is whole else form.model_validate(document), on)
    before = check(form, base, on=on) if broken else []
    expired = [
        Problem(path, NO_LONGER)
        for path, leaf in known.items()
        if leaf and leaf.codes and not leaf.past and (code := get(document, path)) and code != get(base, path)
        if not is_in_force(leaf.codes, code, on)
    ]
    return Parsed(document, strange + unread + expired + [each for each in broken if each not in before])


def check(form: type[Form], document: Document, *, on: date | None = None) -> list[Problem]:
    """What keeps a document from elsewhere from being ours: a document of ours is what reading leaves unchanged.

    With `on`, also what lies in the future of that day and cannot.
    """
    try:
        filled = form.model_validate(document)
    except ValidationError as error:
        return [_problem(detail) for detail in error.errors()]
    if _document(filled) != document:
        return [Problem("", NOT_CANONICAL)]
    strange = [Problem(path, NOT_APPLICABLE) for path in inapplicable(form, document)]
    return strange + _broken(filled, on)


def doubts(form: type[Form], document: Document, *, on: date | None = None) -> list[Problem]:
    """What is odd about a document: refuses nothing, asks the person to explain and the verifier to look."""
    filled = form.model_validate(document)
    return [problem for doubt in form.doubts for problem in doubt(filled, on)]


def missing(
    form: type[Form], document: Document, *, by: Filler | None = None, first: bool = True
) -> dict[str, list[str]]:
    """Per section (its key) the paths where something required is not there yet: of all, or of what one side fills.

    A column is required in each row there is, a table needs a row, a field counts only where it applies.
    """
    absent: dict[str, list[str]] = {part.key: [] for part in sections(form)}
    for leaf in (*walk(form), *tables(form)):
        if leaf.required and (by is None or fills(leaf, by, first=first)):
            empty = (path for path in places(document, leaf.path) if get(document, path) is None)
            absent[leaf.part] += [path for path in empty if applies(leaf, path, document)]
    return absent


def states(
    form: type[Form], document: Document, draft: Draft, *, on: date, by: Filler | None = None, first: bool = True
) -> list[State]:
    """Every section of a form as it stands with a draft on top of a document, in the order of the print.

    Nothing filled is empty; nothing missing and nothing wrong is complete. `by` and `first` as in `missing`.
    """
    parsed = parse(form, draft, document, on=on)
    absent = missing(form, parsed.document, by=by, first=first)
    return [_state(form, part, parsed, absent[part.key], draft) for part in sections(form)]


def _state(form: type[Form], part: Part, parsed: Parsed, absent: list[str], draft: Draft) -> State:
    wrong = [problem for problem in parsed.problems if problem.path.split(".")[0] == part.key]
    begun = part.key in parsed.document or any(path.split(".")[0] == part.key and draft[path] for path in draft)
    labels = list(dict.fromkeys(leaf_at(form, path).label for path in absent))
    status = Status.EMPTY if not begun else Status.IN_PROGRESS if absent or wrong else Status.COMPLETE
    return State(part, status, labels, absent, wrong)


def fills(leaf: Leaf, by: Filler, *, first: bool) -> bool:
    """Whether a field is for this side, the person or the agency, to fill, at the first entry or later."""
    return leaf.by is by or (leaf.by is PERSON_FIRST and (by is Filler.PERSON) is first)


def leaf_at(form: type[Form], path: str) -> Leaf:
    """What a form declares of the field or table at a path; KeyError if it has none there."""
    found = patterns(form).get(pattern_of(path)) or next((each for each in tables(form) if each.path == path), None)
    if not found:
        raise KeyError(path)
    return found


def applies(leaf: Leaf, path: str, document: Document) -> bool:
    """Whether a field at a path makes sense in a document: shown, and required if it is, only then."""
    if not leaf.when:
        return True
    where = leaf.when.path
    if "*" in where:
        where = where.replace("*", path.split(".")[2])
    return leaf.when.holds(get(document, where))


def inapplicable(form: type[Form], document: Document) -> Iterator[str]:
    """Where values stand that make no sense beside the others."""
    for leaf in walk(form):
        if leaf.when:
            yield from (path for path, _ in find(document, leaf.path) if not applies(leaf, path, document))


def display(leaf: Leaf, value: object, on: date) -> str:
    """A kept value as people read and type it; typed again on that day, it is the same value."""
    if value is None or leaf.kind is None or not isinstance(value, str | int):
        return ""
    if leaf.codes and value in codelist(leaf.codes).kept:
        return said(codelist(leaf.codes), str(value), on)
    return leaf.kind.show(value)


def typed(form: type[Form], document: Document, *, on: date) -> dict[str, str]:
    """A whole document as a draft: what somebody would type to make it."""
    return {path: display(leaf, value, on) for leaf in walk(form) for path, value in find(document, leaf.path)}


def _without_inapplicable(form: type[Form], document: Document) -> Document:
    while gone := list(inapplicable(form, document)):  # what goes may take others with it
        document = put_all(document, dict.fromkeys(gone))
    return document


def _read(form: type[Form], draft: Document, on: date) -> tuple[Form, list[Problem]]:
    try:
        return form.model_validate(draft, context={"on": on}), []
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()]
    readable = put_all(draft, {problem.path: None for problem in problems})
    return form.model_validate(readable, context={"on": on}), problems


def _problem(detail: ErrorDetails) -> Problem:
    path = ".".join(str(key) for key in detail["loc"] if key != "[key]")
    reason = detail.get("ctx", {}).get("error")
    if isinstance(reason, Unreadable):
        return Problem(path, reason.sentence, reason.params)
    return Problem(path, str(reason) if reason else NO_SUCH_PLACE)


def _broken(filled: Form, on: date | None) -> list[Problem]:
    return [problem for rule in filled.rules for problem in rule(filled, on)]


def _document(filled: Form) -> Document:
    return filled.model_dump(mode="json", exclude_defaults=True)
