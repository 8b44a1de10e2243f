"""Five sections of the sơ yếu lý lịch (TT 06/2023/TT-BNV): a field is one line, its number and label are the form's."""

from hoso.records.forms.grammar import COMMON, PROTECTED, RESTRICTED, Row, Section, Table, column, field, table
from hoso.records.values import Code, Coefficient, Insurance, Money, PartialDate, Percent, PersonalId, Phone, Step, Text


class Identity(Section, title="Thông tin cá nhân"):
    birth_full_name: Text = field("Họ và tên khai sinh", no="1a", tier=COMMON, required=True, example="Nguyễn Thị Hoa")
    gender: Code = field("Giới tính", no="1b", tier=COMMON, required=True, codes="sex")
    other_names: Text = field("Các tên gọi khác", no="2", tier=COMMON)
    date_of_birth: PartialDate = field("Ngày sinh", no="3", tier=COMMON, required=True, example="02/09/1975")
    place_of_birth: Text = field("Nơi sinh", no="4", tier=RESTRICTED, required=True)
    native_place_commune: Text = field("Quê quán – xã, phường", no="5a", tier=RESTRICTED, required=True)
    native_place_district: Text = field("Quê quán – huyện, quận", no="5b", tier=RESTRICTED, help="Trước 01/7/2025.")
    native_place_province: Code = field(
        "Quê quán – tỉnh, TP", no="5c", tier=RESTRICTED, required=True, codes="province"
    )
    ethnicity: Code = field("Dân tộc", no="6", tier=RESTRICTED, required=True, codes="ethnic_group")
    religion: Code = field("Tôn giáo", no="7", tier=PROTECTED, required=True, codes="religion")
    citizen_id_number: PersonalId = field("Số CCCD", no="8a", tier=RESTRICTED, required=True, example="022175001234")
    citizen_id_issue_date: PartialDate = field("CCCD – ngày cấp", no="8b", tier=RESTRICTED, required=True)
    contact_phone: Phone = field("SĐT liên hệ", no="8c", tier=RESTRICTED, required=True, example="0912 345 678")
    social_insurance_number: Insurance = field("Số BHXH", no="9a", tier=RESTRICTED, example="2212345678")
    health_insurance_number: Insurance = field("Số thẻ BHYT", no="9b", tier=RESTRICTED, example="HC4222212345678")
    current_address: Text = field("Nơi ở hiện nay", no="10", tier=RESTRICTED, required=True)
    family_class_origin: Code = field(
        "Thành phần gia đình xuất thân", no="11", tier=RESTRICTED, required=True, codes="family_class_origin"
    )


class Salary(Section, title="Tiền lương"):
    rank_code: Code = field("Ngạch/CDNN, mã số", no="30.1a-b", tier=RESTRICTED, required=True, codes="rank")
    rank_appointment_date: PartialDate = field("Ngày bổ nhiệm", no="30.1c", tier=RESTRICTED, required=True)
    salary_step: Step = field("Bậc lương", no="30.1d", tier=RESTRICTED, required=True, example="3/9")
    salary_coefficient: Coefficient = field("Hệ số", no="30.1e", tier=RESTRICTED, required=True, example="3,00")
    salary_effective_date: PartialDate = field("Ngày hưởng", no="30.1f", tier=RESTRICTED, required=True)
    salary_percentage: Percent = field("Phần trăm hưởng", no="30.1g", tier=RESTRICTED, required=True, example="100")
    over_scale_seniority_percent: Percent = field("Phụ cấp thâm niên vượt khung (%)", no="30.1h", tier=RESTRICTED)
    over_scale_effective_date: PartialDate = field("Ngày hưởng PCTNVK", no="30.1i", tier=RESTRICTED)
    position_allowance: Coefficient = field("Phụ cấp chức vụ", no="30.2a", tier=RESTRICTED)
    concurrent_allowance: Coefficient = field("Phụ cấp kiêm nhiệm", no="30.2b", tier=RESTRICTED)
    other_allowance: Text = field("Phụ cấp khác", no="30.2c", tier=RESTRICTED)
    job_position: Text = field("Vị trí việc làm", no="30.3a", tier=COMMON)
    job_position_code: Text = field("Mã số (VTVL)", no="30.3b", tier=COMMON)
    job_position_salary_step: Step = field("Bậc lương (theo VTVL)", no="30.3c", tier=RESTRICTED)
    job_position_salary_amount: Money = field("Lương theo mức tiền (vnđ)", no="30.3d", tier=RESTRICTED)
    job_position_salary_date: PartialDate = field("Ngày hưởng (lương VTVL)", no="30.3e", tier=RESTRICTED)
    job_position_salary_percentage: Percent = field("Phần trăm hưởng (lương VTVL)", no="30.3f", tier=RESTRICTED)
    job_position_over_scale_percent: Percent = field("PCTNVK (VTVL, %)", no="30.3g", tier=RESTRICTED)
    job_position_over_scale_date: PartialDate = field("Ngày hưởng PCTNVK (VTVL)", no="30.3h", tier=RESTRICTED)


class Period(Row):
    """Anything that began and may have ended; an empty end means until now."""

    order = ("from_month", "to_month")
    from_month: PartialDate = column("Tháng/năm – Từ", required=True, example="09/1993")
    to_month: PartialDate = column("Tháng/năm – Đến", example="06/1997")


class Study(Period):
    institution_name: Text = column("Tên cơ sở đào tạo", required=True)
    major: Text = column("Chuyên ngành đào tạo", required=True)
    study_mode: Code = column("Hình thức đào tạo", required=True, codes="study_mode")
    degree_level: Code = column("Văn bằng, trình độ", required=True, codes="professional_qualification")


class Training(Section, title="Quá trình đào tạo, bồi dưỡng"):
    professional_education: Table[Study] = table("Chuyên môn (từ trung cấp trở lên)", no="32.1", tier=COMMON)


class Job(Period):
    organisation: Text = column("Đơn vị công tác", required=True)
    title_or_position: Text = column("Chức danh/ chức vụ", required=True)


class Work(Section, title="Tóm tắt quá trình công tác"):
    work_history: Table[Job] = table("Tóm tắt quá trình công tác", no="33", tier=COMMON)


class Relative(Row):
    """The form prints all but the first three columns as one."""

    order = ("relationship", "birth_year")
    relationship: Code = column("Mối quan hệ", required=True, codes="relative_own")
    full_name: Text = column("Họ và tên", required=True)
    birth_year: PartialDate = column("Năm sinh", required=True, example="1948")
    native_place: Text = column("Quê quán")
    occupation: Text = column("Nghề nghiệp")
    position: Text = column("Chức danh, chức vụ")
    workplace: Text = column("Đơn vị công tác, học tập")
    residence: Text = column("Nơi ở (trong, ngoài nước)")
    sociopolitical_membership: Text = column("Thành viên các tổ chức chính trị - xã hội")
    former_regime_note: Text = column("Làm việc cho chế độ cũ", tier=PROTECTED)
    criminal_record_note: Text = column("Tiền án, tiền sự", tier=PROTECTED)


class Family(Section, title="Quan hệ gia đình"):
    family_own_side: Table[Relative] = table("Cha, mẹ, vợ (chồng), con, anh chị em ruột", no="36.1", tier=RESTRICTED)
