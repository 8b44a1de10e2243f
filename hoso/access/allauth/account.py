"""Signing in by name and password: nobody signs up, nothing goes by e-mail, every sign-in is in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows import login as login_flow
from allauth.core.internal.httpkit import get_client_ip
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hoso.access import actions, queries, throttle
from hoso.access.allauth import browser
from hoso.access.models import Account


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What the library asks a project to decide."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Số định danh, tên tài khoản hoặc mật khẩu không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "too_many_login_attempts": _("Thử sai quá nhiều lần. Hãy chờ vài phút rồi thử lại."),
        "rate_limited": _("Gửi quá nhiều lần. Hãy chờ vài phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the agency's administrator."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page says what happened; the library's notes would only repeat it."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """No post leaves this node."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nor this."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The other side of the connection; behind a socket without addresses, one for all."""
        return get_client_ip(request) or "::"

    def get_login_stages(self) -> list[str]:
        """After the password, the second factor of whoever has one."""
        return ["hoso.access.allauth.stages.SecondFactor"]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse who tries too often, before any password is looked at."""
        index = queries.sign_in_index(str(credentials.get("username", "")))
        token = browser.token(request)
        self.tries = throttle.Tries(request, index, device=token if queries.knows_device(index, token) else "")
        wait = self.tries.begin()
        if wait:
            if self.tries.shut:
                account = queries.by_sign_in(str(credentials.get("username", "")))
                actions.note_sign_in("account.shut", by=account or "stranger", at=_at(request))
            raise ValidationError(too_many(wait), code="too_many_login_attempts", params={"wait": wait})

    def _rollback_login_failed_rl_usage(self) -> None:
        """What the library calls after the right password."""
        self.tries.succeed()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log the refusal: of an account, or of a name nobody has, which is not kept."""
        account = queries.by_sign_in(str(credentials.get("username", "")))
        actions.note_sign_in("account.refused", by=account or "stranger", at=_at(request))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, log it, and note the device."""
        super().login(request, user)
        actions.note_sign_in("account.signed_in", by=user, at=_at(request))
        browser.arrive(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Sign out and log it."""
        if isinstance(request.user, Account):
            actions.note_sign_in("account.signed_out", by=request.user, at=_at(request))
        super().logout(request)


class SignInForm(LoginForm):  # type: ignore[misc]
    """One box for a personal number or an agency account's name, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"] = forms.CharField(
            label=_("Số định danh cá nhân hoặc tên tài khoản cơ quan"),
            max_length=64,
            error_messages={"required": _("Nhập số định danh cá nhân hoặc tên tài khoản cơ quan.")},
        )
        self.fields["password"].label = _("Mật khẩu")
        self.fields["password"].error_messages["required"] = _("Nhập mật khẩu.")
        self.order_fields(["login", "password"])

    def _login_with_password(self, request: HttpRequest, redirect_url: str | None, credentials: Any) -> HttpResponse:
        """As the library does, but what was typed stays out of the session."""
        self._login.redirect_url = redirect_url
        response: HttpResponse = login_flow.perform_password_login(request, {}, self._login)
        return response


def too_many(wait: int) -> str:
    """How long to wait, in words; `wait` in seconds."""
    if wait < 60:
        return ngettext(
            "Thử sai quá nhiều lần. Hãy chờ %(count)d giây rồi thử lại.",
            "Thử sai quá nhiều lần. Hãy chờ %(count)d giây rồi thử lại.",
            wait,
        ) % {"count": wait}
    minutes = -(-wait // 60)
    if minutes < 60:
        return ngettext(
            "Thử sai quá nhiều lần. Hãy chờ %(count)d phút rồi thử lại.",
            "Thử sai quá nhiều lần. Hãy chờ %(count)d phút rồi thử lại.",
            minutes,
        ) % {"count": minutes}
    hours = -(-minutes // 60)
    return ngettext(
        "Thử sai quá nhiều lần. Hãy chờ %(count)d giờ rồi thử lại, hoặc nhờ quản trị viên của cơ quan mở khóa.",
        "Thử sai quá nhiều lần. Hãy chờ %(count)d giờ rồi thử lại, hoặc nhờ quản trị viên của cơ quan mở khóa.",
        hours,
    ) % {"count": hours}


def _at(request: HttpRequest) -> Any:
    return request.at  # type: ignore[attr-defined]
