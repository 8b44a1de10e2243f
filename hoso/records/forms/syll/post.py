"""Sơ yếu lý lịch (TT 06/2023/TT-BNV), items 19-31: what the person can do, does, earns, and their health."""

from functools import partial

from hoso.records.forms.grammar import AGENCY, COMMON, PERSON_FIRST, PROTECTED, RESTRICTED, Section, field, when
from hoso.records.values import Code, Coefficient, DecimalText, Money, Number, PartialDate, Percent, Step, Text


class Qualification(Section, title="Trình độ, học hàm, danh hiệu"):
    """Items 19-22."""

    lead = "Trình độ cao nhất hiện có; chi tiết từng khoá học khai ở mục 32."
    items = "19–22"
    general_education_level: Code = field(
        "Trình độ giáo dục phổ thông (đã tốt nghiệp lớp mấy/thuộc hệ nào)",
        no="19",
        tier=COMMON,
        required=True,
        codes="general_education",
        example="12/12",
    )
    highest_professional_qualification: Code = field(
        "Trình độ chuyên môn cao nhất",
        no="20",
        tier=COMMON,
        required=True,
        codes="professional_qualification",
        example="Thạc sĩ",
        help="Phải có văn bằng tương ứng ở bảng 32.1.",
    )
    academic_title: Code = field(
        "Học hàm", no="21", tier=COMMON, codes="academic_title", example="Phó giáo sư", help="Không có thì để trống."
    )
    state_honour: Code = field(
        "Danh hiệu nhà nước phong tặng",
        no="22",
        tier=COMMON,
        codes="state_honour",
        example="Nhà giáo ưu tú",
        help="Ghi danh hiệu cao nhất.",
    )


class Position(Section, title="Chức vụ, quy hoạch, công việc"):
    """Items 23-29; the planning (24) is the agency's, and secret."""

    lead = "Chức vụ đang giữ và công việc được giao; không giữ chức vụ thì để trống các mục 23, 25, 26, 27."
    items = "23–29"
    current_position: Code = field(
        "Chức vụ hiện tại",
        no="23a",
        tier=COMMON,
        codes="leadership_position",
        group="position",
        example="Trưởng phòng",
        help="Người không giữ chức vụ lãnh đạo, quản lý thì để trống.",
    )
    position_appointment_date: PartialDate = field(
        "Ngày bổ nhiệm / ngày phê chuẩn",
        no="23b",
        tier=COMMON,
        group="position",
        when=when("position.current_position"),
        example="01/06/2019",
    )
    position_reappointment_date: PartialDate = field(
        "Ngày bổ nhiệm lại / phê chuẩn nhiệm kỳ tiếp theo",
        no="23c",
        tier=COMMON,
        group="position",
        when=when("position.current_position"),
        example="01/06/2024",
    )
    planned_position: Code = field(
        "Được quy hoạch chức danh",
        no="24",
        tier=PROTECTED,
        codes="leadership_position",
        by=AGENCY,
        example="Phó Giám đốc Sở",
        help="Do cơ quan ghi theo quyết định phê duyệt quy hoạch.",
    )
    concurrent_position: Code = field(
        "Chức vụ kiêm nhiệm", no="25", tier=COMMON, codes="leadership_position", example="Chánh Văn phòng Sở"
    )
    current_party_position: Code = field(
        "Chức vụ Đảng hiện tại",
        no="26",
        tier=RESTRICTED,
        codes="party_position",
        example="Bí thư Chi bộ",
        help="Chỉ chọn trong danh mục; ghi tự do sẽ không đồng bộ được.",
    )
    concurrent_party_position: Code = field(
        "Chức vụ Đảng kiêm nhiệm", no="27", tier=RESTRICTED, codes="party_position", example="Đảng uỷ viên"
    )
    main_assigned_work: Text = field(
        "Công việc chính được giao",
        no="28",
        tier=COMMON,
        required=True,
        example="Tham mưu công tác tổ chức, biên chế",
    )
    work_strength: Text = field(
        "Sở trường công tác", no="29a", tier=COMMON, example="Quản lý nhà nước về tổ chức bộ máy"
    )
    longest_held_work: Text = field("Công việc làm lâu nhất", no="29b", tier=COMMON, example="Tổ chức cán bộ (18 năm)")


pay = partial(field, tier=RESTRICTED, by=PERSON_FIRST)


class Salary(Section, title="Tiền lương"):
    """Items 30.1-30.3: by rank and step, allowances, by post. The rank's name (30.1a) is what the list says."""

    lead = "Ghi theo quyết định lương gần nhất; sau lần khai đầu, cơ quan cập nhật phần này."
    items = "30.1–30.3"
    rank_code: Code = pay(
        "Ngạch/chức danh nghề nghiệp, mã số",
        no="30.1a-b",
        required=True,
        codes="rank",
        group="pay",
        example="Chuyên viên (01.003)",
        help="Gõ mã số hoặc tên ngạch; tên in ra lấy theo danh mục.",
    )
    rank_appointment_date: PartialDate = pay(
        "Ngày bổ nhiệm ngạch/chức danh nghề nghiệp", no="30.1c", required=True, group="pay", example="01/10/1998"
    )
    salary_step: Step = pay("Bậc lương", no="30.1d", required=True, group="pay", example="3/9")
    salary_coefficient: Coefficient = pay(
        "Hệ số",
        no="30.1e",
        required=True,
        group="pay",
        example="3,00",
        help="Phải đúng bảng lương của ngạch và bậc.",
    )
    salary_effective_date: PartialDate = pay("Ngày hưởng", no="30.1f", required=True, group="pay", example="01/01/2024")
    salary_percentage: Percent = pay(
        "Phần trăm hưởng",
        no="30.1g",
        required=True,
        group="pay",
        example="100",
        help="100; trong thời gian tập sự là 85.",
    )
    over_scale_seniority_percent: Percent = pay(
        "Phụ cấp thâm niên vượt khung (%)",
        no="30.1h",
        group="over_scale",
        example="5",
        help="Chỉ có khi đã ở bậc cuối của ngạch.",
    )
    over_scale_effective_date: PartialDate = pay(
        "Ngày hưởng PCTNVK",
        no="30.1i",
        group="over_scale",
        when=when("salary.over_scale_seniority_percent"),
        example="01/01/2024",
    )
    position_allowance: Coefficient = pay("Phụ cấp chức vụ", no="30.2a", example="0,50", help="Ghi hệ số, ví dụ 0,50.")
    concurrent_allowance: Coefficient = pay(
        "Phụ cấp kiêm nhiệm", no="30.2b", example="0,34", help="Ghi hệ số, ví dụ 0,34."
    )
    other_allowance: Text = pay(
        "Phụ cấp khác", no="30.2c", example="Phụ cấp công vụ 25%", help="Chi tiết khai ở bảng 37.2."
    )
    job_position: Text = pay(
        "Vị trí việc làm",
        no="30.3a",
        tier=COMMON,
        suggest="job_position",
        group="post",
        example="Chuyên viên về tổ chức bộ máy",
    )
    job_position_code: Text = pay(
        "Mã số (VTVL)",
        no="30.3b",
        tier=COMMON,
        group="post",
        example="SNV-05",
        help="Mã trong đề án vị trí việc làm của cơ quan.",
    )
    job_position_salary_step: Step = pay("Bậc lương (theo VTVL)", no="30.3c", group="post_pay", example="2")
    job_position_salary_amount: Money = pay(
        "Lương theo mức tiền (vnđ)", no="30.3d", group="post_pay", example="7.590.000", help="Ghi bằng đồng."
    )
    job_position_salary_date: PartialDate = pay(
        "Ngày hưởng (lương VTVL)", no="30.3e", group="post_pay", example="01/07/2026"
    )
    job_position_salary_percentage: Percent = pay(
        "Phần trăm hưởng (lương VTVL)", no="30.3f", group="post_pay", example="100"
    )
    job_position_over_scale_percent: Percent = pay(
        "Phụ cấp thâm niên vượt khung (VTVL, %)", no="30.3g", group="post_over_scale", example="6"
    )
    job_position_over_scale_date: PartialDate = pay(
        "Ngày hưởng PCTNVK (VTVL)",
        no="30.3h",
        group="post_over_scale",
        when=when("salary.job_position_over_scale_percent"),
        example="01/07/2026",
    )


class Health(Section, title="Sức khoẻ"):
    """Item 31."""

    lead = "Ghi theo giấy khám sức khoẻ gần nhất."
    items = "31"
    health_status: Code = field(
        "Tình trạng sức khoẻ",
        no="31a",
        tier=PROTECTED,
        required=True,
        codes="health_status",
        example="Loại II – khoẻ",
    )
    height_cm: Number = field("Chiều cao (cm)", no="31b", tier=RESTRICTED, example="158")
    weight_kg: DecimalText = field("Cân nặng (kg)", no="31c", tier=RESTRICTED, example="52,5")
    blood_type: Code = field("Nhóm máu", no="31d", tier=PROTECTED, codes="blood_type", example="O+")
