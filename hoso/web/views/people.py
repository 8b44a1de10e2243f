"""The list of people in a viewer's scope."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.approvals.queries import people as people_queries
from hoso.approvals.queries.people import STATES, Asked
from hoso.audit import actions as audit
from hoso.people import queries as persons
from hoso.people.rules import Category
from hoso.web.http import Request
from hoso.web.menu import Entry

MOST = 50
# The words and the mark of each state: kind of `state`, or the level.
WORDS = {
    "none": (_("Chưa nhập"), "none", 0),
    "drafting": (_("Đang nhập"), "half", 0),
    "waiting": (_("Chờ kiểm tra"), "waiting", 0),
    "kept": (_("Đã kiểm tra"), "", 1),
    "signed": (_("Đã ký"), "", 3),
}


def menu(request: Request) -> Iterable[Entry]:
    """For those who may see others."""
    if policy.scope(request.user, Permission.PEOPLE_VIEW, on=request.today):
        yield Entry("people", _("Danh sách, tìm kiếm"), reverse("people"))


@require_http_methods(["GET", "POST"])
def people(request: Request) -> HttpResponse:
    """A page of people by given name; what is searched for comes by POST, so that a number stands in no address."""
    asked, typed = _asked(request), request.POST.get("q", "").strip()
    if request.method == "POST":
        return _found(request, asked, typed)
    if _is_number(request.GET.get("q", "")):  # somebody typed it into the address: it goes no further
        return HttpResponseRedirect(reverse("people"))
    after, before = _uuid(request.GET.get("sau", "")), _uuid(request.GET.get("truoc", ""))
    listed = people_queries.people(request.user, asked, on=request.today, after=after, before=before, most=MOST)
    audit.note_list(
        "people", said=asked._asdict() | {"after": after}, count=len(listed.rows), by=request.user, at=request.at
    )
    units = list(people_queries.units(request.user, on=request.today))
    return render(request, "people/list.html", _said(request, asked, listed, units))


def _found(request: Request, asked: Asked, typed: str) -> HttpResponse:
    """Twelve digits go to the person, without leaving a trace of themselves; a name goes on as an address."""
    if _is_number(typed):
        digits = re.sub(r"[\s.-]", "", typed)
        paths = policy.require_any(request.user, Permission.PEOPLE_VIEW, on=request.today)
        person = persons.by_pin(digits)
        known = person is not None and persons.employed_under(paths).filter(person=person).exists()
        audit.note_list("people", said={"number": "yes"}, count=int(known), by=request.user, at=request.at)
        if person is not None and known:
            return HttpResponseRedirect(reverse("record", args=[person.pk]))
        return render(request, "people/nobody.html", status=404)
    return HttpResponseRedirect(reverse("people") + _query(asked._replace(text=typed[:100])))


def _asked(request: Request) -> Asked:
    given = request.POST if request.method == "POST" else request.GET
    category, state = given.get("doi-tuong", ""), given.get("tinh-trang", "")
    text = "" if request.method == "POST" else request.GET.get("q", "")[:100]
    return Asked(
        text,
        _uuid(given.get("don-vi", "")),
        category if category in Category.values else "",
        state if state in STATES else "",
    )


def _said(request: Request, asked: Asked, listed: people_queries.Listed, units: list[Any]) -> dict[str, Any]:
    rows = listed.rows
    unit = next((each for each in units if str(each.pk) == asked.unit), None)
    chips = [
        (_("Tìm"), asked.text, _query(asked._replace(text=""))),
        (_("Đơn vị"), unit.name if unit else "", _query(asked._replace(unit=""))),
        (_("Đối tượng"), Category(asked.category).label if asked.category else "", _query(asked._replace(category=""))),
        (_("Tình trạng"), WORDS[asked.state][0] if asked.state else "", _query(asked._replace(state=""))),
    ]
    entering = policy.scope(request.user, Permission.CHANGE_ENTER, on=request.today)
    return {
        "rows": [(row, *WORDS[row.state], row.confirmed_month, _may_enter(row, entering)) for row in rows],
        "total": listed.total,
        "units": units,
        "categories": Category.choices,
        "states": [(code, words[0]) for code, words in WORDS.items()],
        "asked": asked,
        "chips": [chip for chip in chips if chip[1]],
        "first": rows[0].person.full_name if rows else "",
        "last": rows[-1].person.full_name if rows else "",
        "back": _query(asked, truoc=str(rows[0].person_id)) if rows and listed.has_before else "",
        "on": _query(asked, sau=str(rows[-1].person_id)) if rows and listed.has_after else "",
    }


def _may_enter(row: Any, paths: list[str]) -> bool:
    here = row.organization.path
    return bool(row.record) and any(here == path or here.startswith(f"{path}.") for path in paths)


def _query(asked: Asked, **more: str) -> str:
    given = {"q": asked.text, "don-vi": asked.unit, "doi-tuong": asked.category, "tinh-trang": asked.state} | more
    return "?" + urlencode({key: text for key, text in given.items() if text})


def _is_number(typed: str) -> bool:
    """Whether it may be a personal number, whole or not."""
    return bool(re.fullmatch(r"\d{9,}", re.sub(r"[\s.-]", "", typed)))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


urlpatterns = [path("nguoi/", people, name="people")]
