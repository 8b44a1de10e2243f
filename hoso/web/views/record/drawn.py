"""What stands in a section, drawn without templates: five hundred values would be ten thousand template nodes.

What a form says (labels, numbers, the words of a mask) is drawn once for each language and kept; nothing of a person
is.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hoso.records.policy import section_of
from hoso.records.purposes import MOST, PURPOSES
from hoso.records.reading import Chapter, Fact, Grid
from hoso.web.templatetags.parts import icon, level

LONG = 18  # letters, from which on a cell takes a line of its own on a narrow screen
VEIL = SafeString('<span class="veil" aria-hidden="true">••••••</span>')


class Was(NamedTuple):
    """What stood in a section before its last change."""

    seq: int
    text: str


class Read(NamedTuple):
    """A section on the page."""

    chapter: Chapter
    level: int
    words: str
    waiting: bool
    was: Was | None

    @property
    def mark(self) -> int:
        """The level in the list of contents: what waits for a check counts as unchecked."""
        return 0 if self.waiting else self.level


class Page(NamedTuple):
    """What all values of one page share: whether masks open and how, and which place was just opened."""

    opens: bool  # whether the viewer may open what is masked
    address: str  # where a purpose is sent
    compare: str  # where versions are compared
    token: str  # against forged requests
    seq: int
    language: str
    path: str = ""
    just: bool = False  # alone, for the place where its mask stood
    kept: frozenset[str] = frozenset()  # sections whose masks the viewer may not open all the same


def contents(parts: Iterable[Read]) -> SafeString:
    """The list of sections with the level of each."""
    language = get_language() or ""
    lines = [_line(each.chapter.part.key, each.chapter.part.title, each.mark, language) for each in parts]
    return SafeString(f"<ul>{''.join(lines)}</ul>")


def section(part: Read, page: Page) -> SafeString:
    """A section: its level, its values, its tables, what stood there before, what waits and what is not there."""
    key, chapter = part.chapter.part.key, part.chapter
    pending = " is-pending" if part.level == 1 else ""
    facts = "".join([value(fact, page) for fact in chapter.facts])
    return SafeString(
        f'<section class="record-section{pending}" id="{key}" aria-labelledby="{key}-h">\n'
        f'<div class="section-head"><h2 id="{key}-h">{escape(_(chapter.part.title))}</h2>'
        f"{level(part.level, part.words)}</div>\n"
        + (f'<dl class="record-facts">{facts}</dl>\n' if facts else "")
        + "".join([grid(each, page) for each in chapter.grids])
        + (_before(part.was, page) if part.was else "")
        + (_noted(_("Phần này có đề nghị thay đổi đang chờ kiểm tra.")) if part.waiting else "")
        + (_missing(chapter.empty) if chapter.empty else "")
        + "</section>\n"
    )


def _before(was: Was, page: Page) -> str:
    said = f"{_('Trước đó:')} {was.text}." if was.text else _("Thay đổi ở phiên bản %(seq)s.") % {"seq": was.seq}
    link = escape(_("So với phiên bản %(seq)s") % {"seq": was.seq - 1})
    return _noted(said, f' <a href="{escape(page.compare)}?tu={was.seq - 1}&amp;den={was.seq}">{link}</a>')


def _noted(said: str, link: str = "") -> str:
    return f'<p class="was-note">{escape(said)}{link}</p>\n'


def _missing(labels: Iterable[str]) -> str:
    said = "; ".join([escape(_(label)) for label in labels])
    return f'<p class="hint not-there">{escape(_("Chưa ghi:"))} {said}.</p>\n'


def value(fact: Fact, page: Page) -> SafeString:
    """One field: its number, its label and what stands there."""
    head = _head(fact.no, fact.label, page.language)
    if fact.masked:
        said = _mask(fact.path, fact.label, page)
    elif fact.is_image:
        said = escape(_("Đã có ảnh"))
    else:
        said = _lines(fact.text) + (f" {_opened('span', page.language)}" if fact.path == page.path else "")
    return SafeString(f"<div data-place{_here(page)}>{head}<dd>{said}</dd></div>")


def grid(found: Grid, page: Page) -> SafeString:
    """One table: a mask before it where anything in it is hidden, its heads, its rows."""
    mask = f'<div class="grid-mask">{_mask(found.path, found.label, page)}</div>' if found.masked else ""
    if not mask and found.path == page.path:
        mask = _opened("p", page.language)
    top, heads, cells = _table(found.no, found.label, tuple(found.labels), page.language)
    veil = _veiled(page.language)
    lines = [[_cell(start, fact, veil) for start, fact in zip(cells, facts, strict=True)] for _id, facts in found.rows]
    rows = "".join([f"<tr>{''.join(line)}</tr>" for line in lines])
    table = f'<table class="data-table fold"><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table>'
    title, scroll = top
    return SafeString(f'<div class="grid-block" data-place{_here(page)}>{title}\n{mask}\n{scroll}{table}</div></div>\n')


def _cell(start: str, fact: Fact, veil: str) -> str:
    full = ' class="full"' if len(fact.text) > LONG else ""
    if fact.masked:
        said = veil
    elif fact.is_image:
        said = escape(_("tệp ảnh")) if fact.text else ""
    else:
        said = _lines(fact.text)
    return f"{start}{full}>{said}</td>"


def _lines(text: str) -> str:
    said = escape(text)
    return "<br>".join(said.splitlines()) if "\n" in said or "\r" in said else said


def _here(page: Page) -> str:
    return ' id="da-mo" tabindex="-1"' if page.just else ""


def _mask(place: str, label: str, page: Page) -> str:
    if not page.opens or section_of(place) in page.kept:
        return _closed(label, page.language)
    return _asking(place, label, page.language).format(address=page.address, token=page.token, seq=page.seq)


MARKS = (
    gettext_lazy("có đề nghị chưa kiểm tra"),
    gettext_lazy("đã kiểm tra"),
    gettext_lazy("đã xác nhận"),
    gettext_lazy("đã ký"),
)


@cache
def _line(key: str, title: str, mark: int, language: str) -> str:
    return format_html(
        '<li><a href="#{}"><span>{}</span>{}<span class="hidden">, {}</span></a></li>',
        key, _(title), icon(f"level-{mark}"), MARKS[mark],
    )  # fmt: skip


@cache
def _head(no: str, label: str, language: str) -> str:
    return format_html('<dt class="numbered"><span class="no">{}</span><span>{}</span></dt>', no, _(label))


@cache
def _table(no: str, label: str, labels: tuple[str, ...], language: str) -> tuple[tuple[str, str], str, tuple[str, ...]]:
    title = format_html('<h3><span class="no">{}</span>{}</h3>', no, _(label))
    scroll = format_html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}">',
        _("Bảng: %(label)s") % {"label": _(label)},
    )
    heads = format_html_join("", '<th scope="col">{}</th>', ((_(each),) for each in labels))
    return (title, scroll), heads, tuple(format_html('<td data-label="{}"', _(each)) for each in labels)


@cache
def _opened(tag: str, language: str) -> str:
    """That a place was just opened."""
    said = _("đã mở, đã ghi nhật ký")
    return format_html('<{} class="just-opened">{}{}</{}>', tag, icon("lock"), said, tag)


@cache
def _veiled(language: str) -> str:
    """What stands in a cell that is masked."""
    return format_html('{}<span class="hidden">{}</span>', VEIL, _("đang che"))


@cache
def _closed(label: str, language: str) -> str:
    """A mask for who may not open it."""
    said = _("%(label)s đang che.") % {"label": _(label)}
    return format_html('<span class="masked">{}<span class="hidden">{}</span></span>', VEIL, said)


@cache
def _asking(place: str, label: str, language: str) -> str:
    """A mask with the form that opens it; `address`, `token` and `seq` are left to fill in."""
    name, given = slugify(place), {"label": _(label)}
    return format_html(
        '<details class="masked"><summary>{veil}<span class="hidden">{closed} </span><span class="open-word">{lock}'
        '{open}</span></summary><form action="{{address}}" method="post" hx-post="{{address}}"'
        ' hx-target="closest [data-place]" hx-swap="outerHTML">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{{token}}">'
        '<input type="hidden" name="phien-ban" value="{{seq}}"><input type="hidden" name="noi" value="{place}">'
        '<label for="m-{name}">{why}</label><select id="m-{name}" name="muc-dich" required>{purposes}</select>'
        '<button class="button main">{do}</button><label for="v-{name}">{what} <span class="optional">{optional}</span>'
        '</label><input id="v-{name}" name="viec" maxlength="{most}" autocomplete="off">'
        '<p class="hint">{hint}</p></form></details>',
        veil=VEIL,
        closed=_("%(label)s đang che.") % given,
        lock=icon("lock"),
        open=_("Mở (ghi nhật ký)"),
        place=place,
        name=name,
        why=_("Mở %(label)s để làm gì?") % given,
        purposes=format_html_join("", '<option value="{}">{}</option>', _choices()),
        most=MOST,
        do=_("Mở"),
        what=_("Việc cụ thể"),
        optional=_("(cần ghi khi theo yêu cầu hoặc việc khác)"),
        hint=_("Người có hồ sơ sẽ thấy ai mở, lúc nào, để làm gì."),
    )


def _choices() -> list[tuple[str, str]]:
    return [("", _("Chọn mục đích")), *((code, _(words)) for code, words in PURPOSES.items())]
