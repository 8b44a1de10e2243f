"""Invented careers: what somebody would type into the form, with pay that follows the tables (NĐ 204/2004)."""

from calendar import monthrange
from datetime import date
from random import Random
from typing import NamedTuple

from hoso.ops.demo.people import Invented, name
from hoso.ops.demo.places import COMMUNES, OLD_DISTRICTS, PROVINCES, STREETS
from hoso.records.codes import pay_step

Typed = dict[str, str]


class Track(NamedTuple):
    """A kind of career: its rank, its titles, where one studies for it and what."""

    category: str
    rank: str
    group: str
    titles: tuple[str, ...]
    schools: tuple[str, ...]
    major: str
    degree: str
    duties: str


OFFICE = Track(
    "civil_servant",
    "01.003",
    "A1",
    ("Chuyên viên", "Chuyên viên", "Chuyên viên", "Phó Trưởng phòng", "Trưởng phòng"),
    ("Học viện Hành chính và Quản trị công", "Đại học Kinh tế Quốc dân", "Trường Đại học Luật Hà Nội"),
    "Quản lý nhà nước",
    "Cử nhân",
    "Tham mưu quản lý nhà nước theo lĩnh vực được phân công",
)
SENIOR = OFFICE._replace(rank="01.002", group="A2.1", titles=("Chuyên viên chính", "Trưởng phòng"), degree="Thạc sĩ")
UNIONS = ("Chủ tịch Hội Nông dân", "Bí thư Đoàn thanh niên", "Chủ tịch Hội Phụ nữ")
TRACKS: dict[str, tuple[Track, ...]] = {
    "office": (OFFICE, OFFICE, SENIOR),
    "commune": (
        OFFICE,
        OFFICE._replace(category="cadre", titles=UNIONS),
    ),
    "forest": (
        Track(
            "civil_servant", "10.226", "A1", ("Kiểm lâm viên", "Kiểm lâm viên", "Phó Hạt trưởng"),
            ("Học viện Nông nghiệp Việt Nam", "Đại học Thái Nguyên"), "Lâm nghiệp", "Kỹ sư",
            "Quản lý, bảo vệ rừng và phòng cháy, chữa cháy rừng",
        ),
    ),
    "health": (
        Track(
            "public_employee", "V.08.01.03", "A1", ("Bác sĩ", "Bác sĩ", "Phó Trưởng khoa"),
            ("Trường Đại học Y Hà Nội", "Trường Đại học Y Dược Hải Phòng"), "Y đa khoa", "Bác sĩ chuyên khoa I",
            "Khám bệnh, chữa bệnh tại khoa được phân công",
        ),
        Track(
            "public_employee", "V.08.05.12", "A1", ("Điều dưỡng",),
            ("Trường Đại học Y Hà Nội", "Trường Cao đẳng Y tế Quảng Ninh"), "Điều dưỡng", "Cử nhân",
            "Chăm sóc người bệnh",
        ),
    ),
    "school": (
        Track(
            "public_employee", "V.07.05.15", "A1", ("Giáo viên", "Giáo viên", "Giáo viên", "Tổ trưởng chuyên môn"),
            ("Trường Đại học Sư phạm Hà Nội", "Đại học Vinh", "Đại học Thái Nguyên"), "Sư phạm Toán học", "Cử nhân",
            "Giảng dạy và chủ nhiệm lớp",
        ),
    ),
    "science": (
        Track(
            "public_employee", "V.05.02.07", "A1", ("Kỹ sư", "Kỹ sư", "Phó Trưởng phòng"),
            ("Trường Đại học Mỏ - Địa chất", "Trường Đại học Thuỷ lợi"), "Quản lý tài nguyên và môi trường", "Kỹ sư",
            "Thực hiện nhiệm vụ kỹ thuật theo kế hoạch năm",
        ),
    ),
}  # fmt: skip


class Career(NamedTuple):
    """A working life: when it began, what the rank is, and the steps of pay with their months."""

    track: Track
    title: str
    began: date
    steps: list[tuple[int, int, int]]  # year, month, step


def career(random: Random, who: Invented, staff: str, today: date) -> Career:
    """A career that fits the person's age; a step every three years, never past the last."""
    track = random.choice(TRACKS[staff])
    first = min(max(who.birth.year + random.randint(22, 26), 1990), today.year - 1)
    began = date(first, random.randint(1, 12), 1)
    start = 1 if track.group == "A1" else random.randint(1, 3)
    steps, year, month, step = [], began.year, began.month, start
    while (year, month) <= (today.year, today.month - 1) and pay_step(track.rank, step, today):
        steps.append((year, month, step))
        year, step = year + 3, step + 1
    return Career(track, random.choice(track.titles), began, steps or [(began.year, began.month, start)])


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _month(year: int, month: int) -> str:
    return f"{month:02}/{year}"


def _before(year: int, month: int) -> str:
    return _month(year, month - 1) if month > 1 else _month(year - 1, 12)


def coefficient(rank: str, step: int, today: date) -> str:
    """As people write it: 3,33."""
    found = pay_step(rank, step, today)
    assert found is not None
    return found.coefficient.replace(".", ",")


def typed(random: Random, who: Invented, life: Career, unit: str, today: date) -> Typed:
    """A whole sơ yếu lý lịch as this person would type it, what is held already left out."""
    track, family = life.track, who.full_name.split()[0]
    year, month, step = life.steps[-1]
    province, commune = random.choice(PROVINCES), random.choice(COMMUNES)
    home = commune[:1].lower() + commune[1:]
    found: Typed = {
        "identity.place_of_birth": f"{random.choice(OLD_DISTRICTS)}, tỉnh Minh Họa",
        "identity.native_place_commune": commune,
        "identity.native_place_province": province,
        "identity.ethnicity": random.choices(["Kinh", "Tày", "Dao", "Mường", "Nùng"], [88, 4, 3, 3, 2])[0],
        "identity.religion": random.choices(["Không", "Phật giáo", "Công giáo"], [90, 6, 4])[0],
        "identity.citizen_id_issue_date": _day(date(2021, random.randint(3, 12), random.randint(1, 28))),
        "identity.contact_phone": f"09{random.randrange(10**8):08}",
        "identity.social_insurance_number": f"22{random.randrange(10**8):08}",
        "identity.current_address": f"Số {random.randint(1, 200)}, đường {random.choice(STREETS)}, {home}",
        "identity.family_class_origin": random.choice(["Nông dân", "Công nhân", "Cán bộ, công chức, viên chức"]),
        "recruitment.occupation_before_recruitment": "Học sinh, sinh viên",
        "recruitment.first_recruitment_date": _day(life.began),
        "recruitment.first_recruiting_agency": unit,
        "recruitment.current_agency_join_date": _day(life.began),
        "qualification.general_education_level": "12/12",
        "qualification.highest_professional_qualification": track.degree,
        "position.main_assigned_work": track.duties,
        "salary.rank_code": track.rank,
        "salary.rank_appointment_date": _day(life.began),
        "salary.salary_step": str(step),
        "salary.salary_coefficient": coefficient(track.rank, step, today),
        "salary.salary_effective_date": f"01/{_month(year, month)}",
        "salary.salary_percentage": "100",
        "health.health_status": random.choice(["Loại I – rất khoẻ", "Loại II – khoẻ", "Loại II – khoẻ"]),
        "health.height_cm": str(random.randint(150, 178)),
        "health.blood_type": random.choice(["A+", "B+", "O+", "AB+"]),
        "history.arrest_imprisonment_statement": "Không",
        "economy.family_income_salary": f"{random.randint(120, 420)}.000.000",
    }
    found |= _party(random, life) | _training(random, who, life) | _work(life, unit) | _pay(life, today)
    return found | _family(random, who, family, commune) | _ratings(random, life, today)


def _party(random: Random, life: Career) -> Typed:
    if random.random() > 0.55:
        return {}
    admitted = date(life.began.year + random.randint(2, 6), random.choice([2, 5, 9]), 3)
    if admitted.year >= 2025:
        return {}
    official = admitted.replace(year=admitted.year + 1)
    return {"party.party_admission_date": _day(admitted), "party.party_official_date": _day(official)}


def _training(random: Random, who: Invented, life: Career) -> Typed:
    until = life.began.year
    table = "training.professional_education.hoc001"
    found = {
        f"{table}.from_month": _month(until - 5, 9),
        f"{table}.to_month": _month(until - 1, 6),
        f"{table}.institution_name": random.choice(life.track.schools),
        f"{table}.major": life.track.major,
        f"{table}.study_mode": "Chính quy",
        f"{table}.degree_level": life.track.degree,
    }
    if random.random() < 0.4:
        table, year = "training.political_theory_training.llct01", min(until + 6, 2024)
        found |= {
            f"{table}.from_month": _month(year, 3),
            f"{table}.to_month": _month(year, 11),
            f"{table}.institution_name": "Trường Chính trị tỉnh Minh Họa",
            f"{table}.study_mode": "Tập trung",
            f"{table}.certificate": "Trung cấp lý luận chính trị",
        }
    return found


def _work(life: Career, unit: str) -> Typed:
    table = "work.work_history"
    found = {
        f"{table}.lam001.from_month": _month(life.began.year, life.began.month),
        f"{table}.lam001.organisation": unit,
        f"{table}.lam001.title_or_position": life.track.titles[0],
    }
    if life.title != life.track.titles[0] and len(life.steps) > 2:
        year, month, _ = life.steps[len(life.steps) // 2]
        found |= {
            f"{table}.lam001.to_month": _before(year, month),
            f"{table}.lam002.from_month": _month(year, month),
            f"{table}.lam002.organisation": unit,
            f"{table}.lam002.title_or_position": life.title,
        }
    return found


def _pay(life: Career, today: date) -> Typed:
    found: Typed = {}
    for number, (year, month, step) in enumerate(life.steps, 1):
        row = f"economy.salary_history.lg{number:04}"
        found |= {
            f"{row}.from_month": _month(year, month),
            f"{row}.rank_code": life.track.rank,
            f"{row}.salary_step": str(step),
            f"{row}.salary_coefficient": coefficient(life.track.rank, step, today),
        }
        if number < len(life.steps):
            found[f"{row}.to_month"] = _before(*life.steps[number][:2])
    return found


def _family(random: Random, who: Invented, family: str, commune: str) -> Typed:
    birth = who.birth.year
    kin = [
        ("Cha", name(random, "M", family), birth - random.randint(24, 32), "Nông dân"),
        ("Mẹ", name(random, "F"), birth - random.randint(21, 28), "Nông dân"),
    ]
    if birth < 1997:
        spouse = ("Chồng", "M") if who.sex == "F" else ("Vợ", "F")
        kin.append((spouse[0], name(random, spouse[1]), birth + random.randint(-4, 4), "Nhân viên doanh nghiệp"))
        for _ in range(random.randint(0, 2)):
            sex = random.choice("MF")
            kin.append(
                (
                    "Con trai" if sex == "M" else "Con gái",
                    name(random, sex, family),
                    min(birth + random.randint(25, 32), 2024),
                    "",
                )
            )
    found: Typed = {}
    for number, (relation, full_name, year, work) in enumerate(kin, 1):
        row = f"family.family_own_side.nha{number:03}"
        found |= {
            f"{row}.relationship": relation,
            f"{row}.full_name": full_name,
            f"{row}.birth_year": str(year),
            f"{row}.residence": f"{commune}, tỉnh Minh Họa",
        }
        if work:
            found[f"{row}.occupation"] = work
    return found


def _ratings(random: Random, life: Career, today: date) -> Typed:
    found: Typed = {}
    for year in range(max(life.began.year, today.year - 3), today.year):
        row = f"reward.yearly_rating_and_reward.n{year:05}"
        found[f"{row}.year"] = str(year)
        found[f"{row}.professional_grade"] = random.choices(
            ["Hoàn thành tốt nhiệm vụ", "Hoàn thành xuất sắc nhiệm vụ"], [80, 20]
        )[0]
        if random.random() < 0.3:
            found[f"{row}.emulation_title"] = "Lao động tiên tiến"
    return found


def contract(random: Random, who: Invented, unit: str, today: date) -> Typed:
    """A labour contract for support work (NĐ 111/2022), as the agency and the worker would type it."""
    start = date(today.year, random.randint(1, 6), 1)
    month = (start.month + 11 - 1) % 12 + 1
    end = date(start.year + (start.month > 1), month, monthrange(start.year + (start.month > 1), month)[1])
    job = random.choice(["Lái xe", "Bảo vệ", "Tạp vụ", "Lễ tân, phục vụ"])
    return {
        "header.contract_number": f"{random.randint(1, 60):02}/{today.year}/HĐLĐ",
        "header.signing_place": "Minh Họa",
        "header.signing_date": _day(start),
        "header.contract_form_variant": "SUPPORT",
        "header.legal_bases": "Bộ luật Lao động năm 2019; Nghị định 111/2022/NĐ-CP; Thông tư 05/2023/TT-BNV",
        "party_a.employer_address": "Phường Tân Hưng, tỉnh Minh Họa",
        "party_a.employer_representative": name(random, "M"),
        "party_a.employer_representative_position": "Thủ trưởng đơn vị",
        "party_b.employee_residence_address": f"Tổ {random.randint(1, 12)}, phường Tân Hưng, tỉnh Minh Họa",
        "party_b.employee_phone": f"09{random.randrange(10**8):08}",
        "party_b.employee_bank_account": f"1020100{random.randrange(10**8):08}",
        "party_b.employee_bank_name": "Ngân hàng VietinBank, chi nhánh Minh Họa",
        "party_b.employee_id_issue_date": _day(date(2021, random.randint(3, 12), random.randint(1, 28))),
        "party_b.employee_id_issue_place": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
        "article_1.contract_type": "FIXED_TERM",
        "article_1.term_months": "12",
        "article_1.start_date": _day(start),
        "article_1.end_date": _day(end),
        "article_1.workplace": f"Trụ sở {unit}",
        "article_1.managing_department": unit,
        "article_1.job_position": job,
        "article_1.duties": f"{job} theo phân công của đơn vị",
        "article_2_rights.pay_method": "AGREED_AMOUNT",
        "article_2_rights.wage": f"{random.randint(5, 8)}.{random.randint(0, 9)}00.000",
        "article_2_rights.payment_channel": "BANK_TRANSFER",
        "article_2_rights.pay_period": "MONTH",
        "article_2_rights.pay_day": "5",
        "article_2_rights.working_hours": "8 giờ/ngày, 40 giờ/tuần",
        "article_2_rights.weekly_rest": "Thứ Bảy và Chủ nhật",
        "article_2_rights.annual_leave_days": "12",
        "article_2_rights.public_holidays": "Theo Điều 112 Bộ luật Lao động",
        "article_2_rights.statutory_insurance": "BHXH, BHYT, BHTN",
        "article_2_duties.employee_duties": "Hoàn thành công việc đã cam kết; chấp hành nội quy lao động",
        "article_3.employer_rights_and_duties": "Bảo đảm việc làm và thực hiện đầy đủ điều kiện đã cam kết",
        "article_4.suspension_termination": "Thực hiện theo Bộ luật Lao động và Nghị định 111/2022/NĐ-CP",
        "article_5.dispute_resolution": "Thương lượng; không thành thì giải quyết theo pháp luật",
        "article_6.effective_date": _day(start),
        "article_6.copies": "3",
    }
