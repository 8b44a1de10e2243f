"""Accounts of one's part of the tree: the list, one of them with its history, and what is done to it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions, policy, queries
from hoso.access.queries import Asked
from hoso.access.roles import ROLES, Permission
from hoso.access.rules import AccountStatus, BasisKind
from hoso.web.http import Request
from hoso.web.views.account import reauthenticated
from hoso.web.views.accounts.forms import ActForm
from hoso.web.views.accounts.posting import carried_out

MOST = 50
# status → the kind of mark
MARKS = {"waiting": "waiting", "active": "done", "restricted": "half", "suspended": "late", "ended": "none"}
KINDS = {"personal": _("cá nhân"), "agency": _("cơ quan")}
TITLES = {
    "restrict": (_("Hạn chế tài khoản"), _("Hạn chế")),
    "extend": (_("Gia hạn tài khoản"), _("Ghi ngày cuối")),
    "suspend": (_("Tạm khóa tài khoản"), _("Tạm khóa")),
    "restore": (_("Khôi phục tài khoản"), _("Khôi phục")),
    "recover": (_("Cấp lại mã"), _("Cấp lại mã")),
    "hand": (_("Bàn giao tài khoản cơ quan"), _("Bàn giao")),
    "end": (_("Chấm dứt tài khoản"), _("Chấm dứt")),
}
LEADS = {
    "restrict": _("Tài khoản chỉ xem được, không thay đổi gì, kể cả hồ sơ của chính mình."),
    "extend": _("Hết ngày này tài khoản không đăng nhập được nữa."),
    "suspend": _("Mọi phiên đang mở bị đóng ngay; không ai đăng nhập được cho đến khi khôi phục."),
    "restore": _("Tài khoản trở lại dùng bình thường."),
    "recover": _("Mật khẩu cũ và mọi phiên đang mở hết hiệu lực ngay. Mã mới đưa tận tay, không gửi qua thư điện tử."),
    "hand": _("Phiên và mật khẩu của người giữ cũ hết hiệu lực ngay; người mới nhận mã."),
    "end": _("Không khôi phục được. Mọi quyền được giao chấm dứt theo."),
}
DONE = {
    "activate": _("Kích hoạt"),
    "restrict": _("Hạn chế"),
    "extend": _("Gia hạn"),
    "suspend": _("Tạm khóa"),
    "restore": _("Khôi phục"),
    "recover": _("Cấp lại mã"),
    "hand": _("Bàn giao"),
    "end": _("Chấm dứt"),
    "grant_ended": _("Hết một quyền được giao"),
}


@require_GET
def listed(request: Request) -> HttpResponse:
    """The accounts of the viewer's part of the tree, by name."""
    asked = Asked(
        request.GET.get("q", "")[:100],
        request.GET.get("trang-thai", ""),
        request.GET.get("loai", ""),
        _uuid(request.GET.get("don-vi", "")),
    )
    found = queries.accounts(request.user, on=request.today, asked=asked)
    typed = request.GET.get("tu", "")[:7]
    start = int(typed) if typed.isascii() and typed.isdigit() else 0
    rows = list(found[start : start + MOST + 1])
    more, rows = len(rows) > MOST, rows[:MOST]
    where = queries.homes(rows)
    said = {
        "rows": [(each, where[each.pk], *_state(each, request)) for each in rows],
        "total": found.count(),
        "asked": asked,
        "statuses": [*AccountStatus.choices, ("expired", _("đã hết hạn"))],
        "kinds": KINDS.items(),
        "units": queries.units(request.user, Permission.ACCOUNT_VIEW, on=request.today),
        "without": queries.without_administrator(request.user, on=request.today),
        "second": queries.two_hands(request.user, at=request.at),
        "may_ask": bool(policy.scope(request.user, Permission.ACCOUNT_ASK, on=request.today)),
        "first": rows[0].name if rows else "",
        "last": rows[-1].name if rows else "",
        "on": _query(asked, start + MOST) if more else "",
        "back": _query(asked, max(0, start - MOST)) if start else "",
    }
    return render(request, "accounts/accounts.html", said)


def _state(account: Any, request: Request) -> tuple[str, object]:
    expired = account.valid_until is not None and account.valid_until < request.today
    if expired and account.status in (AccountStatus.ACTIVE, AccountStatus.RESTRICTED):
        return "late", _("đã hết hạn")
    return MARKS[account.status], _(AccountStatus(account.status).label)


def _query(asked: Asked, start: int) -> str:
    given = {"q": asked.text, "trang-thai": asked.status, "loai": asked.kind, "don-vi": asked.unit}
    return "?" + urlencode({key: text for key, text in given.items() if text} | {"tu": str(start)})


@require_GET
def one(request: Request, account_id: UUID) -> HttpResponse:
    """An account: its state, what it holds, in whose hands it was, what was done to it, what may be done."""
    account = queries.viewable_account(account_id, request.user, on=request.today)
    request.menu_here = reverse("account-list")
    kind, words = _state(account, request)
    shut = queries.shut_until(account)
    said = {
        "each": account,
        "home": queries.home(account),
        "kind": kind,
        "words": words,
        "kind_words": KINDS.get(account.kind, ""),
        "behind": account.behind,
        "grants": [(row, ROLES[row.role].title) for row in queries.grants_of(account, on=request.today)],
        "handovers": queries.handovers(account),
        "history": [(row, DONE.get(row.act, row.act)) for row in queries.history(account)],
        "shut_until": shut,
        "may_unlock": shut and "recover" in queries.possible_acts(account, request.user, on=request.today),
        "acts": [(act, TITLES[act][1]) for act in queries.possible_acts(account, request.user, on=request.today)],
    }
    return render(request, "accounts/account.html", said)


@reauthenticated
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def act(request: Request, account_id: UUID, act: str) -> HttpResponse:
    """Do something to an account; a code that comes of it stands on the answer and nowhere else."""
    if act not in TITLES:
        raise Http404
    account = queries.viewable_account(account_id, request.user, on=request.today)
    request.menu_here = reverse("account-list")
    needs = queries.needs_document(act, account, on=request.today)
    form = ActForm(request.POST or None, request.FILES or None, act=act, needs_document=needs)
    two = act == "recover" and queries.needs_two_hands(account, on=request.today)
    title, verb = TITLES[act]
    said = {"each": account, "title": title, "verb": verb, "text": LEADS[act], "two": two}

    def do(given: Mapping[str, Any]) -> HttpResponse | None:
        if act == "recover":
            return _recover(request, account, given, two=two)
        if act == "hand":
            return _hand(request, account, form)
        paper = form.document(BasisKind.REQUEST)
        more = {"reason": given["reason"], "paper": paper, "by": request.user, "at": request.at}
        if act == "extend":
            actions.extend(account.pk, until=given["until"], **more)
        else:
            simple = {
                "restrict": actions.restrict,
                "suspend": actions.suspend,
                "restore": actions.restore,
                "end": actions.end_account,
            }
            simple[act](account.pk, **more)
        return None

    done, to = gettext("Đã ghi."), reverse("account", args=[account.pk])
    return carried_out(request, form, do, template="accounts/act.html", said=said, done=done, to=to)


@reauthenticated
@require_POST
def unlock(request: Request, account_id: UUID) -> HttpResponse:
    """Let somebody try to sign in again at once, whom too many wrong tries keep waiting."""
    account = queries.viewable_account(account_id, request.user, on=request.today)
    actions.unlock(account, by=request.user, at=request.at)
    messages.success(request, gettext("Đã mở khóa đăng nhập."))
    return HttpResponseRedirect(reverse("account", args=[account.pk]))


def _recover(request: Request, account: Any, given: Mapping[str, Any], *, two: bool) -> HttpResponse | None:
    more = {"seen_in_person": given["seen"], "reason": given["reason"], "by": request.user, "at": request.at}
    if two or given["factors"]:
        wanted = "factors" if given["factors"] else "recover"
        actions.ask_second(account.pk, act=wanted, certificate="", **more)
        return None
    return code_page(request, actions.recover(account.pk, **more))


def _hand(request: Request, account: Any, form: ActForm) -> HttpResponse:
    more = {name: form.cleaned_data[name] for name in ("pin", "name", "since", "reason")}
    paper = form.paper(BasisKind.DECISION)
    return code_page(request, actions.hand_over(account.pk, **more, paper=paper, by=request.user, at=request.at))


def code_page(request: Request, given: Any) -> HttpResponse:
    """The page that shows a code, once."""
    link = request.build_absolute_uri(reverse("activate") + "?" + urlencode({"ma": given.code}))
    return render(request, "accounts/code.html", {"given": given, "link": link})


@reauthenticated
@require_POST
def second(request: Request, two_hands_id: UUID) -> HttpResponse:
    """Be the second hand, or do not."""
    if request.POST.get("viec") != "xac-nhan":
        actions.refuse_second(two_hands_id, by=request.user, at=request.at)
        messages.success(request, gettext("Đã ghi: không xác nhận."))
        return HttpResponseRedirect(reverse("account-list"))
    given = actions.confirm_second(two_hands_id, by=request.user, at=request.at)
    if given is None:
        messages.success(request, gettext("Đã xác nhận."))
        return HttpResponseRedirect(reverse("account-list"))
    return code_page(request, given)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
