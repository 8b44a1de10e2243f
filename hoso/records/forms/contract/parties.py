"""Labour contract (TT 05/2023/TT-BNV, Phụ lục II), header and parties."""

from functools import partial

from hoso.records.forms.grammar import AGENCY, COMMON, PROTECTED, RESTRICTED, Section, field, when
from hoso.records.values import (
    Account,
    Code,
    Email,
    Multiline,
    Organisation,
    PartialDate,
    PersonalId,
    Phone,
    TaxCode,
    Text,
)

agency = partial(field, tier=COMMON, by=AGENCY)
own = partial(field, tier=RESTRICTED)
skilled = partial(field, tier=COMMON, when=when("header.contract_form_variant", "PROFESSIONAL"))


class Header(Section, title="Phần đầu"):
    """H1-H7; which of the two printed forms it is (H5) decides what else is asked."""

    lead = "Cơ quan ký hợp đồng, số, ngày và căn cứ."
    items = "H1–H7"
    parent_authority: Organisation = agency(
        "Bộ, ngành, địa phương",
        no="H1",
        required=True,
        held="managing_organization",
        example="UBND tỉnh Quảng Ninh",
    )
    employer_unit: Organisation = agency(
        "Cơ quan, đơn vị", no="H2", required=True, held="organization", example="Sở Nội vụ tỉnh Quảng Ninh"
    )
    contract_number: Text = agency(
        "Số: …/HĐLĐ",
        no="H3",
        required=True,
        example="05/2026/HĐLĐ",
        help="Không trùng trong cùng đơn vị và cùng năm.",
    )
    signing_place: Text = agency("Địa danh", no="H4", required=True, group="place_and_date", example="Quảng Ninh")
    signing_date: PartialDate = agency(
        "Địa danh, ngày … tháng … năm", no="H4", required=True, group="place_and_date", example="25/12/2025"
    )
    contract_form_variant: Code = agency(
        "Tên hợp đồng (biến thể)",
        no="H5",
        required=True,
        codes="labour_contract_form",
        example="Công việc chuyên môn, nghiệp vụ",
        help="Công việc chuyên môn, nghiệp vụ phải khai thêm trình độ của Bên B.",
    )
    legal_bases: Multiline = agency(
        "Căn cứ: BLLĐ 2019; NĐ 111/2022/NĐ-CP; văn bản khác",
        no="H6",
        required=True,
        example="Bộ luật Lao động năm 2019; Nghị định 111/2022/NĐ-CP",
        help="Mỗi văn bản một dòng.",
    )
    business_need: Text = agency(
        "Căn cứ nhu cầu công việc", no="H7", example="Nhu cầu lễ tân, phục vụ của Văn phòng Sở"
    )


class PartyA(Section, title="Người sử dụng lao động (Bên A)"):
    """A1-A9."""

    lead = "Cơ quan, đơn vị và người đại diện ký hợp đồng."
    items = "A1–A9"
    employer_name: Organisation = agency(
        "Cơ quan, đơn vị (Bên A)", no="A1", required=True, held="organization", example="Sở Nội vụ tỉnh Quảng Ninh"
    )
    employer_address: Text = agency("Địa chỉ", no="A2", required=True, example="Phường Hồng Gai, tỉnh Quảng Ninh")
    employer_phone: Phone = agency("Điện thoại", no="A3", example="0203 3835 000", help="Số của cơ quan.")
    employer_tax_code: TaxCode = agency("Mã số thuế (nếu có)", no="A4", example="5700100001")
    employer_bank_account: Account = agency("Số tài khoản ngân hàng", no="A5", example="102010001234567")
    employer_bank_name: Text = agency("Nơi mở tài khoản", no="A6", example="Kho bạc Nhà nước khu vực III")
    employer_representative: Text = agency(
        "Người đại diện theo pháp luật / được uỷ quyền (ông/bà)", no="A7", required=True, example="Trần Văn Bình"
    )
    authorisation_document: Text = agency(
        "Văn bản uỷ quyền số … ngày …",
        no="A8",
        group="authorisation",
        example="Giấy uỷ quyền số 12/GUQ-SNV",
        help="Chỉ ghi khi người ký được uỷ quyền.",
    )
    authorisation_date: PartialDate = agency(
        "Văn bản uỷ quyền – ngày",
        no="A8",
        required=True,
        group="authorisation",
        when=when("party_a.authorisation_document"),
        example="02/01/2025",
    )
    employer_representative_position: Text = agency(
        "Chức vụ của người đại diện", no="A9", required=True, example="Giám đốc Sở"
    )


class PartyB(Section, title="Người lao động (Bên B)"):
    """B1-B19; B14-B19 are on the form for professional work only."""

    lead = "Ghi đúng như trên căn cước."
    items = "B1–B19"
    employee_full_name: Text = field(
        "Họ và tên (ông/bà)", no="B1", tier=COMMON, required=True, held="full_name", example="Lê Thị Mai"
    )
    employee_date_of_birth: PartialDate = field(
        "Ngày sinh",
        no="B2",
        tier=COMMON,
        required=True,
        held="birth",
        example="12/05/1990",
        help="Nếu không rõ ngày, tháng thì chỉ ghi năm.",
    )
    employee_place_of_birth: Text = own("Tại (nơi sinh)", no="B3", example="Xã Phù Vân, tỉnh Ninh Bình")
    employee_gender: Code = field(
        "Giới tính", no="B4", tier=COMMON, required=True, codes="sex", held="sex", example="Nữ"
    )
    employee_residence_address: Text = own(
        "Địa chỉ nơi cư trú", no="B5", required=True, example="Tổ 5, phường Hồng Gai, tỉnh Quảng Ninh"
    )
    employee_phone: Phone = own("Điện thoại", no="B6", required=True, example="0912 345 678")
    employee_tax_code: TaxCode = own(
        "Mã số thuế", no="B7", example="8001234567", help="10 chữ số, hoặc số định danh cá nhân."
    )
    employee_bank_account: Account = own(
        "Số tài khoản ngân hàng", no="B8", tier=PROTECTED, group="bank", example="102010001234567"
    )
    employee_bank_name: Text = own("Nơi mở tài khoản", no="B9", group="bank", example="VietinBank Quảng Ninh")
    employee_email: Email = own("Email", no="B10", example="mai.le@quangninh.gov.vn")
    employee_id_number: PersonalId = own(
        "Số CMND/CCCD/Hộ chiếu",
        no="B11",
        tier=PROTECTED,
        required=True,
        held="personal_number",
        example="022190001234",
        help="Ghi số định danh cá nhân gồm 12 chữ số.",
    )
    employee_id_issue_date: PartialDate = own("Ngày cấp", no="B12", required=True, example="10/08/2021")
    employee_id_issue_place: Text = own("Nơi cấp", no="B13", required=True, example="Cục Cảnh sát QLHC về TTXH")
    employee_professional_qualification: Code = skilled(
        "Trình độ chuyên môn", no="B14", required=True, codes="professional_qualification", example="Cử nhân"
    )
    employee_major: Text = skilled("Chuyên ngành đào tạo", no="B15", required=True, suggest="major", example="Kế toán")
    employee_it_level: Code = skilled(
        "Trình độ tin học",
        no="B16",
        codes="it_level",
        example="Chuẩn kỹ năng CNTT cơ bản (TT 03/2014/TT-BTTTT)",
    )
    employee_language_level: Code = skilled(
        "Trình độ ngoại ngữ", no="B17", codes="language_level", example="Bậc 3 (B1)"
    )
    employee_practice_certificate: Text = skilled("Chứng chỉ hành nghề", no="B18", example="Chứng chỉ kế toán trưởng")
    employee_other_info: Text = skilled(
        "Thông tin khác theo yêu cầu VTVL", no="B19", example="Có kinh nghiệm 5 năm làm kế toán"
    )
