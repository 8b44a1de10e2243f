"""What must hold between fields: one bad value in a form that is right, and where it is told."""

import pytest

from hoso.records import drafts
from hoso.records.forms import Contract, Syll
from tests.forms import TODAY, full

NUMBERS = ("header.record_identifier", "identity.citizen_id_number")
JOB, PAST = "work.work_history.row002", "economy.salary_history.row002"
SYLL = [
    ({"identity.gender": "Nam"}, "identity.citizen_id_number", "giới tính"),
    ({"identity.date_of_birth": "1976"}, "identity.citizen_id_number", "năm sinh"),
    (dict.fromkeys(NUMBERS, "022975001234"), "identity.citizen_id_number", "thứ tư"),
    (dict.fromkeys(NUMBERS, "022375001234"), "identity.citizen_id_number", "năm sinh"),
    ({"header.record_identifier": "022175009999"}, "header.record_identifier", "8a"),
    ({"salary.salary_coefficient": "4,65"}, "salary.salary_coefficient", "có hệ số 4,98"),
    ({"salary.salary_step": "10"}, "salary.salary_step", "bậc cuối là 9"),
    (
        {"salary.salary_step": "8", "salary.salary_coefficient": "4,65"},
        "salary.over_scale_seniority_percent",
        "bậc 9",
    ),
    ({f"{PAST}.salary_coefficient": "2,34"}, f"{PAST}.salary_coefficient", "2,67"),
    ({f"{PAST}.salary_step": "12"}, f"{PAST}.salary_step", "không có bậc 12"),
    ({f"{JOB}.to_month": "06/2001"}, f"{JOB}.to_month", "kết thúc trước"),
    ({"party.party_official_date": "2002"}, "party.party_official_date", "vào Đảng"),
    ({"military.discharge_date": "1997"}, "military.discharge_date", "nhập ngũ"),
    ({"position.position_reappointment_date": "2018"}, "position.position_reappointment_date", "bổ nhiệm"),
    ({"recruitment.current_agency_join_date": "1996"}, "recruitment.current_agency_join_date", "tuyển dụng"),
    ({"recruitment.first_recruitment_date": "1989"}, "recruitment.first_recruitment_date", "15 tuổi"),
    ({"identity.citizen_id_issue_date": "1974"}, "identity.citizen_id_issue_date", "ngày sinh"),
    ({"identity.citizen_id_issue_date": "24/11/2026"}, "identity.citizen_id_issue_date", "23/11/2026"),
    (
        {"reward.yearly_rating_and_reward.row002.year": "2027"},
        "reward.yearly_rating_and_reward.row002.year",
        "chưa tới",
    ),
    ({"family.family_own_side.row001.birth_year": "2030"}, "family.family_own_side.row001.birth_year", "chưa tới"),
    ({"work.work_history.row003.from_month": "12/2026"}, "work.work_history.row003.from_month", "chưa tới"),
]
CONTRACT = [
    ({"party_b.employee_gender": "Nam"}, "party_b.employee_id_number", "giới tính"),
    ({"article_1.term_months": "37"}, "article_1.term_months", "36 tháng"),
    ({"article_1.term_months": "0"}, "article_1.term_months", "36 tháng"),
    ({"article_1.end_date": "30/11/2026"}, "article_1.end_date", "31/12/2026"),
    ({"article_1.end_date": "2025", "article_1.probation_from": ""}, "article_1.end_date", "kết thúc trước"),
    ({"article_1.probation_from": "31/12/2025"}, "article_1.probation_from", "nằm ngoài"),
    ({"article_1.probation_to": "01/01/2027"}, "article_1.probation_to", "nằm ngoài"),
    ({"article_1.probation_to": "2025"}, "article_1.probation_to", "kết thúc trước"),
    ({"article_2_rights.probation_wage": "6.000.000"}, "article_2_rights.probation_wage", "85%"),
    ({"article_2_rights.probation_wage_to": "2025"}, "article_2_rights.probation_wage_to", "kết thúc trước"),
    ({"article_2_rights.pay_day": "32"}, "article_2_rights.pay_day", "31"),
    ({"party_b.employee_id_issue_date": "2027"}, "party_b.employee_id_issue_date", "chưa tới"),
]


@pytest.mark.parametrize(
    ("form", "typed", "at", "said"), [*((Syll, *case) for case in SYLL), *((Contract, *case) for case in CONTRACT)]
)
def test_a_rule_tells_where_it_hurts_and_how_to_mend_it(form, typed, at, said):
    (problem,) = drafts.parse(form, full(form) | typed, {}, on=TODAY).problems
    assert problem.path == at and said in problem.said


def test_pay_by_the_states_table_is_that_tables():
    typed = full(Contract, other_choices=True) | {"article_2_rights.wage_coefficient": "2,67"}
    (problem,) = drafts.parse(Contract, typed, {}, on=TODAY).problems
    assert problem.path == "article_2_rights.wage_coefficient" and "2,34" in problem.said


RIGHT = [
    (Syll, {f"{JOB}.to_month": "07/2001", f"{JOB}.from_month": "2001"}),
    (Syll, {"economy.salary_history.row001.salary_coefficient": "9,99"}),  # before the scale of 2004
    (Syll, {"training.it_training.row001.to_month": "2030"}),  # a course may go on
    (Contract, {"article_1.end_date": "01/01/2027"}),  # the same day a year later is how some write it
    (Contract, {"article_1.start_date": "01/2026"}),
    (Contract, {"article_6.effective_date": "01/01/2027"}),
]


@pytest.mark.parametrize(("form", "typed"), RIGHT)
def test_what_may_be_is_not_refused(form, typed):
    assert drafts.parse(form, full(form) | typed, {}, on=TODAY).problems == []


DOUBTED = [
    (Syll, {"work.work_history.row002.from_month": "09/2001"}, "work.work_history.row002.from_month", "ngắt quãng"),
    (Syll, dict.fromkeys(NUMBERS, "099175001234"), "identity.citizen_id_number", "mã tỉnh"),
    (
        Syll,
        {"qualification.highest_professional_qualification": "Cử nhân"},
        "qualification.highest_professional_qualification",
        "cao hơn",
    ),
    (
        Syll,
        {"qualification.highest_professional_qualification": "Tiến sĩ"},
        "qualification.highest_professional_qualification",
        "chưa có văn bằng",
    ),
    (Contract, {"party_b.employee_id_number": "099190001234"}, "party_b.employee_id_number", "mã tỉnh"),
    (Contract, {"article_1.probation_to": "31/03/2026"}, "article_1.probation_to", "60 ngày"),
    (Contract, {"article_2_rights.annual_leave_days": "10"}, "article_2_rights.annual_leave_days", "12 ngày"),
]


@pytest.mark.parametrize(("form", "typed", "at", "said"), DOUBTED)
def test_a_doubt_warns_and_refuses_nothing(form, typed, at, said):
    document, problems = drafts.parse(form, full(form) | typed, {}, on=TODAY)
    (doubt,) = drafts.doubts(form, document, on=TODAY)
    assert problems == [] and doubt.path == at and said in doubt.said


def test_a_job_beside_another_makes_no_gap():
    beside = {"work.work_history.row001.to_month": "05/2019", f"{JOB}.to_month": "12/2002"}
    document, problems = drafts.parse(Syll, full(Syll) | beside, {}, on=TODAY)
    assert problems == [] == drafts.doubts(Syll, document, on=TODAY)
