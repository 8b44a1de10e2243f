"""What must hold between the fields of the sơ yếu lý lịch (rules), and what is only odd (doubts)."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from hoso.records.codes import code_of, entry_of, pay_step
from hoso.records.dates import first_day, last_day
from hoso.records.forms.common import (
    future_problems,
    in_order,
    number_doubts,
    number_problems,
    pay_problems,
    periods_end_after_they_begin,
    years_after,
)
from hoso.records.forms.grammar import Problem, rows
from hoso.records.forms.grammar import in_order as sorted_rows

if TYPE_CHECKING:
    from hoso.records.forms.syll import Syll

YOUNGEST = 15  # years at recruitment (Bộ luật Lao động 2019, art. 3)
LONGEST_GAP = 31  # days between two lines of item 33

TWO_NUMBERS = "Mã số định danh (H4) khác số CCCD (8a); hai mục phải là cùng một số, hãy ghi lại mục sai."
ONLY_AT_LAST_STEP = "Chỉ hưởng vượt khung ở bậc cuối của ngạch (bậc %(last)s); hãy bỏ mục này hoặc ghi lại bậc."
PARTY = "Ngày chính thức trước ngày vào Đảng; hãy ghi lại một trong hai."
SERVICE = "Ngày xuất ngũ trước ngày nhập ngũ; hãy ghi lại một trong hai."
POSITION = "Ngày bổ nhiệm lại trước ngày bổ nhiệm; hãy ghi lại một trong hai."
AGENCY = "Ngày vào cơ quan hiện nay trước ngày tuyển dụng lần đầu; hãy ghi lại một trong hai."
CARD = "Ngày cấp căn cước trước ngày sinh; hãy ghi lại một trong hai."
TOO_YOUNG = "Ngày tuyển dụng khi chưa đủ %(age)d tuổi; hãy xem lại ngày tuyển dụng và ngày sinh."
GAP = "Quá trình công tác bị ngắt quãng hơn một tháng trước dòng này; hãy bổ sung hoặc giải thích."
NO_DEGREE = "Bảng 32.1 chưa có văn bằng ứng với trình độ cao nhất đã khai; hãy bổ sung dòng hoặc xem lại mục 20."
HIGHER_DEGREE = "Bảng 32.1 có văn bằng cao hơn trình độ đã khai; hãy xem lại mục 20."
DEGREES = ("Tiến sĩ", "Thạc sĩ", "Đại học", "Cao đẳng", "Trung cấp", "Sơ cấp")  # highest first


def personal_id_agrees(form: "Syll", on: date | None) -> Iterator[Problem]:
    """The personal number is one, and carries the sex and the year of birth that the form states."""
    person, same = form.identity, form.header.record_identifier
    yield from number_problems(
        "identity.citizen_id_number", person.citizen_id_number, person.date_of_birth, person.gender
    )
    if same and person.citizen_id_number and same != person.citizen_id_number:
        yield Problem("header.record_identifier", TWO_NUMBERS)


def pay_agrees(form: "Syll", on: date | None) -> Iterator[Problem]:
    """Pay now and pay history are those of the scale; over-scale seniority is for the last step."""
    now = form.salary
    since, step = now.salary_effective_date, now.salary_step
    yield from pay_problems(
        "salary.salary_step", "salary.salary_coefficient", now.rank_code, step, now.salary_coefficient, since
    )
    found = now.rank_code and step and pay_step(now.rank_code, step, last_day(since) if since else date.max)
    if found and step and now.over_scale_seniority_percent and step < found.last_step:
        yield Problem("salary.over_scale_seniority_percent", ONLY_AT_LAST_STEP, {"last": found.last_step})
    for row_id, row in form.economy.salary_history.items():
        at = f"economy.salary_history.{row_id}"
        yield from pay_problems(
            f"{at}.salary_step",
            f"{at}.salary_coefficient",
            row.rank_code,
            row.salary_step,
            row.salary_coefficient,
            row.from_month,
        )


def dates_are_in_order(form: "Syll", on: date | None) -> Iterator[Problem]:
    """What comes first in life comes first on the form."""
    born, work, party, service, post = form.identity, form.recruitment, form.party, form.military, form.position
    pairs = (
        ("party.party_official_date", party.party_admission_date, party.party_official_date, PARTY),
        ("military.discharge_date", service.enlistment_date, service.discharge_date, SERVICE),
        (
            "position.position_reappointment_date",
            post.position_appointment_date,
            post.position_reappointment_date,
            POSITION,
        ),
        (
            "recruitment.current_agency_join_date",
            work.first_recruitment_date,
            work.current_agency_join_date,
            AGENCY,
        ),
        ("identity.citizen_id_issue_date", born.date_of_birth, born.citizen_id_issue_date, CARD),
    )
    for pair in pairs:
        yield from in_order(*pair)


def recruited_old_enough(form: "Syll", on: date | None) -> Iterator[Problem]:
    """Nobody is recruited before the age at which one may work."""
    born, recruited = form.identity.date_of_birth, form.recruitment.first_recruitment_date
    if born and recruited and last_day(recruited) < years_after(born, YOUNGEST):
        yield Problem("recruitment.first_recruitment_date", TOO_YOUNG, {"age": YOUNGEST})


def what_was_is_not_to_come(form: "Syll", on: date | None) -> Iterator[Problem]:
    """Births, cards, recruitment, membership, service and beginnings lie behind us."""
    values = {
        "identity.date_of_birth": form.identity.date_of_birth,
        "identity.citizen_id_issue_date": form.identity.citizen_id_issue_date,
        "recruitment.first_recruitment_date": form.recruitment.first_recruitment_date,
        "recruitment.current_agency_join_date": form.recruitment.current_agency_join_date,
        "party.party_admission_date": form.party.party_admission_date,
        "party.party_official_date": form.party.party_official_date,
        "party.first_sociopolitical_org_join_date": form.party.first_sociopolitical_org_join_date,
        "military.enlistment_date": form.military.enlistment_date,
        "military.discharge_date": form.military.discharge_date,
    }
    begun = ("from_month", "year", "birth_year")
    values |= {f"{path}.{name}": getattr(row, name, None) for path, row in rows(form) for name in begun}
    yield from future_problems(values, on)


def work_has_a_gap(form: "Syll", on: date | None) -> Iterator[Problem]:
    """Between two jobs there should be no gap that is surely longer than a month."""
    until: date | None = None
    for row_id, job in sorted_rows(form.work.work_history):
        if until and job.from_month and (first_day(job.from_month) - until).days > LONGEST_GAP:
            yield Problem(f"work.work_history.{row_id}.from_month", GAP)
        end = last_day(job.to_month) if job.to_month else date.max
        until = max(until, end) if until else end


def degree_has_its_row(form: "Syll", on: date | None) -> Iterator[Problem]:
    """The highest qualification should be the highest of table 32.1."""
    stated = form.qualification.highest_professional_qualification
    rows_of = [row.degree_level for row in form.training.professional_education.values() if row.degree_level]
    path = "qualification.highest_professional_qualification"
    if not stated or not (place := _degree(stated)):
        return
    if any(other and other < place for other in map(_degree, rows_of)):
        yield Problem(path, HIGHER_DEGREE)
    elif place <= len(DEGREES) - 1 and code_of(stated) not in map(code_of, rows_of):
        yield Problem(path, NO_DEGREE)


def place_is_known(form: "Syll", on: date | None) -> Iterator[Problem]:
    """The personal number begins with the code of a place."""
    yield from number_doubts("identity.citizen_id_number", form.identity.citizen_id_number)


def _degree(value: str) -> int:
    """1 for the highest group of degrees; 0 if it is of none."""
    entry = entry_of("professional_qualification", value)
    group = entry.row["report_group"] if entry else ""
    return DEGREES.index(group) + 1 if group in DEGREES else 0


SYLL = (
    personal_id_agrees,
    pay_agrees,
    dates_are_in_order,
    recruited_old_enough,
    what_was_is_not_to_come,
    periods_end_after_they_begin,
)
SYLL_DOUBTS = (work_has_a_gap, degree_has_its_row, place_is_known)
