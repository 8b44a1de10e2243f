"""The password: choosing one's own."""

from typing import Any

from allauth.decorators import rate_limit
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hoso.access import actions
from hoso.access.allauth import state
from hoso.access.passwords import problems
from hoso.base import refusals
from hoso.base.errors import Refused
from hoso.web.http import Request
from hoso.web.views.account.again import onward
from hoso.web.views.shell import local


class PasswordForm(forms.Form):
    """A new password twice; the present one too, unless the first sign-in has just asked for it."""

    present = forms.CharField(
        label=_("Mật khẩu đang dùng"), strip=False, error_messages={"required": _("Nhập mật khẩu đang dùng.")}
    )
    new = forms.CharField(
        label=_("Mật khẩu mới"),
        strip=False,
        max_length=200,
        error_messages={"required": _("Nhập mật khẩu mới."), "max_length": _("Mật khẩu dài nhất 200 ký tự.")},
    )
    again = forms.CharField(
        label=_("Nhập lại mật khẩu mới"), strip=False, error_messages={"required": _("Nhập lại mật khẩu mới.")}
    )

    def __init__(self, *args: Any, account: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if account.must_change_password:
            del self.fields["present"]

    def clean_present(self) -> str:
        """It must be right."""
        present: str = self.cleaned_data["present"]
        if not self.account.check_password(present):
            raise ValidationError(_("Mật khẩu đang dùng không đúng."))
        return present

    def clean_new(self) -> str:
        """Long enough, not common, not digits alone, hard to guess for those who know the person."""
        new: str = self.cleaned_data["new"]
        if said := problems(new, self.account):
            raise ValidationError(said)
        return new

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        given = self.cleaned_data
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("Hai lần nhập không giống nhau."))
        return given


@sensitive_post_parameters()
@rate_limit(action="change_password")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """Change one's password; at the first sign-in nothing else opens before."""
    account = request.user
    form = PasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            held = actions.change_password(account, password=form.cleaned_data["new"], by=account, at=request.at)
        except Refused as refused:
            form.add_error("new", refusals.sentence(refused.code, refused.said))
        else:
            update_session_auth_hash(request, held)  # this session stays, all others end
            state.track(request)
            return HttpResponseRedirect(local(request, request.POST.get("next", "/")))
    said = {"form": form, "first": account.must_change_password, "next": onward(request)}
    return render(request, "door/password.html", said, status=422 if form.errors else 200)
