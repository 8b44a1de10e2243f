"""Small things of the shell: size of the text, language, the rules behind the demands, accessibility."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from hoso.regulation import rules
from hoso.web import context
from hoso.web.http import Request

PUBLIC = {"text-size", "language", "law", "accessibility", "security"}


def local(request: HttpRequest, address: str) -> str:
    """The address if it is a page of this site, else the home page."""
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else "/"


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Keep the size of the text for a year, on this device."""
    response = HttpResponseRedirect(local(request, request.POST.get("next", "/")))
    size = request.POST.get("co-chu", "")
    if size in context.SIZES:
        response.set_cookie(
            context.SIZE_COOKIE, size, max_age=31_536_000, httponly=True, samesite="Lax", secure=settings.HOSO_TLS
        )
    return response


@require_GET
def law(request: Request) -> HttpResponse:
    """Every rule of this node's profile: the value in force today, its article, since when."""
    code, today = context.node(request)["profile"], request.today
    found = []
    for rule, title in rules.RULES.items():
        try:
            found.append((rule, title, rules.value(rule, on=today, code=code)))
        except LookupError:
            continue
    return render(request, "shell/law.html", {"rules": found})


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """How this site can be used, and whom to tell when it cannot."""
    return render(request, "shell/accessibility.html")


@require_GET
def security(request: Request) -> HttpResponse:
    """Whom to tell about a weakness (RFC 9116); the node names somebody by HOSO_SECURITY_CONTACT."""
    if not settings.HOSO_SECURITY_CONTACT:
        raise Http404
    until = (request.at + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    said = {
        "Contact": settings.HOSO_SECURITY_CONTACT,
        "Expires": until.isoformat(),
        "Preferred-Languages": "vi, en",
        "Canonical": request.build_absolute_uri(request.path),
    }
    text = "".join(f"{name}: {value}\n" for name, value in said.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path(".well-known/security.txt", security, name="security"),
    path("giao-dien/co-chu/", text_size, name="text-size"),
    path("giao-dien/ngon-ngu/", set_language, name="language"),
    path("can-cu/", law, name="law"),
    path("tiep-can/", accessibility, name="accessibility"),
]
