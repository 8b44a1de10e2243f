"""The parts that pages are made of (docs/components.md); a builtin library, so no template loads it."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hoso.records.purposes import MOST, PURPOSES
from hoso.regulation import calendar

register = template.Library()

STATES = {
    "done": "done",
    "half": "half",
    "empty": "level-0",
    "late": "late",
    "back": "back",
    "waiting": "waiting",
    "soon": "waiting",
    "none": "none",
}
LEVELS = (
    gettext_lazy("Chưa kiểm tra"),
    gettext_lazy("Đã kiểm tra"),
    gettext_lazy("Đã xác nhận"),
    gettext_lazy("Đã ký"),
)
WEEKDAYS = (
    gettext_lazy("Thứ Hai"),
    gettext_lazy("Thứ Ba"),
    gettext_lazy("Thứ Tư"),
    gettext_lazy("Thứ Năm"),
    gettext_lazy("Thứ Sáu"),
    gettext_lazy("Thứ Bảy"),
    gettext_lazy("Chủ Nhật"),
)


@cache
def icons() -> frozenset[str]:
    """The names in the sprite."""
    sprite = (Path(__file__).parent.parent / "static" / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))


@register.simple_tag
def icon(name: str, cls: str = "icon") -> SafeString:
    """One drawing of the sprite; it never stands without a word beside it. KeyError for a name it does not have."""
    return _drawing(name, cls)


@cache
def _drawing(name: str, cls: str) -> SafeString:
    if name not in icons():
        raise KeyError(name)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', cls, static("icons.svg"), name)


@register.simple_tag
def state(kind: str, text: object) -> SafeString:
    """State of work: a shape and a word. Kinds: done half empty waiting soon back late none."""
    return format_html('<span class="state is-{}">{}{}</span>', kind, icon(STATES[kind]), text)


@register.simple_tag
def level(number: int, text: object = "") -> SafeString:
    """Assurance of a version or a part: 0 not verified, 1 verified, 2 confirmed, 3 signed."""
    return format_html(
        '<span class="level level-{}">{}{}</span>', number, icon(f"level-{number}"), text or LEVELS[int(number)]
    )


@register.simple_tag
def law(article: object, rule: str = "") -> SafeString:
    """The article behind a demand, linked to the page of rules; `rule` is the id of the rule in the profile."""
    anchor = f"#{rule}" if rule else ""
    return format_html('<a class="law" href="{}{}">{}</a>', reverse("law"), anchor, article)


@register.simple_tag
def when(value: date | datetime | str | None, form: str = "date") -> SafeString | str:
    """A day or a moment in a `time` element; `form` is date, day (without the year), moment or clock."""
    if not value:
        return ""
    forms: dict[str, Callable[[Any], str]] = {"date": vn_date, "day": vn_day, "moment": vn_moment, "clock": vn_clock}
    machine = value if isinstance(value, str) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, forms[form](value))


@register.filter
def vn_date(value: date | datetime | str | None) -> str:
    """A day as officials write it: 26/11/2026; of a partial ISO date 11/2026 or 2026; a moment gives its day here."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return "/".join(reversed(str(value)[:10].split("-")))


@register.filter
def vn_day(value: date | datetime | str) -> str:
    """Day and month only, for lists of work of the running year."""
    return vn_date(value)[:5]


@register.filter
def vn_moment(value: datetime | None) -> str:
    """Day and time in Vietnam: 26/11/2026 09:14."""
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}" if value else ""


@register.filter
def vn_clock(value: datetime | None) -> str:
    """The time in Vietnam: 09:14."""
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def vn_number(value: Any, decimals: int | None = None) -> str:
    """1234567.5 becomes 1.234.567,5; a decimal kept as text keeps its digits."""
    if value in (None, ""):
        return ""
    text = f"{value:,}" if decimals is None and not isinstance(value, str) else f"{float(value):,.{decimals or 0}f}"
    if isinstance(value, str) and decimals is None:
        whole, _point, rest = value.partition(".")
        text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return text.translate(str.maketrans(",.", ".,"))


@register.filter
def percent(part: float, whole: float) -> str:
    """A share as 91,9%; empty when there is nothing to share."""
    return f"{100 * part / whole:.1f}%".replace(".", ",") if whole else ""


@register.filter
def weekday(value: date | datetime | str) -> str:
    """Thứ Năm, of a day."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return str(WEEKDAYS[day.weekday()])


DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu", "tỷ")


@register.filter
def number_word(value: int) -> str:
    """A whole number below 10^12 in words, as sums are written out on contracts; other languages get figures."""
    number = int(value)
    if (get_language() or "vi") != "vi":
        return vn_number(number)
    if not number:
        return DIGITS[0]
    groups: list[str] = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.insert(0, f"{_three(group, full=number > 0)} {scale}".strip())
    return " ".join(groups)


def _three(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif units and words:
        words.append("lẻ")
    if units:
        irregular = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm" if tens else "năm"}
        words.append(irregular.get(units, DIGITS[units]))
    return " ".join(words)


@register.filter
def days_left(due_on: date, today: date) -> str:
    """Words for a term in working days, as every term is counted: quá hạn 2 ngày làm việc, hôm nay, còn 3 ngày làm
    việc, không còn ngày làm việc."""
    left = calendar.between(today, due_on)
    if due_on < today:
        return _("quá hạn %(count)d ngày làm việc") % {"count": max(-left, 1)}
    if due_on == today:
        return _("hôm nay")
    return _("còn %(count)d ngày làm việc") % {"count": left} if left else _("không còn ngày làm việc")


@register.filter
def initials(name: str) -> str:
    """Two letters of a Vietnamese name: of the middle and the given name."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


@register.simple_tag
def facts(rows: Mapping[object, object] | Iterable[tuple[object, object]], cls: str = "facts") -> SafeString:
    """Label left, figure right."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    body = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", pairs)
    return format_html('<dl class="{}">{}</dl>', cls, body)


@register.simple_block_tag
def field(
    content: SafeString,
    id: str,
    label: object,
    no: object = "",
    help: object = "",
    error: object = "",
    current: Sequence[object] = (),
    optional: bool = False,
    protected: bool = False,
    cls: str = "",
) -> SafeString:
    """Label with form number, help, value held now (source, value), error, and the control between the tags.

    The control carries `id`, `aria-describedby="<id>-help <id>-error"` (only those that are there) and `aria-invalid`.
    """
    return _part("field", locals())


@register.simple_block_tag
def fields(
    content: SafeString,
    id: str,
    label: object,
    no: object = "",
    help: object = "",
    error: object = "",
    optional: bool = False,
    cls: str = "",
) -> SafeString:
    """A `fieldset` of controls that answer one question: radios, a date in parts."""
    return _part("fields", locals())


@register.simple_tag
def describedby(id: str, help: object = "", error: object = "") -> SafeString:
    """The attributes that tie a control to its help and its error."""
    names = [f"{id}-{name}" for name, there in (("help", help), ("error", error)) if there]
    tied = format_html(' aria-describedby="{}"', " ".join(names)) if names else SafeString("")
    return SafeString(tied + (' aria-invalid="true"' if error else ""))


@register.simple_tag
def error_summary(problems: Iterable[tuple[str, object]]) -> SafeString:
    """First in main after `back`: each problem (id of its control, sentence) as a link; nothing if there are none.

    Where no problem is about a control, something else stands in the way, and the title says that.
    """
    rows = list(problems)
    linked = any(control for control, _sentence in rows)
    return _part("error_summary", {"problems": rows, "linked": linked}) if rows else SafeString("")


@register.simple_tag
def save_note(at: datetime | None, sent: bool = False) -> SafeString:
    """Draft state: saved when, sent or not."""
    return _part("save_note", {"at": at, "sent": sent})


@register.simple_tag
def due(due_on: date, today: date, article: object, rule: str = "", text: object = "", act: Any = None) -> SafeString:
    """The term that runs for me: working days left, the day, the article, one button (`act` is url and words)."""
    left = calendar.between(today, due_on)
    return _part("due", locals() | {"late": due_on < today, "count": abs(left)})


@register.simple_tag
def masked(id: str, label: object, tail: str = "", action: str = "", csrf: str = "") -> SafeString:
    """A protected value, closed: dots, and a form that asks for the purpose and posts to `action`, if there is one."""
    return _part("masked", locals())


@register.simple_tag
def purpose(id: str) -> SafeString:
    """What something protected is opened for: the list."""
    return _part("purpose", {"id": id, "purposes": PURPOSES.items()})


@register.simple_tag
def purpose_text(id: str) -> SafeString:
    """The line beside a `purpose` for what its list does not say."""
    return _part("purpose_text", {"id": id, "most": MOST})


@register.simple_tag
def pager(first: object, last: object, count: int, back: str = "", on: str = "") -> SafeString:
    """Keyset pages: from whom to whom, how many, and links to the page before and after."""
    return _part("pager", locals())


@register.simple_block_tag
def event(content: SafeString, at: datetime, title: object, open: bool = False) -> SafeString:
    """One item of a `timeline`; `open` while it still runs."""
    return format_html(
        "<li{}>{}<b>{}</b>{}</li>", SafeString(' class="is-open"') if open else "", when(at, "moment"), title, content
    )


@register.inclusion_tag("parts/month_strip.html")
def month_strip(month: str, windows: Sequence[tuple[str, date, date, object]], today: date) -> dict[str, Any]:
    """The month 'YYYY-MM', its windows (confirm or sign, first day, last day, words) and today, drawn in per cent."""
    year, number = int(month[:4]), int(month[5:7])
    days = monthrange(year, number)[1]

    def share(count: float) -> str:
        return f"{100 * count / days:.2f}%"

    bars = [
        {
            "kind": kind,
            "x": share(opens.day - 1),
            "width": share((closes - opens).days + 1),
            "y": 20 + 11 * index,
            "opens": opens,
            "closes": closes,
            "text": text,
        }
        for index, (kind, opens, closes, text) in enumerate(windows)
    ]
    labels = sorted({9, 16, *(opens.day for _kind, opens, _closes, _text in windows if 2 < opens.day < days - 2)})
    apart = [day for index, day in enumerate(labels) if index == 0 or day - labels[index - 1] > 2]
    return {
        "month": f"{number}/{year}",
        "number": number,
        "days": days,
        "bars": bars,
        "weeks": [share(day - 1) for day in range(1, days + 1) if date(year, number, day).weekday() == 0],
        "today": today if (today.year, today.month) == (year, number) else None,
        "today_at": share(today.day - 0.5),
        "today_anchor": "end" if today.day > days - 4 else "start" if today.day < 4 else "middle",
        "labels": [(share(day - 0.5), day) for day in apart],
    }


def _part(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"parts/{name}.html", context)
