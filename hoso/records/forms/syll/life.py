"""Sơ yếu lý lịch (TT 06/2023/TT-BNV), items 32-35: what the person learnt and did, rewards and discipline."""

from functools import partial

from hoso.records.forms.grammar import (
    COMMON,
    PERSON_FIRST,
    PROTECTED,
    Row,
    Section,
    Table,
    column,
    field,
    table,
)
from hoso.records.values import Code, Month, Multiline, Text, Year

coded = partial(column, required=True, past=True)


class Period(Row):
    """Anything that began and may have ended; an empty end means until now."""

    order = ("from_month", "to_month")
    from_month: Month = column(
        "Tháng/năm – Từ", required=True, group="period", example="09/1993", help="Không rõ tháng thì chỉ ghi năm."
    )
    to_month: Month = column("Tháng/năm – Đến", group="period", example="06/1997", help="Để trống nghĩa là đến nay.")


class Course(Period):
    """A period at a place of learning."""

    institution_name: Text = column(
        "Tên cơ sở đào tạo", required=True, suggest="institution", example="Học viện Hành chính và Quản trị công"
    )


class Study(Course):
    """32.1."""

    major: Text = column("Chuyên ngành đào tạo", required=True, suggest="major", example="Quản lý công")
    study_mode: Code = coded("Hình thức đào tạo", codes="study_mode", example="Chính quy")
    degree_level: Code = coded("Văn bằng, trình độ", codes="professional_qualification", example="Cử nhân")


class PoliticalTheory(Course):
    """32.2."""

    study_mode: Code = coded("Hình thức đào tạo", codes="study_mode", example="Tập trung")
    certificate: Code = coded(
        "Văn bằng được cấp", codes="political_theory_level", example="Trung cấp lý luận chính trị"
    )


class ManagementTraining(Course):
    """32.3."""

    certificate: Code = coded(
        "Chứng chỉ được cấp",
        codes="state_management_level",
        example="Bồi dưỡng ngạch chuyên viên và tương đương",
    )


class DefenceTraining(Course):
    """32.4."""

    certificate: Code = coded("Chứng chỉ được cấp", codes="defence_security_group", example="Đối tượng 4")


class ItTraining(Course):
    """32.5."""

    certificate: Code = coded(
        "Chứng chỉ được cấp", codes="it_level", example="Chuẩn kỹ năng CNTT cơ bản (TT 03/2014/TT-BTTTT)"
    )


class LanguageTraining(Course):
    """32.6."""

    language: Code = coded("Tên ngoại ngữ/ tiếng dân tộc", codes="language", example="Tiếng Anh")
    certificate: Code = coded("Chứng chỉ được cấp", codes="language_level", example="Bậc 3 (B1)")
    score: Text = column("Điểm số", example="6,5", help="Ghi như trên chứng chỉ, nếu có.")


STUDIES = (
    {
        "from_month": "09/1993",
        "to_month": "06/1997",
        "institution_name": "Học viện Hành chính và Quản trị công",
        "major": "Quản lý nhà nước",
        "study_mode": "Chính quy",
        "degree_level": "Cử nhân",
    },
    {
        "from_month": "10/2008",
        "to_month": "11/2010",
        "institution_name": "Đại học Kinh tế Quốc dân",
        "major": "Quản lý công",
        "study_mode": "Vừa làm vừa học",
        "degree_level": "Thạc sĩ",
    },
)


class Training(Section, title="Quá trình đào tạo, bồi dưỡng"):
    """Items 32.1-32.6."""

    lead = "Mỗi khoá học một dòng, kể cả khoá đang học (để trống ô “Đến”)."
    items = "32.1–32.6"
    professional_education: Table[Study] = table(
        "Chuyên môn (từ trung cấp trở lên cả trong nước và nước ngoài)", no="32.1", tier=COMMON, rows_example=STUDIES
    )
    political_theory_training: Table[PoliticalTheory] = table("Lý luận chính trị", no="32.2", tier=COMMON)
    management_and_professional_training: Table[ManagementTraining] = table(
        "Bồi dưỡng quản lý nhà nước/ chức danh nghề nghiệp/ nghiệp vụ chuyên ngành", no="32.3", tier=COMMON
    )
    defence_security_training: Table[DefenceTraining] = table(
        "Bồi dưỡng kiến thức an ninh, quốc phòng", no="32.4", tier=COMMON
    )
    it_training: Table[ItTraining] = table("Tin học", no="32.5", tier=COMMON)
    language_training: Table[LanguageTraining] = table("Ngoại ngữ/ tiếng dân tộc", no="32.6", tier=COMMON)


class Job(Period):
    """33."""

    organisation: Text = column(
        "Đơn vị công tác (đảng, chính quyền, đoàn thể, tổ chức xã hội)",
        required=True,
        example="Phòng Nội vụ, UBND huyện Kim Bảng",
        help="Ghi tên tại thời điểm công tác.",
    )
    title_or_position: Text = column("Chức danh/ chức vụ", required=True, example="Chuyên viên")


JOBS = (
    {
        "from_month": "10/1997",
        "to_month": "06/2001",
        "organisation": "Phòng Nội vụ, UBND huyện Kim Bảng",
        "title_or_position": "Cán sự",
    },
    {"from_month": "07/2001", "organisation": "Sở Nội vụ tỉnh Hà Nam", "title_or_position": "Chuyên viên"},
)


class Work(Section, title="Tóm tắt quá trình công tác"):
    """Item 33."""

    lead = "Khai liên tục từ khi đi làm đến nay, mỗi lần đổi đơn vị hoặc chức danh một dòng."
    items = "33"
    work_history: Table[Job] = table(
        "Tóm tắt quá trình công tác", no="33", tier=COMMON, required=True, rows_example=JOBS
    )


class FormerRegimeService(Period):
    """34.2."""

    description: Text = column(
        "Chức danh, chức vụ, đơn vị, địa điểm đã làm việc",
        required=True,
        example="Giáo viên, Trường Tiểu học Nguyễn Du, Sài Gòn",
    )


class ForeignRelation(Period):
    """34.3."""

    description: Text = column(
        "Tên tổ chức, địa chỉ trụ sở, công việc đã làm",
        required=True,
        example="Tổ chức JICA, Tokyo, Nhật Bản; cộng tác viên dự án",
    )


class History(Section, title="Đặc điểm lịch sử bản thân"):
    """Items 34.1-34.3."""

    lead = "Chỉ cá nhân và người có thẩm quyền xem được phần này; không có thì ghi “Không” hoặc để trống bảng."
    items = "34.1–34.3"
    arrest_imprisonment_statement: Multiline = field(
        "Khai rõ: bị bắt, bị tù (từ … đến …, ở đâu, đã khai báo cho ai, những vấn đề gì)",
        no="34.1",
        tier=PROTECTED,
        example="Không",
    )
    service_under_former_regime: Table[FormerRegimeService] = table(
        "Bản thân có làm việc cho chế độ cũ", no="34.2", tier=PROTECTED
    )
    foreign_organisation_relations: Table[ForeignRelation] = table(
        "Tham gia hoặc có quan hệ với các tổ chức chính trị, kinh tế, xã hội … ở nước ngoài",
        no="34.3",
        tier=PROTECTED,
    )


class YearlyRating(Row):
    """35.1; title and form of reward are two lists, or the national database takes neither."""

    order = ("year",)
    year: Year = column("Năm", required=True, example="2025")
    professional_grade: Code = column(
        "Xếp loại chuyên môn", codes="evaluation_grade", past=True, example="Hoàn thành tốt nhiệm vụ"
    )
    emulation_title: Code = column(
        "Xếp loại thi đua", codes="emulation_title", past=True, example="Chiến sĩ thi đua cơ sở"
    )
    reward_form: Code = column("Hình thức khen thưởng", codes="reward_form", past=True, example="Giấy khen")


class Reward(Section, title="Khen thưởng"):
    """Item 35.1."""

    lead = "Mỗi năm một dòng: kết quả xếp loại, danh hiệu và hình thức khen thưởng."
    items = "35.1"
    yearly_rating_and_reward: Table[YearlyRating] = table(
        "Thành tích thi đua, khen thưởng", no="35.1", tier=COMMON, by=PERSON_FIRST
    )


class Sanction(Period):
    """35.2."""

    discipline_form: Code = coded("Hình thức", codes="discipline", example="Khiển trách")
    main_violation: Text = column("Hành vi vi phạm chính", required=True, example="Chậm giải quyết hồ sơ hành chính")
    deciding_authority: Text = column("Cơ quan quyết định", required=True, example="Sở Nội vụ tỉnh Hà Nam")


class Discipline(Section, title="Kỷ luật"):
    """Item 35.2."""

    lead = "Không bị kỷ luật thì để trống."
    items = "35.2"
    discipline: Table[Sanction] = table("Kỷ luật Đảng/hành chính", no="35.2", tier=PROTECTED, by=PERSON_FIRST)
