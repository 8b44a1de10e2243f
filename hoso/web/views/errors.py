"""Pages that say no: what happened, why, and what to do next, with the right status."""

import sys
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from hoso.base import problems
from hoso.base.errors import Refused
from hoso.web import refusals

PAGES: dict[int, tuple[object, object]] = {
    400: (_("Yêu cầu không đọc được"), _("Địa chỉ hoặc dữ liệu gửi lên có ký tự không hợp lệ.")),
    403: (_("Bạn không có quyền làm việc này"), _("Việc này chỉ dành cho người được giao quyền ở cơ quan đó.")),
    404: (_("Không tìm thấy trang"), _("Địa chỉ không đúng, trang đã chuyển đi, hoặc bạn không được xem.")),
    405: (_("Địa chỉ này không nhận thao tác đó"), _("Trang này chỉ mở được bằng nút hoặc liên kết dẫn đến nó.")),
    409: (_("Chưa làm được việc này"), _("Tình trạng hiện tại không cho phép.")),
    411: (_("Yêu cầu thiếu độ dài"), _("Yêu cầu phải nói trước độ dài của dữ liệu gửi lên.")),
    413: (
        _("Gửi lên quá lớn"),
        _("Tệp hoặc biểu mẫu vượt quá mức mà trang này nhận. Hãy quét lại nhẹ hơn, hoặc gửi từng tệp một."),
    ),
    414: (_("Địa chỉ quá dài"), _("Địa chỉ dài hơn mức máy chủ đọc. Hãy mở trang từ danh mục rồi tìm lại.")),
    422: (_("Dữ liệu chưa dùng được"), _("Một giá trị gửi lên không đúng dạng.")),
    429: (_("Thử quá nhiều lần"), _("Hãy chờ vài phút rồi thử lại. Quên mật khẩu: liên hệ quản trị viên của cơ quan.")),
    500: (_("Hệ thống gặp lỗi"), _("Lỗi đã được ghi lại. Bản nháp đã lưu vẫn còn. Hãy thử lại sau ít phút.")),
    503: (_("Hệ thống tạm ngừng"), _("Cơ sở dữ liệu chưa sẵn sàng. Bản nháp đã lưu vẫn còn. Hãy thử lại sau ít phút.")),
}
# The same for programs: the word of a status where no refusal of the domain has one.
CODES = {
    400: "bad_request",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    411: "length_required",
    413: "request_too_large",
    414: "address_too_long",
    422: "unprocessable",
    429: "too_many_attempts",
    500: "broken",
    503: "unavailable",
}


def page(request: HttpRequest, status: int, *, title: object = "", sentence: object = "", **more: Any) -> HttpResponse:
    """The page of a status, or for htmx the part that says the same above the page."""
    own_title, own_sentence = PAGES[status]
    said = {"status": status, "title": title or own_title, "sentence": sentence or own_sentence, **more}
    if request.path.startswith("/api/"):
        return problems.problem(status, str(more.get("code", "")) or CODES[status])
    if "HX-Request" in request.headers:
        headers = {"HX-Retarget": "#refusal", "HX-Reswap": "innerHTML show:top"}
        return HttpResponse(render_to_string("parts/refused.html", said), status=status, headers=headers)
    with transaction.atomic() if getattr(request, "signed_in", False) else nullcontext():  # the view's has ended
        return render(request, "error.html", said | {"back": _back(request)}, status=status)


def bare(request: HttpRequest, status: int, **more: Any) -> HttpResponse:
    """The same without a look at the database: it may be the reason."""
    if request.path.startswith("/api/"):
        return problems.problem(status, CODES[status])
    title, sentence = PAGES[status]
    said = {"status": status, "title": title, "sentence": sentence, "bare": True, "LANGUAGE_CODE": _language(request)}
    said |= more
    name = "parts/refused.html" if "HX-Request" in request.headers else "error.html"
    return HttpResponse(render_to_string(name, said), status=status)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """What the domain refused, in a sentence for people."""
    if request.path.startswith("/api/"):
        return problems.refused(error)
    listed = [each[1] if isinstance(each, tuple) else each for each in getattr(error, "problems", ())]
    return page(
        request, error.status, sentence=refusals.sentence(error.code, error.said), problems=listed, code=error.code
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for what is too large."""
    large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return page(request, 413 if large else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(request, 403)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere."""
    return page(
        request,
        403,
        code="csrf",
        title=_("Biểu mẫu đã hết hiệu lực"),
        sentence=_("Trang được mở quá lâu hoặc bạn đã đăng nhập lại ở nơi khác. Mở lại trang rồi gửi lần nữa."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return page(request, 404)


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """405, with the methods that are taken."""
    response = page(request, 405)
    response["Allow"] = allowed
    return response


def unprocessable(request: HttpRequest) -> HttpResponse:
    """422."""
    return page(request, 422)


def too_many(request: HttpRequest) -> HttpResponse:
    """429."""
    return page(request, 429)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database was away before any view began."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return bare(
        request, 500, advice=_("Khi báo lỗi, hãy nêu mã %(code)s.") % {"code": getattr(request, "reference", "-")}
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503."""
    response = bare(request, 503)
    response["Retry-After"] = "60"
    return response


def _back(request: HttpRequest) -> str:
    """The page they came from, if it is one of ours and not this one."""
    try:
        from_where, host = urlsplit(request.headers.get("Referer", "")), request.get_host()
    except (ValueError, DisallowedHost):  # whoever writes such a line gets no way back
        return ""
    same = request.method == "GET" and from_where.path == request.path
    if from_where.netloc != host or same or from_where.path.startswith("//"):
        return ""
    return from_where.path + (f"?{from_where.query}" if from_where.query else "")


def _language(request: HttpRequest) -> str:
    return getattr(request, "LANGUAGE_CODE", None) or "vi"
