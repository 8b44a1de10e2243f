"""Codes: opening an account with one, and slips on paper for a whole agency."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hoso.access import actions, policy, queries
from hoso.access.roles import Permission
from hoso.access.throttle import Tries
from hoso.base.downloads import download
from hoso.documents import actions as documents
from hoso.web.forms import Plain
from hoso.web.http import Request
from hoso.web.views.account import reauthenticated
from hoso.web.views.accounts.forms import SlipForm
from hoso.web.views.accounts.posting import carried_out


class ActivationForm(Plain):
    """A code, whose account it opens, and a password twice."""

    login = forms.CharField(
        label=_("Số định danh cá nhân hoặc tên tài khoản cơ quan"),
        max_length=64,
        error_messages={"required": _("Nhập số định danh cá nhân hoặc tên tài khoản cơ quan.")},
    )
    code = forms.CharField(
        label=_("Mã dùng một lần"), max_length=40, error_messages={"required": _("Nhập mã ghi trên phiếu.")}
    )
    new = forms.CharField(
        label=_("Mật khẩu mới"), strip=False, max_length=200, error_messages={"required": _("Nhập mật khẩu mới.")}
    )
    again = forms.CharField(
        label=_("Nhập lại mật khẩu mới"), strip=False, error_messages={"required": _("Nhập lại mật khẩu mới.")}
    )

    def clean(self) -> dict[str, Any]:
        """Both the same, and good; the account's own words count only once the code is known to be right."""
        given = self.cleaned_data
        if given.get("new") and (said := _weak(given["new"])):
            self.add_error("new", ValidationError(said))
        elif given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("Hai lần nhập không giống nhau."))
        return given


def _weak(password: str) -> list[str]:
    """Why a password will not do for anybody: whose it will be is not known before the code is."""
    try:
        validate_password(password)
    except ValidationError as refused:
        return list(refused.messages)
    return []


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Open an account with its code, from a slip or a link; a look at the page uses nothing up."""
    form = ActivationForm(request.POST or None, initial={"code": request.GET.get("ma", "")[:40]})
    status = 200

    def act(given: Mapping[str, Any]) -> HttpResponse | None:
        nonlocal status
        tries = Tries(request, f"code:{queries.sign_in_index(given['login'])}", device="")
        if tries.begin():
            status = 429
            form.add_error(None, _("Thử quá nhiều lần. Hãy chờ vài phút rồi thử lại."))
            return render(request, "accounts/activate.html", {"form": form}, status=429)
        actions.activate(
            sign_in=given["login"],
            code=given["code"],
            password=given["new"],
            by=None,
            at=request.at,  # type: ignore[attr-defined]
        )
        tries.succeed()
        return None

    done = gettext("Tài khoản đã mở. Hãy đăng nhập bằng mật khẩu vừa đặt.")
    to = reverse("sign-in")
    return carried_out(request, form, act, template="accounts/activate.html", said={}, done=done, to=to)  # type: ignore[arg-type]


@reauthenticated
@require_http_methods(["GET", "POST"])
def slips(request: Request) -> HttpResponse:
    """A PDF with a slip for everybody in a part of the tree who has not activated yet; their codes are shown only
    there."""
    policy.require_any(request.user, Permission.ACCOUNT_RECOVER, on=request.today)
    form = SlipForm(
        request.POST or None, units=queries.units(request.user, Permission.ACCOUNT_RECOVER, on=request.today)
    )

    def act(given: Mapping[str, Any]) -> HttpResponse:
        address = request.build_absolute_uri(reverse("activate"))
        pdf = documents.print_slips(given["organization"], address=address, by=request.user, at=request.at)
        return download(pdf, "application/pdf", "phieu-kich-hoat.pdf")

    return carried_out(request, form, act, template="accounts/slips.html", said={}, done="", to="")
