"""Labour contract (TT 05/2023/TT-BNV, Phụ lục II), articles 1-6: all of it filled by the employer."""

from functools import partial

from hoso.records.forms.grammar import (
    AGENCY,
    COMMON,
    RESTRICTED,
    Row,
    Section,
    Table,
    column,
    field,
    table,
    when,
)
from hoso.records.values import (
    Code,
    Coefficient,
    Image,
    Money,
    Multiline,
    Number,
    Organisation,
    PartialDate,
    Step,
    Text,
)

term = partial(field, tier=COMMON, by=AGENCY)
pay = partial(field, tier=RESTRICTED, by=AGENCY)
FIXED, INDEFINITE = (when("article_1.contract_type", kind) for kind in ("FIXED_TERM", "INDEFINITE"))
AGREED, BY_TABLE = (when("article_2_rights.pay_method", way) for way in ("AGREED_AMOUNT", "SALARY_TABLE"))


class Article1(Section, title="Điều 1. Loại hợp đồng, thời hạn, công việc"):
    """1.0-1.3."""

    lead = "Hợp đồng xác định thời hạn không quá 36 tháng."
    items = "1.0–1.3"
    contract_type: Code = term(
        "Loại hợp đồng",
        no="1.0",
        required=True,
        codes="labour_contract_type",
        group="term",
        example="Xác định thời hạn",
    )
    term_months: Number = term(
        "Thời hạn (tháng)",
        no="1.1a",
        required=True,
        group="term",
        when=FIXED,
        example="12",
        help="Từ 1 đến 36 tháng.",
    )
    start_date: PartialDate = term("Từ ngày", no="1.1b", required=True, group="term", when=FIXED, example="01/01/2026")
    end_date: PartialDate = term(
        "Đến ngày",
        no="1.1c",
        required=True,
        group="term",
        when=FIXED,
        example="31/12/2026",
        help="Ngày cuối cùng của hợp đồng.",
    )
    probation_from: PartialDate = term(
        "Thử việc từ ngày",
        no="1.1d",
        group="probation",
        example="01/01/2026",
        help="Không thử việc thì để trống.",
    )
    probation_to: PartialDate = term(
        "Thử việc đến ngày",
        no="1.1e",
        required=True,
        group="probation",
        when=when("article_1.probation_from"),
        example="28/02/2026",
    )
    indefinite_effective_date: PartialDate = term(
        "HĐ không xác định thời hạn – hiệu lực từ ngày",
        no="1.2",
        required=True,
        group="term",
        when=INDEFINITE,
        example="01/01/2026",
    )
    workplace: Text = term("Địa điểm làm việc", no="1.3a", required=True, example="Trụ sở Sở Nội vụ, phường Hồng Gai")
    managing_department: Organisation = term(
        "Bộ phận/đơn vị quản lý, sử dụng", no="1.3b", required=True, example="Văn phòng Sở"
    )
    job_position: Text = term(
        "Vị trí việc làm / chức danh", no="1.3c", required=True, suggest="job_position", example="Kế toán viên"
    )
    duties: Multiline = term(
        "Nhiệm vụ/công việc phải làm",
        no="1.3d",
        required=True,
        example="Lập dự toán, thanh quyết toán kinh phí của Văn phòng Sở",
    )


class Allowance(Row):
    """2.1d."""

    order = ("payable_from", "allowance")
    allowance: Text = column("Loại phụ cấp, khoản bổ sung", required=True, example="Hỗ trợ ăn trưa")
    level: Text = column("Mức", required=True, example="730.000 đồng/tháng")
    payable_from: PartialDate = column("Thời điểm hưởng", example="01/01/2026")


class Article2Rights(Section, title="Điều 2. Quyền lợi của Bên B"):
    """2.1-2.9."""

    lead = "Tiền lương, thời giờ làm việc, nghỉ ngơi và bảo hiểm đã thoả thuận."
    items = "2.1–2.9"
    pay_method: Code = pay(
        "Hình thức xác định tiền lương",
        no="2.1a",
        required=True,
        codes="contract_pay_method",
        group="wage",
        example="Tiền lương thoả thuận theo Bộ luật Lao động",
    )
    wage: Money = pay(
        "Mức lương",
        no="2.1b",
        required=True,
        group="wage",
        when=AGREED,
        example="7.500.000",
        help="Ghi bằng đồng mỗi tháng.",
    )
    wage_rank: Code = pay(
        "Mức lương – ngạch, chức danh",
        no="2.1b",
        required=True,
        codes="rank",
        group="wage",
        when=BY_TABLE,
        example="Chuyên viên (01.003)",
    )
    wage_step: Step = pay("Mức lương – bậc", no="2.1b", required=True, group="wage", when=BY_TABLE, example="1/9")
    wage_coefficient: Coefficient = pay(
        "Mức lương – hệ số",
        no="2.1b",
        required=True,
        group="wage",
        when=BY_TABLE,
        example="2,34",
        help="Phải đúng bảng lương của ngạch và bậc.",
    )
    probation_wage: Money = pay(
        "Lương thử việc, từ … đến …",
        no="2.1c",
        group="probation_wage",
        when=when("article_1.probation_from"),
        example="6.375.000",
        help="Ít nhất bằng 85% mức lương.",
    )
    probation_wage_from: PartialDate = pay(
        "Lương thử việc – từ ngày",
        no="2.1c",
        group="probation_wage",
        when=when("article_2_rights.probation_wage"),
        example="01/01/2026",
    )
    probation_wage_to: PartialDate = pay(
        "Lương thử việc – đến ngày",
        no="2.1c",
        group="probation_wage",
        when=when("article_2_rights.probation_wage"),
        example="28/02/2026",
    )
    allowances: Table[Allowance] = table("Phụ cấp và các khoản bổ sung", no="2.1d", tier=RESTRICTED, by=AGENCY)
    payment_channel: Code = pay(
        "Hình thức trả lương", no="2.1e", required=True, codes="payment_channel", example="Chuyển khoản"
    )
    pay_period: Code = pay("Kỳ hạn trả lương", no="2.1f", required=True, codes="pay_period", example="Hằng tháng")
    pay_day: Number = pay(
        "Ngày trả lương", no="2.1g", required=True, example="5", help="Ngày trong tháng, từ 1 đến 31."
    )
    raise_scheme: Text = pay("Chế độ nâng bậc, nâng lương", no="2.2", example="Xét nâng lương sau mỗi 24 tháng")
    bonus_scheme: Text = pay("Chế độ thưởng", no="2.3", example="Theo quy chế thi đua, khen thưởng của Sở")
    travel_support: Text = term("Tiền tàu xe, công tác", no="2.4", example="Theo quy chế chi tiêu nội bộ")
    training_support: Text = term(
        "Hỗ trợ đào tạo, nâng cao trình độ", no="2.5", example="Được cử đi bồi dưỡng nghiệp vụ hằng năm"
    )
    working_hours: Text = term("Thời giờ làm việc", no="2.6a", required=True, example="8 giờ/ngày, 40 giờ/tuần")
    daily_rest: Text = term("Nghỉ trong giờ / trong ngày", no="2.6b", example="Từ 11 giờ 30 đến 13 giờ 30")
    weekly_rest: Text = term("Nghỉ hằng tuần", no="2.6c", required=True, example="Thứ Bảy và Chủ nhật")
    annual_leave_days: Number = term(
        "Nghỉ hằng năm",
        no="2.6d",
        required=True,
        example="12",
        help="Số ngày làm việc: ít nhất 12, 14 hoặc 16 tuỳ điều kiện lao động.",
    )
    public_holidays: Text = term("Nghỉ lễ, Tết", no="2.6e", required=True, example="Theo Điều 112 Bộ luật Lao động")
    protective_equipment: Text = term("Bảo hộ lao động", no="2.7", example="Trang phục lễ tân, 2 bộ/năm")
    statutory_insurance: Code = pay(
        "BHXH, BHYT, BHTN", no="2.8a", required=True, codes="statutory_insurance", example="BHXH, BHYT, BHTN"
    )
    other_insurance: Text = pay("Loại bảo hiểm khác", no="2.8b", example="Bảo hiểm tai nạn 24/24")
    insurance_contribution_rates: Text = pay("Mức đóng của các bên", no="2.8c", example="Bên A 21,5%; Bên B 10,5%")
    other_rights: Text = term("Quyền lợi khác", no="2.9", example="Khám sức khoẻ định kỳ hằng năm")


class Article2Duties(Section, title="Điều 2. Nghĩa vụ của Bên B"):
    """2.10."""

    lead = "Nghĩa vụ theo mẫu (điểm a đến h) và nghĩa vụ khác đã thoả thuận."
    items = "2.10"
    employee_duties: Multiline = term(
        "Nghĩa vụ của Bên B (a–h và nghĩa vụ khác)",
        no="2.10",
        required=True,
        example="Hoàn thành công việc đã cam kết; chấp hành nội quy, quy chế của đơn vị",
    )


class Article3(Section, title="Điều 3. Quyền, nghĩa vụ Bên A"):
    """3."""

    lead = "Quyền và nghĩa vụ theo mẫu và nội dung khác đã thoả thuận."
    items = "3"
    employer_rights_and_duties: Multiline = term(
        "Quyền và nghĩa vụ của Bên A (+ khác)",
        no="3",
        required=True,
        example="Bảo đảm việc làm và thực hiện đầy đủ điều kiện đã cam kết",
    )


class Article4(Section, title="Điều 4. Tạm hoãn, chấm dứt"):
    """4."""

    lead = "Các trường hợp tạm hoãn, chấm dứt hợp đồng."
    items = "4"
    suspension_termination: Multiline = term(
        "Tạm hoãn, chấm dứt hợp đồng lao động",
        no="4",
        required=True,
        example="Thực hiện theo Bộ luật Lao động và Nghị định 111/2022/NĐ-CP",
    )


class Article5(Section, title="Điều 5. Tranh chấp"):
    """5."""

    lead = "Cách giải quyết khi có tranh chấp."
    items = "5"
    dispute_resolution: Multiline = term(
        "Giải quyết tranh chấp",
        no="5",
        required=True,
        example="Thương lượng; không thành thì giải quyết theo pháp luật lao động",
    )


class Amendment(Row):
    """6b."""

    order = ("date", "annex_number")
    annex_number: Text = column("Số phụ lục", required=True, example="01/PLHĐ")
    date: PartialDate = column("Ngày", required=True, example="01/07/2026")
    content: Text = column("Nội dung sửa đổi, bổ sung", required=True, example="Điều chỉnh mức lương tại Điều 2")
    file: Image = column("Tệp phụ lục", example="Bản chụp phụ lục đã ký")


class Article6(Section, title="Điều 6. Điều khoản thi hành"):
    """6."""

    lead = "Hiệu lực, phụ lục và số bản hợp đồng."
    items = "6"
    effective_date: PartialDate = term("Hợp đồng có hiệu lực từ ngày", no="6a", required=True, example="01/01/2026")
    amendments: Table[Amendment] = table(
        "Sửa đổi, bổ sung: báo trước ít nhất 03 ngày làm việc; bằng phụ lục", no="6b", tier=COMMON, by=AGENCY
    )
    copies: Number = term(
        "Số bản; mỗi bên giữ; bản lưu hồ sơ Bên B", no="6c", required=True, example="3", help="Tổng số bản."
    )
