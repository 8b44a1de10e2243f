"""What a refusal says to a person: one sentence for each code of the domain, with what it mentions."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, object] = {
    # access
    "not_allowed": _("Bạn không được giao quyền làm việc này ở đây."),
    "account_exists": _("Số định danh hoặc tên này đã có tài khoản."),
    "same_password": _("Mật khẩu mới phải khác mật khẩu đang dùng."),
    "no_such_role": _("Không có vai trò này."),
    "basis_missing": _("Thiếu số văn bản làm căn cứ giao quyền."),
    "reauthenticate": _("Hãy nhập lại mật khẩu trước khi làm việc này."),
    # orgs, people
    "no_such_organization": _("Không có cơ quan, đơn vị mang mã %(code)s."),
    "no_node": _("Hệ thống chưa được khởi tạo. Quản trị viên chạy lệnh hoso init."),
    "no_employment": _("Người này hiện không công tác tại cơ quan nào."),
    # the month
    "window_not_open": _("Chưa đến kỳ: việc này chỉ làm được trong những ngày cuối tháng."),
    "window_closed": _("Đã hết kỳ của tháng này."),
}
UNKNOWN = _("Quy định hoặc tình trạng hiện tại không cho phép việc này (%(code)s).")


def sentence(code: str, said: Mapping[str, Any]) -> str:
    """The sentence of a code; a plain one with the code itself for a code that has none."""
    text = str(SENTENCES.get(code, UNKNOWN))
    try:
        return text % {"code": code, **said}
    except (KeyError, TypeError, ValueError):
        return gettext("Không thực hiện được (%(code)s).") % {"code": code}
