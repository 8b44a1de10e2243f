"""The door: signing in and out, the password, and showing again that it is you."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.views import LoginView
from allauth.decorators import rate_limit
from django import forms
from django.contrib.auth import password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions
from hoso.access.allauth import Adapter, SignInForm, confirm_password
from hoso.base.errors import Refused
from hoso.web import refusals
from hoso.web.http import Request
from hoso.web.views.shell import local

PUBLIC = {"sign-in", "forgotten"}


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; what was typed never comes back except into its own box."""

    form_class = SignInForm
    template_name = "door/sign_in.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with its status: 422, or 429 when there were too many tries."""
        response = super().form_invalid(form)
        too_many = any(
            error.code == "too_many_login_attempts" for errors in form.errors.as_data().values() for error in errors
        )
        response.status_code = 429 if too_many else 422
        return response  # type: ignore[no-any-return]


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and say so."""
    Adapter(request).logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """There is no reset by e-mail: whom to go to."""
    return render(request, "door/forgotten.html")


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
        """Long enough, not common, not digits alone."""
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.account)
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
            return HttpResponseRedirect(local(request, request.POST.get("next", "/")))
    said = {"form": form, "first": account.must_change_password, "next": _next(request)}
    return render(request, "door/password.html", said, status=422 if form.errors else 200)


View = Callable[..., HttpResponseBase]


def require_reauthentication(request: HttpRequest) -> HttpResponse | None:
    """None if the password was given in the last 5 minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT); else the page that asks.

    The page of a POST carries its fields and sends them on together with the password, so nothing is ticked twice and
    nothing is kept in the session. A page with files must ask before, at its GET.
    """
    if did_recently_reauthenticate(request):
        return None
    problem = None
    if request.method == "POST" and "mat-khau" in request.POST:
        problem = confirm_password(request, request.POST["mat-khau"])
        if problem is None:
            return None
    return _ask(request, problem)


def reauthenticated(view: View) -> View:
    """Decorator for views that confirm or sign: see `require_reauthentication`."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return require_reauthentication(request) or view(request, *args, **kwargs)

    return inner


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Ask for the password again, then go on to `next`."""
    problem = None
    if request.method == "POST":
        problem = confirm_password(request, request.POST.get("mat-khau", ""))
        if problem is None:
            return HttpResponseRedirect(local(request, request.POST.get("next", "/")))
    return _page(request, reverse("reauthenticate"), [("next", _next(request))], problem)


def _ask(request: HttpRequest, problem: str | None) -> HttpResponse:
    if request.method != "POST" or request.FILES:
        wanted = request.get_full_path() if request.method != "POST" else request.headers.get("Referer", "/")
        return _page(request, reverse("reauthenticate"), [("next", local(request, wanted))], problem)
    left_out = {"mat-khau", "csrfmiddlewaretoken"}
    carried = [(key, text) for key, texts in request.POST.lists() if key not in left_out for text in texts]
    return _page(request, request.get_full_path(), carried, problem)


def _page(request: HttpRequest, action: str, carried: list[tuple[str, str]], problem: str | None) -> HttpResponse:
    error = {
        None: "",
        "wrong_password": gettext("Mật khẩu không đúng."),
        "too_many_attempts": gettext("Thử quá nhiều lần. Hãy chờ một phút rồi thử lại."),
    }[problem]
    status = {None: 200, "wrong_password": 422, "too_many_attempts": 429}[problem]
    said = {"action": action, "carried": carried, "error": error}
    response = render(request, "door/reauthenticate.html", said, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def _next(request: HttpRequest) -> str:
    return local(request, request.POST.get("next") or request.GET.get("next") or "/")


urlpatterns = [
    path("dang-nhap/", SignIn.as_view(), name="sign-in"),
    path("dang-nhap/", SignIn.as_view(), name="account_login"),  # the names that allauth asks for
    path("dang-xuat/", sign_out, name="sign-out"),
    path("dang-xuat/", sign_out, name="account_logout"),
    path("quen-mat-khau/", forgotten, name="forgotten"),
    path("doi-mat-khau/", password, name="password"),
    path("xac-thuc-lai/", reauthenticate, name="reauthenticate"),
    path("xac-thuc-lai/", reauthenticate, name="account_reauthenticate"),
]
