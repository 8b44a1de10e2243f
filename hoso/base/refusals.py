"""What a refusal says to a person: one sentence for each code of the domain, with what it mentions.

`%(name)s` is filled from what the refusal said (`Refused(code, name=…)`). A test holds that every code has a sentence.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, object] = {
    # accounts, grants, certificates
    "not_allowed": _("Bạn không được giao quyền làm việc này ở đây."),
    "account_exists": _("Số định danh hoặc tên này đã có tài khoản."),
    "account_has_no_person": _("Tài khoản này không gắn với một người nên không có hồ sơ riêng."),
    "no_such_account": _("Không có tài khoản này."),
    "code_missing": _("Hãy ghi mã."),
    "name_missing": _("Hãy ghi tên."),
    "factor_exists": _("Tài khoản đã có cách xác thực này."),
    "no_factor": _("Hãy thêm một cách xác thực lớp hai trước."),
    "no_such_factor": _("Không có cách xác thực này."),
    "no_such_session": _("Phiên đăng nhập này đã kết thúc."),
    "last_factor": _("Tài khoản được xem hồ sơ người khác phải giữ ít nhất một cách xác thực lớp hai."),
    "same_password": _("Mật khẩu mới phải khác mật khẩu đang dùng."),
    "no_such_role": _("Không có vai trò này."),
    "basis_missing": _("Thiếu số văn bản làm căn cứ."),
    "no_such_consent": _("Không có văn bản đồng ý này, hoặc bạn không được xem."),
    "reads_own_already": _("Người này đọc hồ sơ của chính mình, không cần đồng ý."),
    "no_section_chosen": _("Hãy chọn ít nhất một phần của hồ sơ."),
    "consent_purpose_missing": _("Hãy ghi mục đích đọc."),
    "consent_file_missing": _("Đồng ý phải bằng văn bản: hãy tải bản quét của văn bản lên."),
    "consent_needs_no_answer": _("Văn bản này phục vụ công tác cán bộ, không cần người có hồ sơ trả lời."),
    "not_yours_to_withdraw": _("Văn bản này do cơ quan quản lý đồng ý; hãy đề nghị cơ quan rút."),
    "answered_already": _("Văn bản đồng ý này đã được trả lời hoặc không còn chờ trả lời."),
    "wider_rights": _("Tài khoản này có quyền rộng hơn quyền của bạn."),
    "head_delegates": _("Quyền thay thủ trưởng do chính thủ trưởng ủy quyền bằng văn bản."),
    "no_such_grant": _("Không có quyền này, hoặc bạn không được xử lý."),
    "ended_already": _("Việc này đã hết hiệu lực."),
    "last_day_missing": _("Hãy ghi ngày cuối cùng."),
    "begins_in_the_past": _("Ngày bắt đầu đã qua."),
    "ends_before_it_begins": _("Ngày cuối phải sau ngày đầu."),
    "delegate_named_person": _("Chỉ ủy quyền cho một người cụ thể, qua tài khoản cá nhân đang dùng của người đó."),
    "other_head_there": _("Cơ quan này có thủ trưởng riêng xác nhận; bạn không ủy quyền được ở đó."),
    "outlives_the_head": _("Ủy quyền không được dài hơn thời hạn giữ chức của người ủy quyền."),
    "delegated_already": _("Người này đang được ủy quyền trong thời gian đó."),
    "basis_not_yet": _("Ngày của văn bản làm căn cứ chưa đến."),
    "no_such_basis": _("Không có văn bản này, hoặc bạn không được xem."),
    "certificate_known": _("Chứng thư số này đã được đăng ký."),
    "not_a_certificate": _("Tệp này không phải chứng thư số (cần tệp .cer, .crt hoặc .pem)."),
    # programs
    "sign_in_first": _("Bạn cần đăng nhập."),
    "change_password_first": _("Hãy đổi mật khẩu lần đầu trên trang web rồi tiếp tục."),
    "second_factor_first": _("Còn bước xác thực lớp hai: mã trên điện thoại hoặc mã dự phòng."),
    "enrol_factor_first": _("Tài khoản được xem hồ sơ người khác phải có xác thực hai lớp. Hãy thêm rồi tiếp tục."),
    "password_again": _("Việc này cần xác thực lại: mật khẩu, hoặc mã trên điện thoại."),
    "wrong_code": _("Mã không đúng hoặc đã dùng rồi."),
    "wrong_password": _("Mật khẩu không đúng."),
    "wrong_sign_in": _("Số định danh, tên tài khoản hoặc mật khẩu không đúng."),
    "too_many_attempts": _("Thử quá nhiều lần. Hãy chờ vài phút rồi thử lại."),
    "csrf": _("Thiếu mã chống giả mạo, hoặc mã đã hết hiệu lực."),
    "bad_request": _("Địa chỉ hoặc dữ liệu gửi lên có ký tự không hợp lệ."),
    "not_found": _("Không có địa chỉ này."),
    "method_not_allowed": _("Địa chỉ này không nhận phương thức đó."),
    "length_required": _("Yêu cầu phải nói trước độ dài của dữ liệu gửi lên."),
    "request_too_large": _("Tệp hoặc biểu mẫu vượt quá mức cho phép. Mỗi tệp tối đa 20 MB."),
    "address_too_long": _("Địa chỉ dài hơn mức máy chủ đọc. Hãy mở trang từ danh mục rồi tìm lại."),
    "wrong_content_type": _("Kiểu dữ liệu gửi lên không phải kiểu mà địa chỉ này nhận."),
    "bad_cursor": _("Vị trí trong danh sách không đúng."),
    "unprocessable": _("Một giá trị gửi lên không đúng dạng."),
    "conflict": _("Việc khác vừa được ghi cùng lúc. Hãy mở lại trang rồi thử lại."),
    "broken": _("Lỗi đã được ghi lại. Bản nháp đã lưu vẫn còn. Hãy thử lại sau ít phút."),
    "unavailable": _("Cơ sở dữ liệu chưa sẵn sàng. Bản nháp đã lưu vẫn còn. Hãy thử lại sau ít phút."),
    # organisations, people
    "no_such_organization": _("Không có cơ quan, đơn vị mang mã %(code)s."),
    "organization_needs_parent": _("Cơ quan, đơn vị phải thuộc một cơ quan cấp trên."),
    "province_is_root": _("Tỉnh, thành phố đứng đầu cây tổ chức, không thuộc cơ quan nào."),
    "same_name": _("Tên mới giống tên hiện tại."),
    "no_node": _("Hệ thống chưa được khởi tạo. Quản trị viên chạy lệnh hoso init."),
    "node_exists": _("Hệ thống đã được khởi tạo."),
    "no_such_profile": _("Không có bộ quy định %(profile)s."),
    "no_employment": _("Người này hiện không công tác tại cơ quan nào."),
    "no_such_category": _("Không có loại đối tượng này."),
    "employed_already": _("Người này đang công tác tại một cơ quan khác."),
    "pin_known": _("Số định danh này đã có trong hệ thống."),
    "pin_not_12_digits": _("Số định danh phải có đúng 12 chữ số."),
    "pin_other_birth_year": _("Số định danh không khớp với năm sinh."),
    "pin_other_sex": _("Số định danh không khớp với giới tính."),
    # records
    "no_such_record": _("Không có hồ sơ này, hoặc bạn không được xem."),
    "no_such_version": _("Không có phiên bản này."),
    "no_such_field": _("Biểu mẫu không có mục này."),
    "no_such_form": _("Không có biểu mẫu này."),
    "record_moved_on": _("Hồ sơ đã có phiên bản mới. Mở lại trang để xem phiên bản mới nhất."),
    "document_breaks_rules": _("Hồ sơ sau khi sửa chưa đúng quy tắc của biểu mẫu."),
    "nothing_there": _("Mục này chưa có dữ liệu."),
    "purpose_missing": _("Hãy chọn mục đích mở giá trị được bảo vệ."),
    "stale_edit": _("Mục này đã được người khác sửa. Mở lại trang rồi làm tiếp."),
    # changes
    "no_such_change": _("Không có đề nghị này, hoặc bạn không được xem."),
    "no_such_report": _("Không có báo sai sót này."),
    "first_entry_waits": _("Lần nhập đầu đang chờ kiểm tra; chấp nhận xong mới sửa tiếp được."),
    "change_was_merged": _("Bản nháp này đã được gộp vào bản khác."),
    "agency_fills": _("Mục này do cơ quan nhập."),
    "person_fills": _("Mục này do người có hồ sơ khai."),
    "held_already": _("Mục này đã có dữ liệu, không phải khai lại."),
    "not_ready": _("Chưa nộp được: còn mục thiếu hoặc chưa đúng."),
    "nothing_changed": _("Chưa có gì thay đổi so với hồ sơ hiện tại."),
    "declaration_missing": _("Hãy đánh dấu lời cam đoan trước khi nộp."),
    "signature_missing": _("Cần chữ ký số cho việc này."),
    "hand_over_first": _("Bản nhập thay phải được chuyển cho người có hồ sơ xem và nộp."),
    "handed_already": _("Bản nhập thay này đã được chuyển cho người có hồ sơ."),
    "not_on_behalf": _("Đây không phải bản nhập thay."),
    "being_verified": _("Đề nghị đang được kiểm tra nên chưa rút được."),
    "taken_by_other": _("Người khác đang kiểm tra đề nghị này."),
    "take_first": _("Hãy nhận đề nghị trước khi xem."),
    "own_change": _("Người nhập hoặc nộp đề nghị không được tự kiểm tra đề nghị đó."),
    "own_record": _("Không ai tự kiểm tra, xác nhận hay ký hồ sơ của chính mình."),
    "not_decided": _("Còn mục chưa được chấp nhận hay trả lại."),
    "paper_match_missing": _("Hãy xác nhận đã đối chiếu, khớp với hồ sơ giấy."),
    "reason_missing": _("Trả lại phải có lý do."),
    "reason_code_missing": _("Hãy chọn loại lý do trả lại."),
    "text_missing": _("Hãy ghi nội dung."),
    "text_too_long": _("Nội dung quá dài."),
    # evidence and files
    "no_such_attachment": _("Không có tệp này, hoặc bạn không được xem."),
    "no_such_evidence": _("Không có minh chứng này."),
    "no_such_page": _("Tệp không có trang này."),
    "evidence_supports_nothing": _("Hãy chọn mục mà minh chứng này chứng minh."),
    "empty": _("Tệp rỗng."),
    "damaged": _("Tệp bị hỏng, không mở được. Hãy quét hoặc chụp lại."),
    "encrypted_pdf": _("Tệp PDF có mật khẩu. Hãy lưu lại không đặt mật khẩu."),
    "not_accepted_type": _("Chỉ nhận tệp PDF, JPEG hoặc PNG."),
    "too_large": _("Tệp quá lớn. Mỗi tệp tối đa 20 MB."),
    "too_many_pages": _("Tệp có quá nhiều trang."),
    "too_many_pixels": _("Ảnh quá lớn. Hãy giảm độ phân giải."),
    "file_changed": _("Tệp lưu trữ không còn nguyên vẹn. Hãy báo quản trị hệ thống."),
    # keys
    "wrapping_key_missing": _("Thiếu khóa bọc %(name)s để mở dữ liệu được mã hóa. Hãy báo quản trị hệ thống."),
    "wrapping_device_unreachable": _(
        "Chưa dùng được thiết bị giữ khóa %(token)s (%(why)s). Hãy báo quản trị hệ thống rồi thử lại sau."
    ),
    "rotation_runs": _("Việc thay khóa đang chạy ở một tiến trình khác."),
    "wrapping_key_named": _("Khóa bọc %(name)s còn được dùng cho %(count)d khóa dữ liệu nên chưa đưa ra được."),
    "transactions_running": _("Còn %(count)d giao dịch cũ chưa kết thúc. Hãy chạy lại sau ít phút."),
    "data_key_damaged": _("Khóa dữ liệu đã bị thay đổi nên không mở được. Hãy báo quản trị hệ thống."),
    "file_missing": _("Tệp lưu trữ bị thiếu. Hãy báo quản trị hệ thống."),
    # the month
    "no_such_round": _("Không có kỳ phê duyệt này."),
    "no_such_month": _("Không có tháng này."),
    "no_round": _("Kỳ của tháng này chưa được mở."),
    "no_head_level": _("Quy định của tỉnh không có bước thủ trưởng xác nhận; Sở Nội vụ ký thẳng."),
    "no_file": _("Chưa chọn tệp."),
    "month_not_begun": _("Tháng này chưa bắt đầu."),
    "round_closed": _("Kỳ phê duyệt này đã ký xong. Phần mới chuyển sang kỳ sau hoặc bảng kê bổ sung."),
    "window_not_open": _("Chưa đến kỳ: việc này chỉ làm được trong những ngày cuối tháng."),
    "window_closed": _("Đã hết kỳ của tháng này."),
    "nobody_chosen": _("Chưa chọn người nào."),
    "look_at_each": _("Thay đổi về lương, chức vụ, quy hoạch, kỷ luật phải xác nhận từng người."),
    "statement_missing": _("Hãy đánh dấu lời xác nhận."),
    "confirmed_this_month": _("Hồ sơ này đã được xác nhận trong kỳ."),
    "sent_back": _("Hồ sơ này đã được trả lại trong kỳ, chờ sửa."),
    "delegators_record": _("Người được ủy quyền không xác nhận hồ sơ của chính người ủy quyền."),
    "goes_up": _("Hồ sơ của thủ trưởng do cấp trên xác nhận."),
    "sent_back_already": _("Hồ sơ này đã được trả lại trong kỳ."),
    "own_grant": _("Không ai tự giao quyền cho chính mình."),
    "own_acceptance": _("Người đã chấp nhận thay đổi không được tự xác nhận thay đổi đó."),
    "nothing_ready": _("Chưa có hồ sơ nào sẵn sàng để ký."),
    "no_such_manifest": _("Không có bảng kê này."),
    "no_signed_manifest": _("Tháng %(month)s chưa có bảng kê đã ký."),
    "not_signed_yet": _("Bảng kê này chưa được ký."),
    # signing
    "no_certificate": _("Tài khoản của bạn chưa đăng ký chứng thư số."),
    "wrong_passphrase": _("Mật khẩu của tệp chứng thư số không đúng."),
    "not_pdf": _("Tệp gửi lên không phải PDF."),
    "not_signed": _("Tệp gửi lên chưa có chữ ký số."),
    "altered": _("Tệp đã bị sửa sau khi ký."),
    "no_coverage": _("Chữ ký không bao trùm toàn bộ tệp."),
    "other_document": _("Tệp gửi lên không phải bảng kê này."),
    "other_manifest": _("Đây là bảng kê của kỳ khác."),
    "other_signer": _("Người ký không phải là bạn."),
    "untrusted_signer": _("Chứng thư số không do tổ chức được tin cậy cấp."),
    "expired_certificate": _("Chứng thư số đã hết hạn khi ký."),
    "revoked_certificate": _("Chứng thư số đã bị thu hồi."),
    "revocation_unknown": _("Chưa kiểm tra được chứng thư số còn hiệu lực hay không. Hãy thử lại sau ít phút."),
    "seal_unavailable": _("Con dấu điện tử của cơ quan chưa sẵn sàng. Hãy thử lại sau ít phút."),
    "seal_not_valid": _("Con dấu điện tử vừa đóng không hợp lệ (%(codes)s). Hãy báo quản trị hệ thống."),
    "timestamp_unavailable": _("Máy chủ dấu thời gian không trả lời. Hãy thử lại sau ít phút."),
}
# Codes that name a move and the state that forbids it: cannot_accept_when_returned, cannot_sign_manifest_when_sealed.
MOVED = re.compile(r"cannot_(?P<move>[a-z]+)(?P<manifest>_manifest)?_when_(?P<status>[a-z]+)")
MOVES: dict[str, object] = {
    "submit": _("nộp"),
    "save": _("sửa"),
    "accept": _("chấp nhận"),
    "return": _("trả lại"),
    "withdraw": _("rút"),
    "sign": _("ký"),
    "seal": _("đóng dấu"),
    "drop": _("thay"),
}
STATES: dict[str, object] = {
    "draft": _("đang là bản nháp"),
    "submitted": _("đang chờ kiểm tra"),
    "returned": _("đã bị trả lại"),
    "accepted": _("đã được chấp nhận"),
    "withdrawn": _("đã được rút"),
    "built": _("đang chờ ký"),
    "signed": _("đã được lãnh đạo ký"),
    "sealed": _("đã ký và đóng dấu"),
    "dropped": _("đã được thay bằng bản khác"),
}
UNKNOWN = _("Quy định hoặc tình trạng hiện tại không cho phép việc này (%(code)s).")


def sentence(code: str, said: Mapping[str, Any]) -> str:
    """The sentence of a code; a plain one with the code itself for a code that has none."""
    moved = MOVED.fullmatch(code)
    if moved and moved["move"] in MOVES and moved["status"] in STATES:
        words = {"move": MOVES[moved["move"]], "state": STATES[moved["status"]]}
        if moved["manifest"]:
            return gettext("Không %(move)s được: bảng kê %(state)s.") % words
        return gettext("Không %(move)s được: đề nghị %(state)s.") % words
    try:
        return str(SENTENCES.get(code, UNKNOWN)) % {"code": code, **said}
    except (KeyError, TypeError, ValueError):
        return str(UNKNOWN) % {"code": code}
