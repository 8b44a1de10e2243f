"""A draft is what a person typed, path by path, on top of a document: kept as typed, right or wrong, done or not."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hoso.records.codes import why_not_choose
from hoso.records.forms.grammar import Form, Problem, patterns, walk
from hoso.records.paths import Document, get, pattern_of, places, put_all
from hoso.records.values import clean

Draft: TypeAlias = Mapping[str, str]  # blank text takes a value away, or at the path of a row the row


class Parsed(NamedTuple):
    """What could be read of a draft, and what stands in the way: a document to keep only where nothing does."""

    document: Document
    problems: list[Problem]


def parse(form: type[Form], draft: Draft, base: Document, *, on: date) -> Parsed:
    """Read a draft on top of a document: every problem at once, each at its path, but none that was there before."""
    known = {path: patterns(form)[pattern_of(path)] for path in sorted(draft) if pattern_of(path) in patterns(form)}
    strange = [Problem(path, "Mẫu này không có mục này.") for path in draft if path not in known]
    filled, unread = _read(form, put_all(base, {path: draft[path] if clean(draft[path]) else None for path in known}))
    document, broken = _document(filled), _broken(filled)
    before = check(form, base) if broken else []
    expired = [
        Problem(path, "Giá trị này nay không còn dùng; hãy chọn giá trị đang có hiệu lực.")
        for path, leaf in known.items()
        if leaf and leaf.codes and (code := get(document, path)) and code != get(base, path)
        if why_not_choose(leaf.codes, code, on)
    ]
    return Parsed(document, strange + unread + expired + [each for each in broken if each not in before])


def check(form: type[Form], document: Document) -> list[Problem]:
    """What keeps a document from elsewhere from being ours: a document of ours is what reading leaves unchanged."""
    try:
        filled = form.model_validate(document)
    except ValidationError as error:
        return [_problem(detail) for detail in error.errors()]
    return _broken(filled) if _document(filled) == document else [Problem("", "Tài liệu chưa ở dạng chuẩn.")]


def doubts(form: type[Form], document: Document) -> list[Problem]:
    """What is odd about a document: refuses nothing, asks the person to explain and the verifier to look."""
    filled = form.model_validate(document)
    return [problem for doubt in form.doubts for problem in doubt(filled)]


def missing(form: type[Form], document: Document) -> dict[str, list[str]]:
    """Per section the paths where something required is not there yet; a column is required in each row there is."""
    absent: dict[str, list[str]] = {leaf.section: [] for leaf in walk(form)}
    for leaf in walk(form):
        if leaf.required:
            absent[leaf.section] += [path for path in places(document, leaf.path) if get(document, path) is None]
    return absent


def _read(form: type[Form], typed: Document) -> tuple[Form, list[Problem]]:
    try:
        return form.model_validate(typed), []
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()]
    return form.model_validate(put_all(typed, {problem.path: None for problem in problems})), problems


def _problem(detail: ErrorDetails) -> Problem:
    path = ".".join(str(key) for key in detail["loc"] if key != "[key]")
    return Problem(path, str(detail.get("ctx", {}).get("error", "Mẫu này không có mục như vậy.")))


def _broken(filled: Form) -> list[Problem]:
    return [problem for rule in filled.rules for problem in rule(filled)]


def _document(filled: Form) -> Document:
    return filled.model_dump(mode="json", exclude_defaults=True)
