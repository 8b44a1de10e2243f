"""Showing again that it is still you, before what counts: signing, granting, taking many records away."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hoso.access import factors
from hoso.access.allauth import oidc, passkeys_work, state
from hoso.web.views.account.door import answered, why_not
from hoso.web.views.shell import local

View = Callable[..., HttpResponseBase]
SHOWN = ("mat-khau", "ma", "khoa")  # password, code, the answer of a passkey


def require_reauthentication(request: HttpRequest) -> HttpResponse | None:
    """None if it was shown in the last 5 minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT); else the page that asks.

    The page of a POST carries its fields and sends them on together with what is shown, so nothing is ticked twice and
    nothing is kept in the session. A page with files must ask before, at its GET.
    """
    if state.confirmed(request):
        return None
    no = None
    if request.method == "POST" and any(name in request.POST for name in SHOWN):
        no = _confirm(request)
        if no is None:
            return None
    return _ask(request, no)


def reauthenticated(view: View) -> View:
    """Decorator for views that sign, grant or export: see `require_reauthentication`."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return require_reauthentication(request) or view(request, *args, **kwargs)

    return inner


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Ask, then go on to `next`."""
    no = None
    if request.method == "POST":
        no = _confirm(request)
        if no is None:
            return HttpResponseRedirect(local(request, request.POST.get("next", "/")))
    return _page(request, reverse("reauthenticate"), [("next", onward(request))], no)


def onward(request: HttpRequest) -> str:
    """The page of this site to go to afterwards."""
    return local(request, request.POST.get("next") or request.GET.get("next") or "/")


def _confirm(request: HttpRequest) -> state.No | None:
    given = request.POST
    return state.confirm(
        request, password=given.get("mat-khau", ""), code=given.get("ma", ""), passkey=given.get("khoa", "")
    )


def _ask(request: HttpRequest, no: state.No | None) -> HttpResponse:
    if request.method != "POST" or request.FILES:
        wanted = request.get_full_path() if request.method != "POST" else request.headers.get("Referer", "/")
        return _page(request, reverse("reauthenticate"), [("next", local(request, wanted))], no)
    left_out = {*SHOWN, "csrfmiddlewaretoken"}
    carried = [(key, text) for key, texts in request.POST.lists() if key not in left_out for text in texts]
    return _page(request, request.get_full_path(), carried, no)


def _page(request: HttpRequest, action: str, carried: list[tuple[str, str]], no: state.No | None) -> HttpResponse:
    account = request.user
    held = factors.kinds(account)  # type: ignore[arg-type]
    said = {
        "action": action,
        "carried": carried,
        "error": why_not(no),
        "wrong": no.reason if no else "",
        "with_password": account.has_usable_password(),  # type: ignore[union-attr]
        "with_code": bool(held & {factors.TOTP, factors.RECOVERY}),
        "providers": [each for each in oidc.names() if each[0] == state.provider(request)],
        "onward": dict(carried).get("next") or local(request, request.headers.get("Referer", "/")),
        "with_passkey": factors.PASSKEY in held and passkeys_work(request),
    }
    response = answered(render(request, "door/reauthenticate.html", said), no)
    response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response
