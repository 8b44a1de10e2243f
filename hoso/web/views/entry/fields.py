"""A field of a form as a screen shows it: label, control, what stands in it, what is wrong with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from hoso.changes.actions.drafting import shown_text
from hoso.changes.queries import Returned, Work
from hoso.changes.queries.showing import HIDDEN
from hoso.changes.rules import trace
from hoso.records import codes, drafts
from hoso.records.forms.grammar import Leaf, Problem, Tier, patterns
from hoso.records.paths import get, pattern_of

SHORT_LIST = 60  # a longer list is searched, not scrolled
DATES = {
    "date": gettext_lazy("Ghi ngày/tháng/năm. Không nhớ ngày thì ghi tháng/năm, hoặc chỉ ghi năm."),
    "month": gettext_lazy("Ghi tháng/năm. Không nhớ tháng thì chỉ ghi năm."),
    "year": gettext_lazy("Ghi năm, bốn chữ số."),
}
KEYPADS = {"phone": "tel", "money": "numeric", "number": "numeric", "year": "numeric", "personal_id": "numeric"}
KEYPADS |= {"decimal": "decimal", "coefficient": "decimal", "percent": "numeric", "email": "email"}
SHORT = {
    "date",
    "month",
    "year",
    "personal_id",
    "phone",
    "coefficient",
    "decimal",
    "percent",
    "step",
    "number",
    "money",
}


class Option(NamedTuple):
    """One line of a short code list."""

    text: str
    selected: bool


class Clash(NamedTuple):
    """What somebody else has put where this page wrote something else."""

    theirs: str


@dataclass
class Field:
    """One control, ready for `entry/_field.html`; `name` is the path, `text` what stands in it."""

    id: str
    name: str
    leaf: Leaf
    text: str
    control: str  # line, lines, select, code, image
    help: str = ""
    error: str = ""
    current: tuple[str, str] | tuple[()] = ()
    options: Sequence[Option] = ()
    source: str = ""  # where suggestions come from
    keypad: str = ""
    when: str = ""  # JSON for entry.js: the other control, and the words with which this field makes sense
    shown: bool = True
    returned: Returned | None = None
    clash: Clash | None = None
    veiled: bool = False  # there is a value, and this viewer does not see it
    image: Any = None  # the evidence behind an image

    @property
    def no(self) -> str:
        """Its number on the form; a template cannot ask a leaf, which is callable."""
        return self.leaf.no

    @property
    def label(self) -> str:
        """Its label in the reader's language."""
        return gettext(self.leaf.label)

    @property
    def optional(self) -> bool:
        """Whether it may stay empty: said of those, never of the others."""
        return not self.leaf.required

    @property
    def reason(self) -> str:
        """Why it came back."""
        return self.returned.reason if self.returned else ""

    @property
    def cls(self) -> str:
        """The class of the field's box."""
        kind = self.leaf.kind.name if self.leaf.kind else ""
        return " ".join(word for word, yes in (("short", kind in SHORT), ("is-returned", bool(self.returned))) if yes)

    @property
    def protected(self) -> bool:
        """Whether the value is encrypted by itself, and kept out of the browser's memory."""
        return self.leaf.tier is Tier.PROTECTED


@dataclass
class Reader:
    """What a page needs to know to show a draft to somebody: the work, what the viewer sees, what came back."""

    work: Work
    tiers: frozenset[Tier]
    own: bool
    viewer: str  # the account that looks
    returned: Mapping[str, Returned] = field(default_factory=dict)
    with_errors: bool = False
    clashes: Mapping[str, str] = field(default_factory=dict)  # path → what stands there now
    typed: Mapping[str, str] = field(default_factory=dict)  # what this page sent and has not saved

    @cached_property
    def filled(self) -> Any:
        """The draft's document as its form's model, for the order of rows."""
        return self.work.form.model_validate(self.work.document)

    @cached_property
    def doubts(self) -> list[Problem]:
        """What is odd about it."""
        return drafts.doubts(self.work.form, self.work.document, on=self.work.on)

    def veiled(self, path: str, leaf: Leaf) -> bool:
        """Whether there is a value that this viewer must not be shown."""
        if leaf.tier in self.tiers or self.work.hands.get(path) == self.viewer:
            return False  # what the viewer's own hand typed hides nothing from them
        return bool(shown_text(self.work, path))

    def text(self, path: str, leaf: Leaf) -> str:
        """What stands at a path, for this viewer: typed, or held; empty where it is veiled."""
        if path in self.typed:
            return self.typed[path]
        return "" if self.veiled(path, leaf) else shown_text(self.work, path)

    def trace(self, path: str) -> str:
        """What the page remembers of what is kept there."""
        return trace(shown_text(self.work, path))

    def said(self, problem: Problem) -> str:
        """A problem in the reader's language; its sentence may quote a value, so not of what is veiled."""
        leaf = patterns(self.work.form).get(pattern_of(problem.path))
        hidden = leaf is not None and self.veiled(problem.path, leaf)
        return gettext(HIDDEN) if hidden else said(problem)


def id_of(path: str) -> str:
    """The id of the control of a path."""
    return path.replace(".", "-")


def said(problem: Problem) -> str:
    """A problem's sentence in the reader's language."""
    return gettext(problem.sentence) % problem.params if problem.params else gettext(problem.sentence)


def build(reader: Reader, leaf: Leaf, path: str) -> Field:
    """The control of a field at a path."""
    kind = leaf.kind.name if leaf.kind else ""
    text, veiled = reader.text(path, leaf), reader.veiled(path, leaf)
    found = Field(id=id_of(path), name=path, leaf=leaf, text=text, control="line", veiled=veiled)
    found.help = _help(leaf, kind)
    found.keypad = KEYPADS.get(kind, "")
    found.returned = next((why for scope, why in reader.returned.items() if scope == path), None)
    found.current = _current(reader, leaf, path)
    if reader.with_errors:
        found.error = " ".join(dict.fromkeys(reader.said(each) for each in reader.work.problems if each.path == path))
    if path in reader.clashes:
        found.clash = Clash(gettext("giá trị được bảo vệ") if veiled else reader.clashes[path])
    _control(reader, leaf, kind, found)
    if leaf.when:
        found.shown = drafts.applies(leaf, path, reader.work.document) or bool(found.error)
        found.when = _when(reader.work, leaf, path)
    return found


def _control(reader: Reader, leaf: Leaf, kind: str, found: Field) -> None:
    if kind == "image":
        found.control = "image"
    elif leaf.multiline:
        found.control = "lines"
    elif leaf.codes:
        choices = [each.name for each in codes.choices(leaf.codes, reader.work.on, past=leaf.past)]
        if len(choices) <= SHORT_LIST:
            names = choices if not found.text or found.text in choices else [found.text, *choices]
            found.control, found.options = "select", [Option(name, name == found.text) for name in names]
        else:
            found.control, found.source = "code", _source(leaf.codes, past=leaf.past)
    elif leaf.suggest:
        found.control, found.source = "code", _source(leaf.suggest, past=True)


def _source(name: str, *, past: bool) -> str:
    return reverse("codes", args=[name]) + ("?past=1" if past else "")


def _help(leaf: Leaf, kind: str) -> str:
    parts = [gettext(leaf.help)] if leaf.help else []
    if kind in DATES and not leaf.help:
        parts.append(str(DATES[kind]))
    if leaf.codes and len(codes.codelist(leaf.codes).entries) > SHORT_LIST:
        parts.append(gettext("Gõ vài chữ của tên hoặc mã, có dấu hay không dấu đều được."))
    elif leaf.suggest:
        parts.append(gettext("Gõ vài chữ để tìm; không có trong gợi ý thì ghi nguyên tên."))
    elif leaf.example and kind != "image":
        parts.append(gettext("Ví dụ: %(example)s") % {"example": leaf.example.splitlines()[0]})
    return " ".join(parts)


def _current(reader: Reader, leaf: Leaf, path: str) -> tuple[str, str] | tuple[()]:
    """What the record holds where the draft says something else."""
    work = reader.work
    kept = get(work.base, path)
    if path not in work.typed or kept is None or reader.veiled(path, leaf) or leaf.tier not in reader.tiers:
        return ()
    return (gettext("Hồ sơ đang ghi"), drafts.display(leaf, kept, work.on))


def _when(work: Work, leaf: Leaf, path: str) -> str:
    assert leaf.when is not None
    where = leaf.when.path.replace("*", path.split(".")[2]) if "*" in leaf.when.path else leaf.when.path
    other = patterns(work.form).get(pattern_of(where))
    words: list[str] = sorted(leaf.when.values)
    if other and other.codes:
        offered = codes.choices(other.codes, work.on, past=True)
        words += [each.name for each in offered if each.code in leaf.when.values]
    return json.dumps({"id": id_of(where), "words": words if leaf.when.values else []}, ensure_ascii=False)


def traces(reader: Reader, paths: Iterator[str]) -> str:
    """The hidden input `seen`: path → trace of what is kept there now. None of what is veiled: of a value that has few
    possibilities a trace tells which one it is."""
    known = patterns(reader.work.form)
    leaves = {path: known.get(pattern_of(path)) for path in paths}
    return json.dumps(
        {path: reader.trace(path) for path, leaf in leaves.items() if not (leaf and reader.veiled(path, leaf))}
    )
