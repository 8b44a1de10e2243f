"""Requests for accounts: asking, the queue, what came of it; taking somebody in without asking."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import policy, queries
from hoso.access.actions import Given
from hoso.access.roles import ROLES, Permission
from hoso.access.rules import BasisKind
from hoso.changes.actions import admitting
from hoso.web.forms import AdmitForm
from hoso.web.http import Request
from hoso.web.views.account import reauthenticated
from hoso.web.views.accounts.forms import AskHolderForm, AskPersonForm, DeclineForm
from hoso.web.views.accounts.life import code_page
from hoso.web.views.accounts.posting import carried_out

KINDS = {
    "personal": _("Tài khoản cá nhân"),
    "agency": _("Tài khoản cơ quan"),
    "subunit": _("Tài khoản đơn vị trực thuộc"),
}
MOST = 100
LABELS = {
    "full_name": _("Họ và tên"),
    "name": _("Người giữ tài khoản"),
    "birth": _("Ngày sinh"),
    "title": _("Chức vụ, chức danh"),
    "staff_number": _("Số hiệu"),
    "since": _("Bắt đầu từ ngày"),
    "began": _("Căn cứ"),
    "sign_in": _("Tên đăng nhập"),
}


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def admit_person(request: Request) -> HttpResponse:
    """Take a person in at once; the code stands on the answer and nowhere else."""
    units = queries.creator_units(request.user, on=request.today)
    if not units:
        policy.require_any(request.user, Permission.ACCOUNT_MANAGE, on=request.today)
    form = AdmitForm(request.POST or None, units=units)

    def act(given: Mapping[str, Any]) -> HttpResponse:
        more = {name: text for name, text in given.items() if name != "organization"}
        made = admitting.admit(organization_id=given["organization"], **more, by=request.user, at=request.at)
        return code_page(request, Given(made.account, made.code, made.expires_at))

    return carried_out(request, form, act, template="accounts/admit.html", said={}, done="", to="")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def ask(request: Request, kind: str) -> HttpResponse:
    """Ask for an account."""
    if kind not in KINDS:
        raise Http404
    policy.require_any(request.user, Permission.ACCOUNT_ASK, on=request.today)
    units = list(queries.units(request.user, Permission.ACCOUNT_ASK, on=request.today))
    form: Any
    if kind == "personal":
        form = AskPersonForm(request.POST or None, units=units)
    else:
        form = AskHolderForm(request.POST or None, request.FILES or None, kind=kind, units=units)

    def act(given: Mapping[str, Any]) -> None:
        named = {name: given[name] for name in given if not name.startswith(("basis_", "agreement_", "organization"))}
        admitting.ask_account(
            given["organization"],
            kind=kind,
            asked={name: value if isinstance(value, str) else value.isoformat() for name, value in named.items()},
            paper=None if kind == "personal" else form.paper(BasisKind.DECISION),
            agreement=None if kind == "personal" else form.agreement(),
            by=request.user,
            at=request.at,
        )

    done, to = gettext("Đã gửi đề nghị."), reverse("account-requests")
    said = {"title": KINDS[kind], "kind": kind, "kinds": KINDS.items()}
    return carried_out(request, form, act, template="accounts/ask.html", said=said, done=done, to=to)


@require_GET
def queue(request: Request) -> HttpResponse:
    """Requests: what waits, and what came of the others."""
    on = request.today
    asks = bool(policy.scope(request.user, Permission.ACCOUNT_ASK, on=on))
    if not asks:
        policy.require_any(request.user, Permission.ACCOUNT_MANAGE, on=on)
    waiting = [(each, KINDS[each.kind]) for each in queries.requests(request.user, on=on, waiting=True)[:MOST]]
    decided = [(each, KINDS[each.kind]) for each in queries.requests(request.user, on=on, waiting=False)[:MOST]]
    said = {"waiting": waiting, "decided": decided, "asks": asks, "kinds": KINDS.items()}
    return render(request, "accounts/requests.html", said)


@require_http_methods(["GET", "POST"])
def one(request: Request, request_id: UUID) -> HttpResponse:
    """A request with what was typed; whoever decides it says why not."""
    row = queries.request(request_id, request.user, on=request.today)
    asked = queries.asked_of(row)
    form = DeclineForm(request.POST or None)

    def act(given: Mapping[str, Any]) -> None:
        admitting.decline_request(row.pk, reason=given["reason"], by=request.user, at=request.at)

    said = {
        "row": row,
        "kind": KINDS[row.kind],
        "facts": [(label, _shown(name, asked[name])) for name, label in LABELS.items() if asked.get(name)],
        "role": ROLES[asked["role"]].title if asked.get("role") in ROLES else "",
        "decides": row.decided_at is None
        and queries.decides(request.user, row.organization, row.kind, on=request.today),
    }
    done, to = gettext("Đã trả lời đề nghị."), reverse("account-requests")
    return carried_out(request, form, act, template="accounts/request.html", said=said, done=done, to=to)


def _shown(name: str, text: str) -> str:
    return "/".join(reversed(text.split("-"))) if name in ("birth", "since") else text


@reauthenticated
@require_POST
def meet(request: Request, request_id: UUID) -> HttpResponse:
    """Make the account that was asked for; its code stands on the answer and nowhere else."""
    return code_page(request, admitting.meet_request(request_id, by=request.user, at=request.at))
