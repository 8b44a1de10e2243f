"""The queue of an officer who verifies; what waits for the people themselves; errors that people reported."""

from datetime import date
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.base.errors import NotFound
from hoso.changes import actions, queries, rules
from hoso.duties.rules import urgency
from hoso.regulation import calendar
from hoso.web.http import Request

ROWS = 25
FILTERS: dict[str, tuple[Promise, dict[str, Promise]]] = {
    "han": (_("Hạn"), {"late": _("quá hạn"), "today": _("hôm nay"), "later": _("còn hạn")}),
    "loai": (_("Loại"), {"person": _("người khai"), "agency": _("cơ quan nhập"), "first": _("nhập lần đầu")}),
    "nhan": (_("Người kiểm tra"), {"me": _("tôi đã nhận"), "nobody": _("chưa ai nhận")}),
}


class Due(NamedTuple):
    """A term in words: kind of `state`, and the working days left."""

    kind: str
    text: str


class Line(NamedTuple):
    """One row of the queue."""

    change: Any
    due: Due
    holder: str  # "" nobody, else who
    mine: bool
    work: str  # title and unit


class Chip(NamedTuple):
    """A condition that holds, and the address without it."""

    text: str
    without: str


def due_words(due_on: date, today: date) -> Due:
    """Late, today, or how many working days are left."""
    when = urgency(due_on, today)
    days = abs(calendar.between(today, due_on))
    if when == "late":
        return Due("late", gettext("Quá %(count)d ngày làm việc") % {"count": max(days, 1)})
    if when == "today":
        return Due("soon", gettext("Hạn hôm nay"))
    return Due(
        "soon" if when == "soon" else "waiting",
        ngettext("Còn %(count)d ngày làm việc", "Còn %(count)d ngày làm việc", days) % {"count": days},
    )


@require_GET
def queue(request: Request) -> HttpResponse:
    """Changes to verify, most urgent first. One event a page."""
    asked = {name: request.GET.get(name, "") for name in ("q", *FILTERS)}
    asked |= {name: "" for name, (_title, known) in FILTERS.items() if asked[name] not in known}
    asked["q"] = " ".join(asked["q"].split())[:100]
    after = request.GET.get("sau", "")
    ask = partial(
        queries.to_verify,
        request.user,
        on=request.today,
        text=asked["q"],
        due=asked["han"],
        side=asked["loai"],
        taken=asked["nhan"],
    )
    found, page = ask(), ask(after=_place(after) if after else None)
    rows = list(queries.with_work(page)[: ROWS + 1])
    kept = {name: value for name, value in asked.items() if value}
    shown = rows[:ROWS]
    actions.note_queue_read(count=len(shown), query=urlencode(kept | {"sau": after}), by=request.user, at=request.at)
    more = rows[ROWS:] and f"{shown[-1].due_on:%Y-%m-%d}_{shown[-1].pk}"
    said = {
        "lines": [_line(request, each) for each in shown],
        "last_name": shown[-1].record.person.full_name if shown else "",
        "count": found.count(),
        "counts": queries.counts(request.user, on=request.today),
        "asked": asked,
        "filters": [(name, title, known, asked[name]) for name, (title, known) in FILTERS.items()],
        "chips": _chips(kept),
        "first": "?" + urlencode(kept) if after else "",
        "on": "?" + urlencode(kept | {"sau": more}) if more else "",
        "tab": "queue",
    }
    return render(request, _template(request, "queue"), said)


def _template(request: Request, name: str) -> str:
    return f"verify/_{name}_rows.html" if "HX-Request" in request.headers else f"verify/{name}.html"


def _line(request: Request, change: Any) -> Line:
    held = rules.is_held(change.taken_by_id, change.taken_at, change.taken_by_id, request.at)
    return Line(
        change,
        due_words(change.due_on, request.today),
        change.taken_by.name if held else "",
        held and change.taken_by_id == request.user.pk,
        _job(change),
    )


def _chips(kept: dict[str, str]) -> list[Chip]:
    def without(name: str) -> str:
        return "?" + urlencode({other: value for other, value in kept.items() if other != name})

    typed = [Chip(f"“{kept['q']}”", without("q"))] if "q" in kept else []
    chosen = [(name, title, known[kept[name]]) for name, (title, known) in FILTERS.items() if name in kept]
    return typed + [Chip(f"{title}: {words}", without(name)) for name, title, words in chosen]


def _place(word: str) -> tuple[date, UUID]:
    day, _rest, change_id = word.partition("_")
    try:
        return date.fromisoformat(day), UUID(change_id)
    except ValueError as error:
        raise ValidationError("after") from error


@require_GET
def waiting(request: Request) -> HttpResponse:
    """Drafts and returns of people under the officer's care: whom to remind."""
    policy.require_any(request.user, Permission.CHANGE_VERIFY, on=request.today)
    found = queries.waiting_for_person(request.user, on=request.today)
    rows, on = _page(request, queries.with_work(found))
    _note(request, "waiting", rows)
    terms = queries.correct_by(rows)
    due = {pk: due_words(on, request.today) for pk, on in terms.items()}
    lines = [(each, _job(each), due.get(each.pk)) for each in rows]
    said = {"lines": lines, "count": found.count(), "on": on, "tab": "waiting", "first": _first(request)}
    return render(request, "verify/waiting.html", said | {"counts": queries.counts(request.user, on=request.today)})


@require_GET
def reports(request: Request) -> HttpResponse:
    """Errors that people reported and nobody has looked at."""
    policy.require_any(request.user, Permission.CHANGE_VERIFY, on=request.today)
    found = queries.reports_for(request.user, on=request.today)
    rows, on = _page(request, found)
    _note(request, "reports", rows)
    said = {"lines": queries.opened_reports(rows), "count": found.count(), "on": on, "tab": "reports"}
    said |= {"first": _first(request), "counts": queries.counts(request.user, on=request.today)}
    return render(request, "verify/reports.html", said)


@require_POST
def answer(request: Request, report_id: UUID) -> HttpResponse:
    """The agency has looked at a reported error."""
    actions.answer_report(report_id, by=request.user, at=request.at)
    messages.success(request, gettext("Đã ghi nhận là đã xử lý; người báo sẽ thấy."))
    return HttpResponseRedirect(reverse("error-reports"))


def _page(request: Request, found: Any) -> tuple[list[Any], str]:
    after = request.GET.get("sau", "")
    if after:
        try:
            found = found.filter(pk__gt=UUID(after))
        except ValueError as error:
            raise NotFound("no_such_page") from error
    rows = list(found[: ROWS + 1])
    on = "?" + urlencode({"sau": rows[ROWS - 1].pk}) if len(rows) > ROWS else ""
    return rows[:ROWS], on


def _note(request: Request, name: str, rows: list[Any]) -> None:
    query = f"{name} {request.GET.get('sau', '')}"
    actions.note_queue_read(count=len(rows), query=query, by=request.user, at=request.at)


def _first(request: Request) -> str:
    return request.path if request.GET.get("sau") else ""


def _job(change: Any) -> str:
    jobs = list(change.record.person.employments.all())
    return f"{jobs[0].title}, {jobs[0].organization.name}" if jobs else ""
