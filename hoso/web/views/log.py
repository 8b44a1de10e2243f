"""The log, for those who may read it, and whether it is whole."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from hoso.access import policy
from hoso.access import queries as accounts
from hoso.access.roles import ROLES, Permission
from hoso.audit import actions as audit
from hoso.audit import queries as audit_queries
from hoso.audit.proving import Chain
from hoso.audit.rules import ACTIONS
from hoso.base.downloads import stream
from hoso.ops import log_export, sealing
from hoso.orgs import queries as orgs
from hoso.regulation.rules import RULES
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.account import reauthenticated

MOST = 50
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


def _page(request: Request, chain: Chain | None = None) -> HttpResponse:
    action = request.GET.get("viec", "")
    name, unit = request.GET.get("ai", "")[:100], request.GET.get("co-quan", "")
    before = request.GET.get("truoc", "")
    asked = {"viec": action if action in ACTIONS else "", "ai": name, "co-quan": unit}
    rows = accounts.log(
        request.user,
        on=request.today,
        action=asked["viec"],
        name=name,
        organization=unit,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        most=MOST + 1,
    )
    audit.note_list("audit", said=asked, count=len(rows[:MOST]), by=request.user, at=request.at, action="log.read")
    more, rows = len(rows) > MOST, rows[:MOST]
    who, where = accounts.names(row.account for row in rows), orgs.names(row.organization for row in rows)
    said = {
        "rows": [
            (
                row,
                ACTIONS.get(row.action, row.action),
                who.get(row.account, row.account if len(row.account) < 20 else ""),
                ROLES[row.role].title if row.role in ROLES else "",
                where.get(row.organization, ""),
                RULES.get(row.purpose, row.purpose),  # an act under a rule names it by its key
            )
            for row in rows
        ],
        "first": rows[0].pk if rows else "",
        "last": rows[-1].pk if rows else "",
        "on": "?" + urlencode({**asked, "truoc": rows[-1].pk}) if more else "",
        "asked": asked,
        "actions": sorted(ACTIONS.items(), key=lambda item: item[1]),
        "units": accounts.log_units(request.user, on=request.today),
        "unit": unit,
        "seal": audit_queries.newest_seal(),
        "chain": chain,
    }
    return render(request, "log/log.html", said)


@reauthenticated
@require_POST
def export(request: Request) -> HttpResponseBase:
    """The whole log as a file for tools/verify_log.py; an event itself."""
    log_export.begin(by=request.user, at=request.at)
    return stream(map(str, log_export.lines(at=request.at)), "text/plain; charset=utf-8", "nhat-ky.jsonl")


urlpatterns = [
    path("nhat-ky/", log, name="log"),
    path("nhat-ky/kiem-tra/", verify, name="verify-log"),
    path("nhat-ky/xuat/", export, name="export-log"),
]
