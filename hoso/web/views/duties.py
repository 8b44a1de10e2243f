"""Terms under the law: who owes what by when, who is late, and how the month's were met; for those who watch."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from hoso.access import policy
from hoso.access.roles import ROLES, Permission
from hoso.audit import actions as audit
from hoso.base import downloads
from hoso.duties import actions, queries
from hoso.duties.queries import Asked
from hoso.duties.rules import STATES, late_by, urgency
from hoso.regulation import calendar
from hoso.regulation.rules import RULES
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.account import reauthenticated

MOST = 50
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def menu(request: Request) -> Iterable[Entry]:
    """For supervisors."""
    if policy.scope(request.user, Permission.DUTY_WATCH, on=request.today):
        yield Entry("figures", _("Thời hạn"), reverse("duties"))


@require_GET
def board(request: Request) -> HttpResponse:
    """The whole part of the tree on one page: open, due soon, late; and how the month's obligations were met."""
    month = _month(request.GET.get("thang", ""), request.today)
    found = queries.board(request.user, month=month, on=request.today)
    audit.note_list("duties", said={"month": month}, count=len(found.organizations), by=request.user, at=request.at)
    rules = [each._replace(name=gettext(RULES[each.key])) for each in found.rules]
    said = {
        "month": month,
        "months": [(each, each == month) for each in _months(request.today)],
        "whole": found.whole,
        "tables": [
            (_("Theo cơ quan, đơn vị"), _("Cơ quan, đơn vị"), _lines(found.organizations, "co-quan", month)),
            (_("Theo loại việc"), _("Loại việc"), _lines(rules, "viec", month)),
        ],
        "links": _links({}, month),
    }
    return render(request, "duties/board.html", said)


@require_GET
def listed(request: Request) -> HttpResponse:
    """The obligations behind a number of the board, the earliest day first."""
    asked = _asked(request)
    rows = queries.listed(request.user, asked, on=request.today, after=_after(request), most=MOST + 1)
    audit.note_list("duties", said=asked._asdict(), count=len(rows[:MOST]), by=request.user, at=request.at)
    more, rows = len(rows) > MOST, rows[:MOST]
    units = list(queries.units(request.user, on=request.today))
    unit = next((each for each in units if str(each.pk) == asked.organization), None)
    chips = [
        (_("Cơ quan, đơn vị"), unit.name if unit else "", _query(asked._replace(organization=""))),
        (_("Loại việc"), gettext(RULES[asked.rule]) if asked.rule else "", _query(asked._replace(rule=""))),
    ]
    said = {
        "asked": asked,
        "states": [(code, each.title, _query(asked._replace(state=code))) for code, each in STATES.items()],
        "rows": [_row(each, request.today) for each in rows],
        "total": queries.count(request.user, asked, on=request.today),
        "units": units,
        "rules": sorted(((code, gettext(words)) for code, words in RULES.items()), key=lambda item: item[1]),
        "chips": [chip for chip in chips if chip[1]],
        "first": _named(rows[0]) if rows else "",
        "last": _named(rows[-1]) if rows else "",
        "on": f"{_query(asked)}&{urlencode({'sau': f'{rows[-1].due_on}_{rows[-1].pk}'})}" if more else "",
        "export": reverse("duties-export") + _query(asked),
    }
    return render(request, "duties/list.html", said)


@require_http_methods(["GET", "POST"])
@reauthenticated
def export(request: Request) -> StreamingHttpResponse:
    """The same list whole, as a file for a spreadsheet: CSV in UTF-8 with its mark, and an event of its own."""
    asked = _asked(request)
    count = actions.note_export(asked, by=request.user, at=request.at)
    lines = _file(queries.every(request.user, asked, on=request.today), request.today)
    return downloads.stream(lines, "text/csv; charset=utf-8", f"thoi-han-{request.today:%Y%m%d}-{count}.csv")


class _Echo:
    """What the csv module writes is handed on line by line."""

    def write(self, line: str) -> str:
        return line


def _file(rows: Iterable[Any], today: date) -> Iterator[str]:
    writer = csv.writer(_Echo())
    head = [
        _("Cơ quan, đơn vị"), _("Người"), _("Loại việc"), _("Ai làm"), _("Căn cứ"), _("Bắt đầu"), _("Hạn"), _("Xong"),
        _("Trễ (ngày làm việc)"),
    ]  # fmt: skip
    yield "\ufeff" + str(writer.writerow([str(word) for word in head]))
    for each in rows:
        row = _row(each, today)
        closed = f"{each.closed_at:%d/%m/%Y}" if each.closed_at else ""
        said = (
            each.organization.name, row["who"], row["what"], row["doer"], each.article,
            f"{each.opened_at:%d/%m/%Y}", f"{each.due_on:%d/%m/%Y}", closed, row["late_by"] or "",
        )  # fmt: skip
        yield str(writer.writerow([_plain(str(word)) for word in said]))


def _plain(word: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{word}" if word.startswith(FORMULA) else word


def _row(each: Any, today: date) -> dict[str, Any]:
    until = each.closed_at.date() if each.closed_at else today
    return {
        "each": each,
        "who": each.person.full_name if each.person else "",
        "what": gettext(RULES[each.rule]),
        "doer": gettext("Người có hồ sơ") if each.role == "self" else gettext(ROLES[each.role].title),
        "state": _state(each, today),
        "late_by": late_by(each.due_on, until),
    }


def _state(each: Any, today: date) -> tuple[str, str]:
    """The mark and the words of where an obligation stands."""
    if each.closed_at:
        late = late_by(each.due_on, each.closed_at.date())
        words = ngettext("xong, trễ %(count)d ngày làm việc", "xong, trễ %(count)d ngày làm việc", late)
        return ("late", words % {"count": late}) if late else ("done", gettext("xong đúng hạn"))
    match urgency(each.due_on, today):
        case "late":
            late = late_by(each.due_on, today)
            words = ngettext("quá hạn %(count)d ngày làm việc", "quá hạn %(count)d ngày làm việc", late)
            return "late", words % {"count": late}
        case "today":
            return "soon", gettext("hạn hôm nay")
    left = calendar.between(today, each.due_on)
    words = ngettext("còn %(count)d ngày làm việc", "còn %(count)d ngày làm việc", left)
    return "soon" if left <= 2 else "waiting", words % {"count": left}


def _lines(lines: Iterable[queries.Line], word: str, month: str) -> list[tuple[queries.Line, dict[str, str]]]:
    return [(line, _links({word: line.key}, month)) for line in lines]


def _links(given: dict[str, str], month: str) -> dict[str, str]:
    """Where each number of a line leads."""
    return {
        code: reverse("duties-listed")
        + "?"
        + urlencode(given | {"tinh-trang": code} | ({"thang": month} if state.closed else {}))
        for code, state in STATES.items()
    }


def _asked(request: Request) -> Asked:
    given = request.GET
    state, rule = given.get("tinh-trang", ""), given.get("viec", "")
    month = given.get("thang", "")
    return Asked(
        state if state in STATES else "open",
        _uuid(given.get("co-quan", "")),
        rule if rule in RULES else "",
        _month(month, request.today) if month else "",
    )


def _query(asked: Asked) -> str:
    given = {"tinh-trang": asked.state, "co-quan": asked.organization, "viec": asked.rule, "thang": asked.month}
    return "?" + urlencode({key: text for key, text in given.items() if text})


def _after(request: Request) -> tuple[date, UUID] | None:
    """The place behind which a page begins; the first page for anything that is no place."""
    day, _mark, key = request.GET.get("sau", "").partition("_")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None


def _month(text: str, today: date) -> str:
    """A month as 'YYYY-MM'; the present one for anything else."""
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
    except ValueError:
        return f"{today:%Y-%m}"


def _months(today: date) -> list[str]:
    """The present month and the eleven before it."""
    whole = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(whole, whole - 12, -1)]


def _named(each: Any) -> str:
    return f"{each.due_on:%d/%m/%Y}"


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


urlpatterns = [
    path("thoi-han/", board, name="duties"),
    path("thoi-han/danh-sach/", listed, name="duties-listed"),
    path("thoi-han/tai-ve/", export, name="duties-export"),
]
