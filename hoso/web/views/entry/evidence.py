"""The scans of a draft: what each supports, and what it may support."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext

from hoso.changes.queries import Work
from hoso.records.forms.grammar import patterns
from hoso.records.paths import pattern_of, within

Label = Callable[[Work, str], str]  # a path in words


class Scan(NamedTuple):
    """A piece of evidence and what it supports, in words."""

    row: Any
    pages: range
    supports: list[str]
    choices: list[tuple[str, str, bool]] = []  # what it may support on this page: path, words, whether it does


class Place(NamedTuple):
    """Something a scan may support."""

    path: str
    label: str


def scans(work: Work, label: Label) -> list[Scan]:
    """The evidence of a draft, without pictures that are themselves the value of a field."""
    return [
        Scan(each, range(1, min(each.attachment.pages, 6) + 1), [label(work, path) for path in each.paths])
        for each in work.evidence
        if not (len(each.paths) == 1 and _is_image(work, each.paths[0]))
    ]


def _is_image(work: Work, path: str) -> bool:
    leaf = patterns(work.form).get(pattern_of(path))
    return bool(leaf and leaf.kind and leaf.kind.name == "image")


def touches(paths: Iterable[str], scope: str) -> bool:
    """Whether any of these places lies in a scope or around it."""
    return any(within(path, scope) or within(scope, path) for path in paths)


def choices(work: Work, evidence: Any, scope: str, label: Label) -> list[tuple[str, str, bool]]:
    """What a scan may support on this page: all of it, each change, and what it supports already."""
    held = [path for path in evidence.paths if touches([path], scope)]
    offered = {scope: gettext("Mọi thay đổi ở trang này")}
    offered |= {path: label(work, path) for path in held if path not in offered}
    offered |= {place.path: place.label for place in places(work, scope, label)}
    return [(path, words, path in held) for path, words in offered.items()] if len(offered) > 1 else []


def places(work: Work, scope: str, label: Label) -> list[Place]:
    """What a scan of this page may support, narrower than the whole: the changed values and rows of it."""
    edits = [edit.path for edit in work.edits if within(edit.path, scope) and edit.path not in work.locked]
    return [Place(path, label(work, path)) for path in edits if path != scope]
