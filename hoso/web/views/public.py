"""What anybody may do without signing in: check a signed manifest. Nothing that is sent is kept."""

from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hoso.approvals import queries
from hoso.approvals.verifying import MOST_BYTES, Verified, digest_of, verify
from hoso.signing import queries as signing
from hoso.signing.pades import SEAL
from hoso.signing.verify import Signature
from hoso.web.http import Request
from hoso.web.uploads import takes
from hoso.web.views import errors

PUBLIC = {"verify-file"}
RATE = {"verify_file": "20/m/ip"}

VERDICTS: dict[str, tuple[Any, Any]] = {
    "valid": (
        gettext_lazy("Bảng kê hợp lệ"),
        gettext_lazy("Đủ hai chữ ký của lãnh đạo và cơ quan; nội dung không bị sửa từ khi ký."),
    ),
    "incomplete": (
        gettext_lazy("Bảng kê chưa đủ chữ ký"),
        gettext_lazy("Chữ ký có trong tệp hợp lệ, nhưng còn thiếu dấu của cơ quan nên bảng kê chưa có hiệu lực."),
    ),
    "invalid": (
        gettext_lazy("Tệp không hợp lệ"),
        gettext_lazy("Không dùng tệp này làm căn cứ. Lý do ghi ở dưới."),
    ),
    "unsigned": (
        gettext_lazy("Tệp chưa được ký số"),
        gettext_lazy("Tệp đọc được nhưng không có chữ ký số nào."),
    ),
    "unreadable": (
        gettext_lazy("Không đọc được tệp"),
        gettext_lazy("Tệp không phải PDF, bị hỏng, có mật khẩu hoặc quá lớn."),
    ),
}
REASONS: dict[str, Any] = {
    "altered": gettext_lazy("Nội dung đã bị sửa sau khi ký."),
    "untrusted": gettext_lazy("Chứng thư số không do đơn vị mà hệ thống tin cậy cấp."),
    "revoked": gettext_lazy("Chứng thư số đã bị thu hồi trước khi ký."),
    "expired": gettext_lazy("Chứng thư số không còn hoặc chưa có hiệu lực khi ký."),
    "revocation_unknown": gettext_lazy("Không có danh sách thu hồi còn hiệu lực để kiểm tra chứng thư số."),
    "no_coverage": gettext_lazy("Chữ ký không bao trùm toàn bộ tệp."),
    "no_manifest": gettext_lazy("Chữ ký đúng nhưng tệp không phải bảng kê hồ sơ của hệ thống này."),
    "seal_missing": gettext_lazy("Thiếu dấu của cơ quan."),
    "not_signed": gettext_lazy("Không có chữ ký số."),
    "not_pdf": gettext_lazy("Không phải tệp PDF."),
    "encrypted_pdf": gettext_lazy("Tệp PDF có mật khẩu."),
    "too_large": gettext_lazy("Tệp lớn hơn 60 MB."),
    "damaged": gettext_lazy("Tệp bị hỏng."),
}


@takes(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def verify_file(request: Request) -> HttpResponse:
    """Choose a PDF, read whether it holds; with a digest, whether it covers that version of a record."""
    typed = (request.POST.get("ma") or request.GET.get("ma") or "").strip()[:200]
    told: dict[str, Any] = {"typed": typed, "most": MOST_BYTES // 1024 // 1024, "problems": []}
    if request.method == "GET":
        return render(request, "public/verify.html", told)
    if not ratelimit.consume(request, app="allauth.account", action="verify_file", config=RATE):
        return errors.too_many(request)
    file = request.FILES.get("tep")
    if file is None:
        told["problems"].append(("tep", _("Chưa chọn tệp.")))
    if typed and not digest_of(typed):
        told["problems"].append(("ma", _("Mã băm gồm đúng 64 ký tự từ 0 đến 9 và từ a đến f.")))
    if file is None or told["problems"]:
        return render(request, "public/verify.html", told, status=422)
    pdf = bytes(file.read(MOST_BYTES + 1))  # one byte more tells that it is too large
    found = verify(pdf, trust=signing.trust(), at=request.at, digest=typed)
    return render(request, "public/result.html", told | _result(request, found))


def _result(request: Request, found: Verified) -> dict[str, Any]:
    title, sentence = VERDICTS[found.verdict]
    known = queries.known(found.examination.sha256)
    return {
        "found": found,
        "title": title,
        "sentence": sentence,
        "at": request.at,
        "reasons": [REASONS.get(code, code) for code in found.codes],
        "signatures": [_signature(each) for each in found.signatures],
        "known": known is not None,
        "initials": ". ".join(word[0].upper() for word in found.covered.name.split()) + "." if found.covered else "",
    }


def _signature(each: Signature) -> dict[str, Any]:
    return {
        "who": each.who,
        "seal": each.field == SEAL,
        "good": each.good,
        "at": each.proven_at or each.claimed_at,
        "proven": each.proven_at is not None,
        "reasons": [REASONS.get(code, code) for code in each.problems],
    }


urlpatterns = [path("xac-minh/", verify_file, name="verify-file")]
