"""django-allauth bound to our accounts: nobody signs up, nothing goes by e-mail, every sign-in is in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows import login as login_flow
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hoso.access import actions, queries
from hoso.access.models import Account


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What the library asks a project to decide."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Số định danh, tên tài khoản hoặc mật khẩu không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "too_many_login_attempts": _("Thử sai quá nhiều lần. Hãy chờ 5 phút rồi thử lại."),
        "rate_limited": _("Gửi quá nhiều lần. Hãy chờ vài phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the agency's administrator."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page says what happened; the library's notes would only repeat it."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """No post leaves this node."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The other side of the connection; behind a socket without addresses, one word for all."""
        return get_client_ip(request) or "unknown"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The keyed hash of what was typed, never the number."""
        return queries.sign_in_index(str(credentials.get("username", "")))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log the refusal: of an account, or of a name nobody has, which is not kept."""
        account = queries.by_sign_in(str(credentials.get("username", "")))
        actions.note_sign_in("account.refused", by=account or "stranger", at=_at(request))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in and log it."""
        super().login(request, user)
        actions.note_sign_in("account.signed_in", by=user, at=_at(request))

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


def confirm_password(request: HttpRequest, password: str) -> str | None:
    """Whether the signed-in person is still the one at the keyboard; why not: wrong_password, too_many_attempts."""
    account = request.user
    assert isinstance(account, Account)
    if not ratelimit.consume(request, app="allauth.account", action="reauthenticate", user=account):
        return "too_many_attempts"
    if not account.check_password(password):
        actions.note_sign_in("account.refused", by=account, at=_at(request))
        return "wrong_password"
    login_flow.record_authentication(request, account, method="password", reauthenticated=True)
    return None


def _at(request: HttpRequest) -> Any:
    return request.at  # type: ignore[attr-defined]
