"""The log, for those who may read it, and whether it is whole."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import policy
from hoso.access import queries as accounts
from hoso.access.roles import ROLES, Permission
from hoso.audit import actions as audit
from hoso.audit import queries as audit_queries
from hoso.audit.proving import Chain
from hoso.audit.rules import ACTIONS
from hoso.base.clock import local
from hoso.base.downloads import download, stream
from hoso.base.errors import refuse_if
from hoso.ops import log_export, log_report, sealing
from hoso.orgs import queries as orgs
from hoso.regulation.rules import RULES
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.account import reauthenticated

MOST = 50
PORTION = 2000  # events read at once for a file
NEWEST = 3  # manifests that a page opens; the command opens all


def menu(request: Request) -> Iterable[Entry]:
    """For inspectors and the department."""
    if policy.scope(request.user, Permission.LOG_READ, on=request.today):
        yield Entry("agency", _("Nhật ký"), reverse("log"))


@require_GET
def log(request: Request) -> HttpResponse:
    """The newest events, 50 a page; each page that is read is one event itself."""
    return _page(request)


@require_POST
def verify(request: Request) -> HttpResponse:
    """Walk the whole chain now: every digest, every link, every signature, and the anchor outside the database."""
    policy.require_any(request.user, Permission.LOG_READ, on=request.today)
    return _page(request, sealing.verify_all(at=request.at, newest=NEWEST))


class Asked(NamedTuple):
    """What of the log is asked for: an act, who did it, whom it concerns, where, from which day to which."""

    action: str
    name: str
    person: str
    unit: str
    since: date | None
    until: date | None

    def said(self) -> dict[str, str]:
        """The same as the address has it."""
        days = [f"{day:%d/%m/%Y}" if day else "" for day in (self.since, self.until)]
        texts = (self.action, self.name, self.person, self.unit, *days)
        return {key: text for key, text in zip(KEYS, texts, strict=True) if text}


KEYS = ("viec", "ai", "nguoi", "co-quan", "tu", "den")
HEAD = (_("Lúc"), _("Việc"), _("Người thực hiện"), _("Cơ quan"), _("Người có hồ sơ"), _("Mục đích, căn cứ"), _("Số"))
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _asked(request: Request) -> Asked:
    action, name, person, unit, since, until = (request.GET.get(key, "")[:100] for key in KEYS)
    return Asked(action if action in ACTIONS else "", name, person, unit, _day(since), _day(until))


def _day(typed: str) -> date | None:
    """dd/mm/yyyy; None for what is no day."""
    try:
        day, month, year = (int(part) for part in typed.split("/"))
        return date(year, month, day)
    except ValueError:
        return None


def _found(request: Request, asked: Asked, *, before: int | None, most: int) -> list[Any]:
    return accounts.log(
        request.user,
        on=request.today,
        action=asked.action,
        name=asked.name,
        person=asked.person,
        organization=asked.unit,
        since=asked.since,
        until=asked.until,
        before=before,
        most=most,
    )


def _page(request: Request, chain: Chain | None = None) -> HttpResponse:
    asked, before = _asked(request), request.GET.get("truoc", "")
    reached = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = _found(request, asked, before=reached, most=MOST + 1)
    more, rows = len(rows) > MOST, rows[:MOST]
    audit.note_list("audit", said=asked.said(), count=len(rows), by=request.user, at=request.at, action="log.read")
    said = {
        "rows": _lines(rows),
        "first": rows[0].pk if rows else "",
        "last": rows[-1].pk if rows else "",
        "on": "?" + urlencode({**asked.said(), "truoc": rows[-1].pk}) if more else "",
        "query": "?" + urlencode(asked.said()),
        "asked": {key.replace("-", "_"): text for key, text in asked.said().items()},
        "actions": sorted(ACTIONS.items(), key=lambda item: item[1]),
        "units": accounts.log_units(request.user, on=request.today),
        "unit": asked.unit,
        "bases": bool(policy.scope(request.user, Permission.BASIS_READ, on=request.today)),
        "seal": audit_queries.newest_seal(),
        "chain": chain,
    }
    return render(request, "log/log.html", said)


class Row(NamedTuple):
    """An event in words. `person` is a short id, with the name of the account where there is one."""

    event: Any
    what: str
    who: str
    role: str
    where: str
    person: str
    purpose: str


def _lines(events: Sequence[Any]) -> list[Row]:
    """Events with the names that they mention. Two queries, however many."""
    (who, whom), where = accounts.named_in(events), orgs.names(each.organization for each in events)
    return [
        Row(
            each,
            ACTIONS.get(each.action, each.action),
            who.get(each.account, each.account if len(each.account) < 20 else ""),
            ROLES[each.role].title if each.role in ROLES else "",
            where.get(each.organization, ""),
            f"{whom.get(each.person, '')} …{each.person[-6:]}".strip() if each.person else "",
            RULES.get(each.purpose, each.purpose),  # an act under a rule names it by its key
        )
        for each in events
    ]


def _cells(row: Row) -> list[str]:
    texts = (row.what, ", ".join(filter(None, (row.who, gettext(row.role) if row.role else ""))), row.where, row.person)
    why = "; ".join(filter(None, (gettext(row.purpose) if row.purpose else "", row.event.basis)))
    return [f"{local(row.event.at):%d/%m/%Y %H:%M:%S}", gettext(texts[0]), *texts[1:], why, str(row.event.pk)]


def _note_export(request: Request, asked: Asked, count: int) -> None:
    audit.note_list("audit", said=asked.said(), count=count, by=request.user, at=request.at, action="log.exported")


@require_http_methods(["GET", "POST"])
@reauthenticated
def table(request: Request) -> HttpResponseBase:
    """What the filter finds, whole, for a spreadsheet: CSV in UTF-8, line by line; an event itself."""
    asked = _asked(request)
    policy.require_any(request.user, Permission.LOG_READ, on=request.today)
    _note_export(request, asked, 0)
    return stream(_csv(request, asked), "text/csv; charset=utf-8", f"nhat-ky-{request.today:%Y%m%d}.csv")


class _Echo:
    """What the csv module writes is handed on line by line."""

    def write(self, line: str) -> str:
        return line


def _csv(request: Request, asked: Asked) -> Iterator[str]:
    writer, before = csv.writer(_Echo()), None
    yield "\ufeff" + str(writer.writerow([str(word) for word in HEAD]))
    while rows := _found(request, asked, before=before, most=PORTION):
        before = rows[-1].pk
        for row in _lines(rows):
            yield str(writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in _cells(row)]))


@require_http_methods(["GET", "POST"])
@reauthenticated
def paper(request: Request) -> HttpResponseBase:
    """What the filter finds as a PDF with the department's seal; refused if it is more than a file should hold."""
    asked = _asked(request)
    rows = _found(request, asked, before=None, most=log_report.MOST + 1)
    refuse_if("too_many_lines" if len(rows) > log_report.MOST else None, most=log_report.MOST)
    _note_export(request, asked, len(rows))
    said = asked.said() | ({"viec": gettext(ACTIONS[asked.action])} if asked.action else {})
    if asked.unit:
        said["co-quan"] = orgs.names([asked.unit]).get(asked.unit, "")
    pdf = log_report.sealed_pdf(
        [str(word) for word in HEAD],
        [_cells(row) for row in _lines(rows)],
        title=gettext("Trích nhật ký hệ thống"),
        asked="; ".join(said.values()),
        footer=f"{local(request.at):%d/%m/%Y %H:%M} · {request.user.name}",
        seal=gettext("Niêm phong gần nhất của nhật ký: số %(number)s, SHA-256 %(digest)s"),
        at=request.at,
    )
    return download(pdf, "application/pdf", f"nhat-ky-{request.today:%Y%m%d}.pdf")


@reauthenticated
@require_POST
def export(request: Request) -> HttpResponseBase:
    """The whole log as a file for tools/verify_log.py; an event itself."""
    log_export.begin(by=request.user, at=request.at)
    return stream(log_export.lines(at=request.at), "text/plain; charset=utf-8", "nhat-ky.jsonl")


urlpatterns = [
    path("nhat-ky/", log, name="log"),
    path("nhat-ky/kiem-tra/", verify, name="verify-log"),
    path("nhat-ky/xuat/", export, name="export-log"),
    path("nhat-ky/csv/", table, name="log-table"),
    path("nhat-ky/pdf/", paper, name="log-paper"),
]
