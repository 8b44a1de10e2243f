"""Sơ yếu lý lịch (TT 06/2023/TT-BNV), header and items 1-18: who the person is."""

from hoso.records.forms.grammar import AGENCY, COMMON, PROTECTED, RESTRICTED, Section, field, when
from hoso.records.values import Code, Image, Insurance, Organisation, PartialDate, PersonalId, Phone, Text


class Header(Section, title="Phần đầu"):
    """Nothing of it is typed but the photo: the agency's data and the person's own."""

    lead = "Cơ quan quản lý, cơ quan sử dụng và số hiệu lấy từ dữ liệu đang có; chỉ cần bổ sung ảnh."
    items = "H1–H5"
    managing_authority: Organisation = field(
        "Cơ quan quản lý cán bộ, công chức, viên chức",
        no="H1",
        tier=COMMON,
        required=True,
        by=AGENCY,
        held="managing_organization",
        example="UBND tỉnh Quảng Ninh",
        help="Cơ quan có thẩm quyền quản lý, không phải đơn vị đang làm việc.",
    )
    employing_unit: Organisation = field(
        "Cơ quan, đơn vị sử dụng cán bộ, công chức, viên chức",
        no="H2",
        tier=COMMON,
        required=True,
        by=AGENCY,
        held="organization",
        example="Sở Nội vụ tỉnh Quảng Ninh",
    )
    staff_number: Text = field(
        "Số hiệu",
        no="H3",
        tier=COMMON,
        required=True,
        by=AGENCY,
        held="staff_number",
        example="QN-001234",
        help="Số hiệu cán bộ, công chức, viên chức do cơ quan quản lý cấp.",
    )
    record_identifier: PersonalId = field(
        "Mã số định danh",
        no="H4",
        tier=PROTECTED,  # the number is stored encrypted wherever it is stored
        required=True,
        by=AGENCY,
        held="personal_number",
        example="022175001234",
        help="Chính là số định danh cá nhân gồm 12 chữ số.",
    )
    portrait_photo: Image = field(
        "Ảnh màu (4 x 6 cm)",
        no="H5",
        tier=COMMON,
        required=True,
        by=AGENCY,
        example="Ảnh chân dung nền sáng, chụp trong 6 tháng gần đây",
        help="Ảnh chân dung tỉ lệ 2:3, tệp JPG hoặc PNG không quá 10 MB.",
    )


class Identity(Section, title="Thông tin cá nhân"):
    """Items 1-11."""

    lead = "Ghi đúng như trên căn cước và giấy khai sinh."
    items = "1–11"
    birth_full_name: Text = field(
        "Họ và tên khai sinh (viết chữ in hoa)",
        no="1a",
        tier=COMMON,
        required=True,
        held="full_name",
        example="Nguyễn Thị Hoa",
        help="Bản in tự chuyển thành chữ in hoa.",
    )
    gender: Code = field("Giới tính", no="1b", tier=COMMON, required=True, codes="sex", held="sex", example="Nữ")
    other_names: Text = field(
        "Các tên gọi khác", no="2", tier=COMMON, example="Bí danh Lan", help="Bí danh, bút danh hoặc tên thường gọi."
    )
    date_of_birth: PartialDate = field(
        "Sinh ngày … tháng … năm …",
        no="3",
        tier=COMMON,
        required=True,
        held="birth",
        example="02/09/1975",
        help="Nếu không rõ ngày, tháng thì chỉ ghi năm.",
    )
    place_of_birth: Text = field(
        "Nơi sinh",
        no="4",
        tier=RESTRICTED,
        required=True,
        example="Phường Hồng Gai, thị xã Hồng Gai, tỉnh Quảng Ninh",
        help="Ghi tên xã, huyện, tỉnh tại thời điểm sinh; có thể thêm tên hiện nay trong ngoặc.",
    )
    native_place_commune: Text = field(
        "Quê quán – xã, phường",
        no="5a",
        tier=RESTRICTED,
        required=True,
        suggest="commune",
        example="Xã Phù Vân",
        help="Chọn tên gợi ý hoặc gõ tên xã cũ nếu xã đã sáp nhập.",
    )
    native_place_district: Text = field(
        "Quê quán – huyện, quận",
        no="5b",
        tier=RESTRICTED,
        example="Thành phố Phủ Lý",
        help="Chỉ ghi khi khai theo địa giới trước 01/7/2025; nay không còn cấp huyện.",
    )
    native_place_province: Code = field(
        "Quê quán – tỉnh, TP",
        no="5c",
        tier=RESTRICTED,
        required=True,
        codes="province",
        past=True,
        example="Ninh Bình",
        help="Có thể chọn tỉnh cũ nếu khai theo địa giới trước 01/7/2025.",
    )
    ethnicity: Code = field("Dân tộc", no="6", tier=RESTRICTED, required=True, codes="ethnic_group", example="Kinh")
    religion: Code = field(
        "Tôn giáo",
        no="7",
        tier=PROTECTED,
        required=True,
        codes="religion",
        example="Không",
        help="Không theo tôn giáo nào thì chọn “Không”.",
    )
    citizen_id_number: PersonalId = field(
        "Số CCCD",
        no="8a",
        tier=PROTECTED,
        required=True,
        held="personal_number",
        example="022175001234",
        help="12 chữ số trên mặt trước của thẻ.",
    )
    citizen_id_issue_date: PartialDate = field(
        "CCCD – ngày cấp",
        no="8b",
        tier=RESTRICTED,
        required=True,
        example="10/08/2021",
        help="Ghi ở mặt sau của thẻ.",
    )
    contact_phone: Phone = field("SĐT liên hệ", no="8c", tier=RESTRICTED, required=True, example="0912 345 678")
    social_insurance_number: Insurance = field(
        "Số BHXH", no="9a", tier=RESTRICTED, example="2212345678", help="10 chữ số, hoặc số định danh cá nhân."
    )
    health_insurance_number: Insurance = field(
        "Số thẻ BHYT", no="9b", tier=RESTRICTED, example="HC4222212345678", help="2 chữ và 13 chữ số trên thẻ."
    )
    current_address: Text = field(
        "Nơi ở hiện nay",
        no="10",
        tier=RESTRICTED,
        required=True,
        example="Số 12, phố Lê Thánh Tông, phường Hồng Gai, tỉnh Quảng Ninh",
        help="Số nhà, đường phố hoặc thôn, xã, tỉnh nơi đang ở.",
    )
    family_class_origin: Code = field(
        "Thành phần gia đình xuất thân",
        no="11",
        tier=RESTRICTED,
        required=True,
        codes="family_class_origin",
        example="Nông dân",
    )


class Recruitment(Section, title="Tuyển dụng"):
    """Items 12-14."""

    lead = "Lần đầu được tuyển dụng và ngày về cơ quan hiện nay."
    items = "12–14"
    occupation_before_recruitment: Text = field(
        "Nghề nghiệp trước khi được tuyển dụng",
        no="12",
        tier=COMMON,
        required=True,
        suggest="prior_occupation",
        example="Học sinh, sinh viên",
    )
    first_recruitment_date: PartialDate = field(
        "Ngày được tuyển dụng lần đầu",
        no="13a",
        tier=COMMON,
        required=True,
        group="recruitment",
        example="01/10/1997",
        help="Ngày ghi trên quyết định tuyển dụng đầu tiên.",
    )
    first_recruiting_agency: Text = field(
        "Cơ quan, tổ chức, đơn vị tuyển dụng",
        no="13b",
        tier=COMMON,
        required=True,
        group="recruitment",
        example="UBND thị xã Hồng Gai",
        help="Ghi tên tại thời điểm tuyển dụng.",
    )
    current_agency_join_date: PartialDate = field(
        "Ngày vào cơ quan hiện đang công tác",
        no="14",
        tier=COMMON,
        required=True,
        example="01/07/2001",
        help="Nếu cơ quan đổi tên hoặc sáp nhập, ghi ngày vào cơ quan trước đó.",
    )


class Party(Section, title="Đảng, đoàn thể"):
    """Items 15-16; empty for whoever is no member."""

    lead = "Chưa vào Đảng hoặc chưa tham gia tổ chức nào thì để trống."
    items = "15–16"
    party_admission_date: PartialDate = field(
        "Ngày vào Đảng Cộng sản Việt Nam", no="15a", tier=RESTRICTED, group="party", example="03/02/2003"
    )
    party_official_date: PartialDate = field(
        "Ngày chính thức",
        no="15b",
        tier=RESTRICTED,
        group="party",
        when=when("party.party_admission_date"),
        example="03/02/2004",
        help="Đảng viên dự bị thì để trống.",
    )
    first_sociopolitical_org: Code = field(
        "Tổ chức chính trị - xã hội đầu tiên",
        no="16",
        tier=COMMON,
        codes="sociopolitical_org",
        group="first_organisation",
        example="Đoàn TNCS Hồ Chí Minh",
    )
    first_sociopolitical_org_join_date: PartialDate = field(
        "Ngày tham gia tổ chức chính trị - xã hội đầu tiên (Đoàn TNCSHCM, Công đoàn, Hội)",
        no="16",
        tier=COMMON,
        group="first_organisation",
        example="26/03/1990",
    )


class Military(Section, title="Quân ngũ"):
    """Item 17; empty for whoever did not serve."""

    lead = "Chưa tham gia lực lượng vũ trang thì để trống."
    items = "17"
    enlistment_date: PartialDate = field(
        "Ngày nhập ngũ", no="17a", tier=RESTRICTED, group="service", example="15/02/1994"
    )
    discharge_date: PartialDate = field(
        "Ngày xuất ngũ",
        no="17b",
        tier=RESTRICTED,
        group="service",
        when=when("military.enlistment_date"),
        example="15/02/1996",
        help="Đang tại ngũ thì để trống.",
    )
    highest_military_rank: Code = field(
        "Quân hàm cao nhất",
        no="17c",
        tier=RESTRICTED,
        codes="military_rank",
        when=when("military.enlistment_date"),
        example="Trung sĩ",
    )


class Policy(Section, title="Chính sách"):
    """Item 18; the form prints both fields as one."""

    lead = "Không thuộc diện chính sách thì để trống."
    items = "18"
    policy_beneficiary_type: Code = field(
        "Đối tượng chính sách", no="18", tier=RESTRICTED, codes="policy_beneficiary", example="Con thương binh"
    )
    policy_beneficiary_detail: Text = field(
        "Đối tượng chính sách – chi tiết",
        no="18",
        tier=RESTRICTED,
        when=when("policy.policy_beneficiary_type"),
        example="Bố là thương binh hạng 2/4",
        help="Hạng thương tật, hoặc đối tượng khác nếu thuộc nhiều diện.",
    )
