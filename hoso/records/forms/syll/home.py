"""Sơ yếu lý lịch (TT 06/2023/TT-BNV), items 36-38 and the signatures: family, means, the agency's word."""

from functools import partial

from hoso.records.forms.grammar import (
    AGENCY,
    PERSON_FIRST,
    PROTECTED,
    RESTRICTED,
    Row,
    Section,
    Table,
    column,
    field,
    table,
)
from hoso.records.forms.syll.life import Period
from hoso.records.values import (
    Code,
    Coefficient,
    DecimalText,
    Money,
    Multiline,
    PartialDate,
    Percent,
    Step,
    Text,
    Year,
)

printed_together = partial(column, no="d")  # the form has one column for all of these


class Relative(Row):
    """36.1; the form prints all but the first three columns as one."""

    order = ("relationship", "birth_year")
    relationship: Code = column("Mối quan hệ", no="a", required=True, codes="relative_own", example="Cha")
    full_name: Text = column("Họ và tên", no="b", required=True, example="Nguyễn Văn Chi")
    birth_year: Year = column("Năm sinh", no="c", required=True, example="1948")
    native_place: Text = printed_together("Quê quán", example="Xã Phù Vân, tỉnh Ninh Bình")
    occupation: Text = printed_together("Nghề nghiệp", suggest="prior_occupation", example="Nông dân")
    position: Text = printed_together("Chức danh, chức vụ", example="Tổ trưởng sản xuất")
    workplace: Text = printed_together("Đơn vị công tác, học tập", example="Hợp tác xã Phù Vân")
    residence: Text = printed_together(
        "Nơi ở (trong, ngoài nước)",
        example="Thôn 3, xã Phù Vân, tỉnh Ninh Bình",
        help="Người đã mất thì ghi “Đã mất” và năm mất.",
    )
    residence_country: Code = printed_together(
        "Nước đang ở", codes="country", example="Việt Nam", help="Ghi khi người thân ở nước ngoài."
    )
    sociopolitical_membership: Text = printed_together(
        "Thành viên các tổ chức chính trị - xã hội (trong, ngoài nước)", example="Hội viên Hội Cựu chiến binh"
    )
    former_regime_note: Text = printed_together("Làm việc cho chế độ cũ", tier=PROTECTED, example="Không")
    criminal_record_note: Text = printed_together("Tiền án, tiền sự (nếu có)", tier=PROTECTED, example="Không")


class SpouseRelative(Relative):
    """36.2."""

    relationship: Code = column("Mối quan hệ", no="a", required=True, codes="relative_spouse", example="Cha vợ/chồng")


FATHER = {
    "relationship": "Cha",
    "full_name": "Nguyễn Văn Chi",
    "birth_year": "1948",
    "native_place": "Xã Phù Vân, tỉnh Ninh Bình",
    "occupation": "Nông dân",
    "residence": "Thôn 3, xã Phù Vân, tỉnh Ninh Bình",
}
DAUGHTER = {
    "relationship": "Con gái",
    "full_name": "Trần Nguyễn Minh Anh",
    "birth_year": "2004",
    "occupation": "Sinh viên",
    "workplace": "Trường Đại học Ngoại thương",
    "residence": "Phường Hồng Gai, tỉnh Quảng Ninh",
}


class Family(Section, title="Quan hệ gia đình"):
    """Items 36.1-36.2."""

    lead = "Mỗi người thân một dòng; chưa kết hôn thì để trống bảng 36.2."
    items = "36.1–36.2"
    family_own_side: Table[Relative] = table(
        "Về bản thân: cha, mẹ, vợ (hoặc chồng), các con, anh chị em ruột",
        no="36.1",
        tier=RESTRICTED,
        required=True,
        rows_example=(FATHER, DAUGHTER),
    )
    family_spouse_side: Table[SpouseRelative] = table(
        "Cha, mẹ, anh chị em ruột (bên vợ hoặc chồng)", no="36.2", tier=RESTRICTED
    )


class PayPeriod(Period):
    """37.1."""

    rank_code: Code = column(
        "Mã số", required=True, codes="rank", past=True, group="pay", example="Chuyên viên (01.003)"
    )
    salary_step: Step = column("Bậc lương", required=True, group="pay", example="2/9")
    salary_coefficient: Coefficient = column("Hệ số lương", required=True, group="pay", example="2,67")
    job_position_salary_amount: Money = column("Tiền lương theo vị trí việc làm", example="7.590.000")


class AllowancePeriod(Period):
    """37.2."""

    allowance_type: Code = column(
        "Loại phụ cấp", required=True, codes="allowance_type", past=True, example="Phụ cấp công vụ"
    )
    percentage: Percent = column("Phần trăm hưởng", group="amount", example="25")
    coefficient: Coefficient = column("Hệ số", group="amount", example="0,50")
    payment_form: Code = column(
        "Hình thức hưởng", codes="allowance_form", past=True, group="amount", example="Phần trăm"
    )
    amount_vnd: Money = column("Giá trị (đồng)", group="amount", example="1.897.500")


secret = partial(field, tier=PROTECTED)
AREA = "Ghi bằng mét vuông, ví dụ 120,5."


class Economy(Section, title="Hoàn cảnh kinh tế gia đình"):
    """Items 37.1-37.3."""

    lead = (
        "Quá trình lương, phụ cấp do cơ quan cập nhật sau lần khai đầu; nhà đất, thu nhập chỉ người có thẩm quyền xem."
    )
    items = "37.1–37.3"
    salary_history: Table[PayPeriod] = table(
        "Quá trình lương của bản thân", no="37.1", tier=RESTRICTED, by=PERSON_FIRST
    )
    allowance_history: Table[AllowancePeriod] = table(
        "Các loại phụ cấp khác", no="37.2", tier=RESTRICTED, by=PERSON_FIRST
    )
    family_income_salary: Money = secret(
        "Nguồn thu nhập chính của gia đình hằng năm – tiền lương",
        no="37.3a",
        example="240.000.000",
        help="Tổng của cả gia đình trong một năm, bằng đồng.",
    )
    family_income_other: Money = secret("Nguồn thu nhập – các nguồn khác", no="37.3b", example="30.000.000")
    house_allocated_type: Text = secret(
        "Nhà ở được cấp, được thuê – loại nhà", no="37.3c", example="Căn hộ tập thể cấp 3"
    )
    house_allocated_area_m2: DecimalText = secret(
        "Nhà ở được cấp, được thuê – tổng diện tích sử dụng (m2)", no="37.3d", example="45,5", help=AREA
    )
    house_allocated_certificate: Text = secret(
        "Nhà ở được cấp – giấy chứng nhận quyền sở hữu", no="37.3e", example="Quyết định số 12/QĐ-UBND"
    )
    house_owned_type: Text = secret("Nhà tự mua, tự xây – loại nhà", no="37.3f", example="Nhà ống 3 tầng")
    house_owned_area_m2: DecimalText = secret(
        "Nhà tự mua, tự xây – tổng diện tích sử dụng (m2)", no="37.3g", example="120,5", help=AREA
    )
    house_owned_certificate: Text = secret(
        "Nhà tự mua – giấy chứng nhận quyền sở hữu", no="37.3h", example="Số BH 123456"
    )
    land_allocated_area_m2: DecimalText = secret("Đất được cấp (m2)", no="37.3i", example="80", help=AREA)
    land_allocated_certificate: Text = secret(
        "Đất được cấp – giấy chứng nhận quyền sử dụng", no="37.3j", example="Số BK 654321"
    )
    land_owned_area_m2: DecimalText = secret("Đất tự mua (m2)", no="37.3k", example="75,5", help=AREA)
    land_owned_certificate: Text = secret(
        "Đất tự mua – giấy chứng nhận quyền sử dụng", no="37.3l", example="Số CH 246810"
    )
    land_business_description: Text = secret(
        "Đất sản xuất kinh doanh", no="37.3m", example="500 m2 đất trồng cây lâu năm tại xã Phù Vân"
    )


class Assessment(Section, title="Nhận xét, đánh giá"):
    """Item 38, the agency's."""

    lead = "Cơ quan, đơn vị sử dụng nhận xét trước khi xác nhận."
    items = "38"
    agency_assessment: Multiline = field(
        "Nhận xét, đánh giá của cơ quan, tổ chức, đơn vị sử dụng",
        no="38",
        tier=RESTRICTED,
        required=True,
        by=AGENCY,
        example="Hoàn thành tốt nhiệm vụ được giao; chấp hành tốt kỷ luật, kỷ cương hành chính.",
    )


class Signature(Section, title="Ký, xác nhận"):
    """Item Z2; what is signed (Z1, Z3) is no value but a signature over the version."""

    lead = "Địa danh và ngày ghi trên bản in; chữ ký được tạo khi cá nhân nộp và cơ quan xác nhận."
    items = "Z1–Z3"
    confirmation_place: Text = field(
        "Địa danh", no="Z2", tier=RESTRICTED, required=True, by=AGENCY, group="place_and_date", example="Quảng Ninh"
    )
    confirmation_date: PartialDate = field(
        "Địa danh, ngày … tháng … năm",
        no="Z2",
        tier=RESTRICTED,
        required=True,
        by=AGENCY,
        group="place_and_date",
        example="25/11/2026",
        help="Ngày cơ quan xác nhận bản khai.",
    )
