"""What an event says, how it is marked and hashed, and how a seal chains a batch of them to the one before. Pure."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from hoso.base.canonical import canonical

GENESIS = "0" * 64

# Every act that is logged, and what it means; a test holds that code and docs know the same words.
ACTIONS = {
    "access.refused": "Bị từ chối",
    "account.created": "Lập tài khoản",
    "account.password_given": "Cấp mật khẩu",
    "accounts.loaded": "Lập nhiều tài khoản",
    "account.activated": "Kích hoạt tài khoản",
    "account.code_given": "Cấp mã dùng một lần",
    "account.codes_voided": "Hủy mã dùng một lần",
    "account.ended": "Chấm dứt tài khoản",
    "account.extended": "Gia hạn tài khoản",
    "account.handed": "Bàn giao tài khoản cơ quan",
    "account.recovered": "Cấp lại mã cho tài khoản",
    "account.request_declined": "Không lập tài khoản theo đề nghị",
    "account.request_met": "Lập tài khoản theo đề nghị",
    "account.requested": "Đề nghị lập tài khoản",
    "account.restored": "Khôi phục tài khoản",
    "account.restricted": "Hạn chế tài khoản",
    "account.second_asked": "Đề nghị người thứ hai xác nhận việc với tài khoản",
    "account.second_decided": "Người thứ hai quyết định việc với tài khoản",
    "account.suspended": "Tạm khóa tài khoản",
    "account.signed_in": "Đăng nhập",
    "account.refused": "Đăng nhập không thành công",
    "account.signed_out": "Đăng xuất",
    "account.password_changed": "Đổi mật khẩu",
    "account.shut": "Tạm từ chối đăng nhập vì thử sai quá nhiều lần",
    "account.unlocked": "Mở khóa đăng nhập",
    "account.new_device": "Đăng nhập từ thiết bị mới",
    "account.session_ended": "Kết thúc một phiên đăng nhập",
    "account.sessions_closed": "Kết thúc mọi phiên đăng nhập",
    "attachment.added": "Tải minh chứng lên",
    "attachment.read": "Xem minh chứng",
    "basis.kept": "Lưu văn bản làm căn cứ",
    "basis.read": "Xem văn bản làm căn cứ",
    "certificate.registered": "Đăng ký chứng thư số",
    "consent.given": "Đồng ý cho đọc hồ sơ",
    "consent.agreed": "Người có hồ sơ đồng ý",
    "consent.refused": "Người có hồ sơ không đồng ý",
    "consent.withdrawn": "Rút đồng ý cho đọc hồ sơ",
    "change.drafted": "Mở bản nháp",
    "change.handed": "Chuyển bản nhập thay cho người có hồ sơ xem lại",
    "change.submitted": "Nộp đề nghị",
    "change.taken": "Nhận kiểm tra",
    "change.released": "Thôi kiểm tra",
    "change.accepted": "Chấp nhận",
    "change.returned": "Trả lại",
    "change.withdrawn": "Rút đề nghị",
    "change.evidence_removed": "Bỏ minh chứng khỏi bản nháp",
    "change.evidence_supports": "Ghi lại minh chứng chứng minh cho mục nào",
    "duties.exported": "Tải danh sách thời hạn",
    "error.answered": "Trả lời báo sai sót",
    "error.reported": "Báo sai sót",
    "grant.delegated": "Ủy quyền",
    "factor.added": "Thêm cách xác thực lớp hai",
    "factor.removed": "Bỏ cách xác thực lớp hai",
    "factor.reset": "Xóa mọi cách xác thực lớp hai",
    "factor.codes_renewed": "Lập lại mã dự phòng",
    "factor.code_used": "Dùng mã dự phòng",
    "grant.given": "Giao quyền",
    "grant.ended": "Chấm dứt quyền",
    "grant.away": "Ghi thời gian vắng mặt",
    "keys.rotation_begun": "Bắt đầu thay khóa bọc",
    "keys.rewrapped": "Bọc lại một loạt khóa dữ liệu",
    "keys.rotation_ended": "Thay xong khóa bọc",
    "keys.retired": "Đưa khóa bọc cũ ra khỏi chùm khóa",
    "list.read": "Xem danh sách",
    "log.exported": "Xuất nhật ký",
    "log.read": "Xem nhật ký",
    "node.created": "Tạo nút",
    "organization.created": "Lập cơ quan, đơn vị",
    "organization.renamed": "Đổi tên cơ quan, đơn vị",
    "people.loaded": "Ghi nhận nhiều người",
    "person.added": "Ghi nhận người",
    "employment.begun": "Bắt đầu quản lý",
    "record.opened": "Mở hồ sơ",
    "records.loaded": "Nạp nhiều phiên bản",
    "record.versioned": "Lưu phiên bản",
    "record.read": "Xem hồ sơ",
    "record.revealed": "Mở giá trị được bảo vệ",
    "record.compared": "So sánh phiên bản",
    "record.printed": "In hồ sơ",
    "record.probed": "Gõ vào chỗ có giá trị được bảo vệ mà không xem được",
    "round.opened": "Mở kỳ phê duyệt",
    "round.confirmed": "Xác nhận tháng",
    "round.sent_back": "Chưa xác nhận, trả lại",
    "manifest.built": "Lập bảng kê",
    "manifest.signed": "Ký số bảng kê",
    "manifest.sealed": "Đóng dấu cơ quan lên bảng kê",
    "manifest.exported": "Xuất bảng kê",
    "demo.seeded": "Nạp dữ liệu minh họa",
}

# What the person of a record sees under “ai đã xem”.
LOOKS = ("record.read", "record.revealed", "record.compared", "record.printed", "record.probed", "attachment.read")

SEALED = (
    "id",
    "at",
    "action",
    "account",
    "behind",
    "person",
    "role",
    "basis",
    "organization",
    "object",
    "purpose",
    "data",
    "mark",
)
MARKED = frozenset(SEALED) - {"id", "mark"}  # the number of an event is not known when it is marked
NONCE, TAG = 9, 15  # bytes of a mark; 32 letters


def moment(at: datetime) -> str:
    """A moment as it is hashed: UTC, always six decimals."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def said(event: Mapping[str, Any]) -> dict[str, Any]:
    """What a seal covers of an event: what is blank, or came into the log later, is not said."""
    return {name: event[name] for name in SEALED if event[name] != ""}


def event_digest(event: Mapping[str, Any]) -> str:
    """SHA-256 of what one event says, in the one canonical spelling."""
    return hashlib.sha256(canonical(said(event))).hexdigest()


def mark(key: bytes, event: Mapping[str, Any], nonce: bytes = b"") -> str:
    """The application's mark on an event, different each time: whoever owns the database alone cannot make one."""
    nonce = nonce or os.urandom(NONCE)
    text = canonical({name: value for name, value in said(event).items() if name in MARKED})
    return base64.urlsafe_b64encode(nonce + hmac.digest(key, nonce + text, "sha256")[:TAG]).decode()


def is_marked(key: bytes, event: Mapping[str, Any]) -> bool:
    """Whether an event bears the mark of this application, and says what it said then."""
    try:
        nonce = base64.urlsafe_b64decode(event["mark"])[:NONCE]
        return len(nonce) == NONCE and hmac.compare_digest(mark(key, event, nonce), event["mark"])
    except (TypeError, ValueError):
        return False


def root(digests: Iterable[str]) -> str:
    """SHA-256 over the digests of a batch, in the order of their ids."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(bytes.fromhex(digest))
    return whole.hexdigest()


def seal_digest(number: int, count: int, at: datetime, root_: str, previous: str) -> str:
    """What a seal says of its batch and of the seal before it; this is what is signed."""
    link = {"number": number, "count": count, "at": moment(at), "root": root_, "previous": previous}
    return hashlib.sha256(canonical(link)).hexdigest()
