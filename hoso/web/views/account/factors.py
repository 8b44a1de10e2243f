"""Second factors: an authenticator app, passkeys, recovery codes."""

import json
from typing import Any

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth as passkeys
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions, factors
from hoso.access.allauth import passkeys_work, state
from hoso.base import downloads
from hoso.base.errors import Refused
from hoso.web.http import Request
from hoso.web.views.account.again import onward, reauthenticated, require_reauthentication


@require_GET
def choose(request: Request) -> HttpResponse:
    """Which kind of factor to add; the first page of somebody who must have one."""
    said = {
        "obliged": state.missing(request) == state.ENROL_FACTOR,
        "with_app": factors.TOTP not in factors.kinds(request.user),
        "with_passkey": passkeys_work(request),
        "next": onward(request),
    }
    return render(request, "door/factors.html", said)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add_totp(request: Request) -> HttpResponse:
    """Show a new secret as a picture and as text, and take the first code as a proof that it has arrived."""
    if asked := _ask_before_adding(request):
        return asked
    error = ""
    if request.method == "POST" and (secret := state.new_app(request, anew=False)):
        fresh = state.prove_app(request, request.POST.get("ma", ""))
        if fresh is not None:
            return _added(request, fresh_codes=fresh)
        error = _("Mã không đúng. Hãy nhập mã đang hiện trên điện thoại; nếu vẫn sai, kiểm tra giờ của điện thoại.")
    else:
        secret = state.new_app(request, anew=True)
    address = get_adapter().build_totp_url(request.user, secret)
    said = {
        "picture": _picture(address),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "error": error,
        "obliged": state.missing(request) == state.ENROL_FACTOR,
        "next": onward(request),
    }
    return render(request, "door/add_totp.html", said, status=422 if error else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add_passkey(request: Request) -> HttpResponse:
    """Register a passkey: the browser's own dialogue, so this page alone needs JavaScript."""
    if asked := _ask_before_adding(request):
        return asked
    error = ""
    if request.method == "POST":
        name = " ".join(request.POST.get("ten", "").split())[:60] or _("Khóa truy cập")
        try:
            credential = json.loads(request.POST.get("khoa", ""))
            passkeys.parse_registration_response(credential)
            passkeys.complete_registration(credential)
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
            error = _("Thiết bị chưa tạo được khóa truy cập. Hãy thử lại.")
        else:
            fresh = actions.add_passkey(request.user, name=name, credential=credential, by=request.user, at=request.at)
            state.note_enrolled(request, factors.PASSKEY)
            state.close_others(request)
            return _added(request, fresh_codes=fresh)
    options = passkeys.begin_registration(request.user, passwordless=False) if passkeys_work(request) else None
    said = {
        "options": json.dumps(options) if options else "",
        "error": error,
        "obliged": state.missing(request) == state.ENROL_FACTOR,
        "next": onward(request),
    }
    return render(request, "door/add_passkey.html", said, status=422 if error else 200)


@require_POST
def passkey_options(request: Request) -> HttpResponse:
    """What the browser's dialogue needs to ask a passkey for an answer: at the second factor, or to show it again."""
    account = state.pending(request) or (request.user if request.signed_in else None)
    if account is None or not passkeys_work(request):
        raise Refused("sign_in_first")
    return JsonResponse(passkeys.begin_authentication(account))


@reauthenticated
@require_POST
def remove(request: Request) -> HttpResponse:
    """Take one away; other sessions end."""
    chosen = request.POST.get("cach", "")
    actions.remove_factor(
        int(chosen[:18]) if chosen.isascii() and chosen.isdecimal() else 0, by=request.user, at=request.at
    )
    state.close_others(request)
    messages.success(request, _("Đã bỏ. Các phiên đăng nhập khác của bạn đã kết thúc."))
    return HttpResponseRedirect(reverse("own-security"))


@require_http_methods(["GET", "POST"])
def recovery_codes(request: Request) -> HttpResponse:
    """The codes for a lost telephone, shown until their owner says they are put away; or ten new ones."""
    asked = None if state.arrived(request) else require_reauthentication(request)
    if asked:
        return asked
    if request.method == "POST" and request.POST.get("viec") == "moi":
        actions.renew_recovery_codes(request.user, by=request.user, at=request.at)
        return HttpResponseRedirect(reverse("recovery-codes"))
    if request.method == "POST":
        actions.keep_recovery_codes(request.user, by=request.user, at=request.at)
        return HttpResponseRedirect(onward(request))
    row = factors.recovery(request.user)
    if row is None:
        return HttpResponseRedirect(reverse("own-security"))
    shown = factors.unused(row) if not row.data.get("viewed_at") else []
    if shown and "tai-ve" in request.GET:
        text = "\n".join(_halves(code) for code in shown) + "\n"
        return downloads.download(text.encode(), "text/plain; charset=utf-8", "ma-du-phong.txt")
    said = {"codes": [_halves(code) for code in shown], "left": len(factors.unused(row)), "next": onward(request)}
    return render(request, "door/recovery_codes.html", said)


def _ask_before_adding(request: Request) -> HttpResponse | None:
    """Whoever has a factor shows again that it is them; for the first one it is enough to have just signed in."""
    if state.arrived(request) and not factors.has(request.user):
        return None
    return require_reauthentication(request)


def _added(request: Request, *, fresh_codes: bool) -> HttpResponse:
    """On to the recovery codes if they are new."""
    if fresh_codes:
        return HttpResponseRedirect(reverse("recovery-codes") + f"?next={onward(request)}")
    messages.success(request, _("Đã thêm. Các phiên đăng nhập khác của bạn đã kết thúc."))
    return HttpResponseRedirect(reverse("own-security"))


def _halves(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _picture(address: str) -> dict[str, Any]:
    """The address of an authenticator app's secret as a drawing: its width, and the path of its dark squares."""
    drawn = qrcode.QRCode(border=2)
    drawn.add_data(address)
    matrix = drawn.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, here in enumerate(row) if here]
    return {"width": len(matrix), "path": "".join(dark)}
