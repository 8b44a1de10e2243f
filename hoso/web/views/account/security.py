"""What one sees of one's own sign-ins: factors, sessions, devices."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hoso.access import actions, devices, factors, policy
from hoso.access.allauth import browser, state
from hoso.web.http import Request
from hoso.web.views.account.again import onward


@require_GET
def security(request: Request) -> HttpResponse:
    """Password, second factors, recovery codes, open sessions, known devices."""
    account = request.user
    held = factors.of(account)
    codes = factors.recovery(account)
    obliged = policy.sees_others(account, on=request.today)
    said = {
        "factors": held,
        "may_remove": not (obliged and len(held) == 1),
        "obliged": obliged,
        "codes_left": len(factors.unused(codes)) if codes else None,
        "sessions": [
            (session, devices.label(session.user_agent), session.session_key == request.session.session_key)
            for session in devices.sessions(account)
        ],
        "devices": devices.of(account, here=browser.token(request)),
    }
    return render(request, "door/security.html", said)


@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """End one session, or all others."""
    one = request.POST.get("phien", "")
    if one.isascii() and one.isdecimal():
        actions.end_session(int(one[:18]), by=request.user, at=request.at)
        messages.success(request, _("Đã kết thúc phiên đăng nhập."))
    else:
        state.close_others(request)
        messages.success(request, _("Đã kết thúc mọi phiên đăng nhập khác."))
    return HttpResponseRedirect(reverse("own-security"))


@require_POST
def see_devices(request: Request) -> HttpResponse:
    """The new devices were the owner's own."""
    actions.see_devices(here=browser.token(request), by=request.user, at=request.at)
    return HttpResponseRedirect(onward(request))
