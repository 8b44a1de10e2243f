"""Signing in, the second factor, signing out."""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import factors
from hoso.access.allauth import Adapter, SignInForm, oidc, passkeys_work, state, too_many
from hoso.web.http import Request
from hoso.web.views.shell import local


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; what was typed never comes back except into its own box."""

    form_class = SignInForm
    template_name = "door/sign_in.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with its status: 422, or 429 when there were too many tries."""
        response = super().form_invalid(form)
        too_often = [
            error
            for errors in form.errors.as_data().values()
            for error in errors
            if error.code == "too_many_login_attempts"
        ]
        response.status_code = 429 if too_often else 422
        if too_often:
            response.headers["Retry-After"] = str(too_often[0].params["wait"])
        return response  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the identity providers of this node."""
        said: dict[str, Any] = super().get_context_data(**kwargs)
        return said | {"providers": oidc.names()}


@require_GET
def to_provider(request: Request, provider_id: str) -> HttpResponse:
    """Go to an identity provider to sign in; or, signed in, to show there again that it is still you."""
    again = request.signed_in and not state.missing(request)
    return oidc.begin(request, provider_id, onward=local(request, request.GET.get("next", "/")), again=again)


@require_GET
def from_provider(request: Request, provider_id: str) -> HttpResponse:
    """Come back from there."""
    return oidc.finish(request, provider_id)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, or a sign-in that waits for its second factor, and say so."""
    state.give_up(request)
    Adapter(request).logout(request)
    return HttpResponseRedirect(reverse("sign-in"), headers={"Clear-Site-Data": '"cache", "storage"'})


@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """There is no reset by e-mail: whom to go to."""
    return render(request, "door/forgotten.html")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request: Request) -> HttpResponse:
    """After the password, a code or a passkey; whoever is neither waiting nor short of one has no business here."""
    waiting = state.pending(request)
    account = waiting or (request.user if state.missing(request) == state.SECOND_FACTOR else None)
    if account is None:
        return HttpResponseRedirect("/" if request.signed_in else reverse("sign-in"))
    no = None
    if request.method == "POST":
        no = state.answer_factor(
            request, account, code=request.POST.get("ma", ""), passkey=request.POST.get("khoa", "")
        )
        if no is None:
            after = local(request, request.POST.get("next", "/"))
            return state.enter(request) if waiting else HttpResponseRedirect(after)
    held = factors.kinds(account)
    said = {
        "error": why_not(no),
        "with_code": bool(held & {factors.TOTP, factors.RECOVERY}),
        "with_app": factors.TOTP in held,
        "with_passkey": factors.PASSKEY in held and passkeys_work(request),
        "next": local(request, request.POST.get("next") or request.GET.get("next") or "/"),
    }
    return answered(render(request, "door/second_factor.html", said), no)


def why_not(no: state.No | None) -> str:
    """What to say to somebody who could not show that it is them."""
    if no is None:
        return ""
    if no.reason == "too_many_attempts":
        return too_many(no.wait)
    return _("Mật khẩu không đúng.") if no.reason == "wrong_password" else _("Mã không đúng hoặc đã dùng rồi.")


def answered(response: HttpResponse, no: state.No | None) -> HttpResponse:
    """The page with its status: 422 for what was wrong, 429 with the time to wait."""
    if no is not None:
        response.status_code = 429 if no.wait else 422
        if no.wait:
            response.headers["Retry-After"] = str(no.wait)
    return response
