"""The department's leader: how far the agencies are, the manifest, its signature; the months before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.approvals import actions, queries
from hoso.approvals.queries import AgencyState
from hoso.base import downloads
from hoso.base.errors import NotAllowed, NotFound, Refused, refuse_if
from hoso.orgs import queries as orgs
from hoso.regulation import rules as regulation
from hoso.signing import queries as signing
from hoso.web import context, refusals
from hoso.web.http import Request
from hoso.web.uploads import takes
from hoso.web.views.account import reauthenticated
from hoso.web.views.month.heads import MOST_P12, at_fields, uploaded, windows

MOST_SIGNED = 80 * 1024 * 1024
MANY = 12  # months before that the page lists


def _behind(each: AgencyState) -> bool:
    return each.confirmed < each.changed


FILTERS: dict[str, tuple[Any, Callable[[AgencyState], bool]]] = {
    "chua": (gettext_lazy("Chưa xác nhận"), _behind),
    "da": (gettext_lazy("Đã xác nhận"), lambda each: each.changed > 0 and not _behind(each)),
    "tra": (gettext_lazy("Có hồ sơ trả lại"), lambda each: each.sent_back > 0),
    "tat-ca": (gettext_lazy("Tất cả"), bool),
}


@require_GET
def cockpit(request: Request) -> HttpResponse:
    """The chain of the month in five steps, every agency, the manifest, the months before."""
    policy.require(request.user, Permission.ROUND_WATCH, orgs.root(), on=request.today)
    leads = policy.allows(request.user, Permission.ROUND_SIGN, orgs.root(), on=request.today)
    round_ = queries.round_for(request.today, request.GET.get("ky"))
    states = queries.agency_states(round_) if round_ else []
    manifest = queries.manifest_of(round_) if round_ else None
    reason = queries.why_not_sign_now(round_, request.today) if round_ else "no_round"
    every, own = queries.ready_for(round_, request.user.person_id if leads else None) if round_ else (0, 0)
    ready = every - own
    chosen = request.GET.get("loc", "")
    if chosen not in FILTERS:
        chosen = "chua" if any(map(_behind, states)) else "tat-ca"
    told = {
        "leads": leads,
        "round": round_,
        "month": round_.month if round_ else f"{request.today:%Y-%m}",
        "manifest": manifest,
        "agencies": len(queries.agencies_of(manifest)) if manifest else 0,
        "ready": ready,
        "own_ready": own,
        "steps": _steps(states, every),
        "filters": [(key, text, sum(map(wanted, states)), key == chosen) for key, (text, wanted) in FILTERS.items()],
        "states": [(each, *_said(each)) for each in states if FILTERS[chosen][1](each)],
        "done": sum(1 for each in states if each.changed and not _behind(each)),
        "changing": sum(1 for each in states if each.changed),
        "open": leads and reason is None,
        "reason": refusals.sentence(reason, {}) if reason else "",
        "windows": windows(request, round_),
        "article": regulation.value("round.sign", on=request.today, code=context.node(request)["profile"]).article,
        "heads_confirm": queries.heads_confirm(orgs.root(), on=request.today),
        "past": list(queries.signed_months()[:MANY]),
        "other_rounds": [each for each in queries.open_rounds(request.today) if each != round_],
        "may_open": _may_open(request, round_) if leads else [],
    }
    return render(request, "month/cockpit.html", told)


def _steps(states: list[AgencyState], ready: int) -> dict[str, int]:
    changed, confirmed = sum(each.changed for each in states), sum(each.confirmed for each in states)
    pending, signed = sum(each.pending for each in states), sum(each.signed for each in states)
    found = {"all": changed + pending, "verified": changed, "pending": pending, "confirmed": confirmed}
    found |= {"left": changed - confirmed, "signed": signed, "ready": ready}
    found["now"] = 4 if ready else 3 if changed > confirmed else 2 if pending else 0  # the one step the month is at
    return found | {"agencies": sum(1 for each in states if each.changed or each.pending)}


def _said(each: AgencyState) -> tuple[str, str]:
    """Kind and words of an agency's state."""
    if not each.changed:
        return "none", _("Không có thay đổi")
    if not _behind(each):
        return "done", _("Đã xác nhận")
    if each.confirmed:
        return "half", _("Đang xác nhận")
    return "empty", _("Chưa bắt đầu")


def _may_open(request: Request, round_: Any) -> list[tuple[str, str]]:
    """Months of which a round can be opened now, with the kind: this one, as a supplement if it had one, if none is
    open; the one before as a late one."""
    this = f"{request.today:%Y-%m}"
    before = f"{request.today.replace(day=1) - timedelta(days=1):%Y-%m}"
    running = {each.month for each in queries.open_rounds(request.today)}
    kinds = {this: "supplement" if queries.round_for(request.today) else "first", before: "late"}
    return [(month, kind) for month, kind in kinds.items() if month not in running]


@require_POST
def open_round(request: Request) -> HttpResponse:
    """Open this month's round or supplement, or a late one of a month before."""
    opened = actions.open_round(request.POST.get("thang", ""), by=request.user, at=request.at)
    messages.success(request, _("Đã mở kỳ %(month)s.") % {"month": "/".join(reversed(opened.month.split("-")))})
    return _back(opened)


@require_POST
def build(request: Request) -> HttpResponse:
    """Make the manifest of what is confirmed now."""
    made = actions.build(request.POST.get("ky"), by=request.user, at=request.at)
    messages.success(
        request, _("Đã lập bảng kê %(number)s, %(count)d hồ sơ.") % {"number": made.number, "count": made.count}
    )
    return _back(made.round)


@transaction.non_atomic_requests
@takes(MOST_SIGNED)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@reauthenticated
def sign(request: Request, manifest_id: Any) -> HttpResponse:
    """Two ways: with a certificate file here, or with one's own tool and an upload; the seal follows at once.

    The signature and the seal are a transaction each: the one stays, whatever becomes of the other.
    """
    policy.require(request.user, Permission.ROUND_SIGN, orgs.root(), on=request.today)
    manifest = queries.manifest(manifest_id)
    way = "tep" if request.POST.get("cach") == "tep" else "tai"
    refused = None
    if request.method == "POST":
        try:
            done = _sign(request, manifest_id, way)
        except (NotAllowed, NotFound):
            raise
        except Refused as refusal:
            refused, manifest = refusal, queries.manifest(manifest_id)
            if manifest.status != "built":  # signed already, perhaps without its seal: the page of the month says so
                raise
        else:
            messages.success(request, _("Bảng kê %(number)s đã ký và đóng dấu.") % {"number": done.number})
            return _back(done.round)
    certificates = signing.certificates(request.user, on=request.today)
    refuse_if(None if manifest.status == "built" else f"cannot_sign_manifest_when_{manifest.status}")
    told = at_fields(refused, "da-ky" if way == "tai" else "chung-thu") | {
        "way": way,
        "manifest": manifest,
        "agencies": len(queries.agencies_of(manifest)),
        "certificate": certificates[-1] if certificates else None,
        "department": orgs.home_affairs(),
        "kilobytes": round(manifest.file_size / 1024),
    }
    with transaction.atomic():
        return render(request, "month/sign.html", told, status=refused.status if refused else 200)


def _sign(request: Request, manifest_id: Any, way: str) -> Any:
    if way == "tai":
        signed = uploaded(request, "da-ky", MOST_SIGNED)
        return actions.sign_by_upload(manifest_id, signed=signed, by=request.user, at=request.at)
    p12, passphrase = uploaded(request, "chung-thu", MOST_P12), request.POST.get("mat-khau-chung-thu", "")
    return actions.sign_with_pkcs12(manifest_id, p12=p12, passphrase=passphrase, by=request.user, at=request.at)


@require_GET
def download(request: Request, manifest_id: Any) -> HttpResponse:
    """The manifest with whatever signatures it has; logged."""
    manifest, pdf = actions.export(manifest_id, by=request.user, at=request.at)
    name = f"bang-ke-{manifest.round.month}" + (f"-bs{manifest.round.supplement}" if manifest.round.supplement else "")
    return downloads.download(pdf, "application/pdf", f"{name}.pdf")


@require_POST
def finish(request: Request, manifest_id: Any) -> HttpResponse:
    """Put the seal on what was signed, where something stopped in between."""
    policy.require(request.user, Permission.ROUND_SIGN, orgs.root(), on=request.today)
    done = actions.finish(manifest_id, by=request.user, at=request.at)
    messages.success(request, _("Bảng kê %(number)s đã đóng dấu.") % {"number": done.number})
    return _back(done.round)


def _back(round_: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse("sign") + f"?ky={round_.pk}")
