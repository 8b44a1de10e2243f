"""What must hold between the fields of a labour contract (rules), and what is only odd (doubts)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hoso.records.dates import first_day, last_day, plus_months, surely_before
from hoso.records.forms.common import END_BEFORE_BEGIN, future_problems, number_doubts, number_problems, pay_problems
from hoso.records.forms.grammar import Problem

if TYPE_CHECKING:
    from hoso.records.forms.contract import Contract

LONGEST_TERM = 36  # months (Bộ luật Lao động 2019, art. 20)
LONGEST_PROBATION = 60  # days for work that needs a college degree (art. 25)
LEAST_PROBATION_WAGE = 85  # per cent (art. 26)
LEAST_LEAVE = 12  # working days a year (art. 113)

TERM = "Thời hạn phải từ 1 đến %(most)d tháng; hãy ghi lại."
END = "Từ %(start)s, thời hạn %(months)d tháng thì ngày cuối là %(end)s; hãy ghi lại ngày hoặc thời hạn."
PROBATION = "Thời gian thử việc nằm ngoài thời hạn hợp đồng; hãy ghi lại."
PROBATION_WAGE = "Lương thử việc thấp hơn %(least)d%% mức lương; hãy ghi lại."
PAY_DAY = "Ngày trả lương phải từ 1 đến 31; hãy ghi lại."
LONG_PROBATION = "Thời gian thử việc dài hơn %(most)d ngày; hãy kiểm tra lại."
SHORT_LEAVE = "Nghỉ hằng năm ít hơn %(least)d ngày làm việc; hãy kiểm tra lại."


def number_agrees(form: "Contract", on: date | None) -> Iterator[Problem]:
    """The personal number carries the sex and the year of birth that the contract states."""
    worker = form.party_b
    yield from number_problems(
        "party_b.employee_id_number",
        worker.employee_id_number,
        worker.employee_date_of_birth,
        worker.employee_gender,
    )


def term_agrees(form: "Contract", on: date | None) -> Iterator[Problem]:
    """A fixed term is at most 36 months and ends where beginning and length say."""
    terms = form.article_1
    start, end, months = terms.start_date, terms.end_date, terms.term_months
    if months is not None and not 1 <= months <= LONGEST_TERM:
        yield Problem("article_1.term_months", TERM, {"most": LONGEST_TERM})
    elif start and end and surely_before(end, start):
        yield Problem("article_1.end_date", END_BEFORE_BEGIN)
    elif start and end and months and first_day(start) == last_day(start) and first_day(end) == last_day(end):
        due = plus_months(first_day(start), months)
        if first_day(end) not in (due, due - timedelta(days=1)):  # people write either
            said = {"start": f"{first_day(start):%d/%m/%Y}", "end": f"{due - timedelta(days=1):%d/%m/%Y}"}
            yield Problem("article_1.end_date", END, said | {"months": months})


def probation_lies_inside(form: "Contract", on: date | None) -> Iterator[Problem]:
    """Probation begins with or after the contract, and ends with or before it."""
    terms = form.article_1
    start, end = terms.start_date or terms.indefinite_effective_date, terms.end_date
    begin, over = terms.probation_from, terms.probation_to
    if begin and over and surely_before(over, begin):
        yield Problem("article_1.probation_to", END_BEFORE_BEGIN)
    if begin and start and surely_before(begin, start):
        yield Problem("article_1.probation_from", PROBATION)
    if over and end and surely_before(end, over):
        yield Problem("article_1.probation_to", PROBATION)


def pay_agrees(form: "Contract", on: date | None) -> Iterator[Problem]:
    """Pay by the State's table is that table's; probation is paid at least 85 % of the wage; a pay day exists."""
    pay = form.article_2_rights
    yield from pay_problems(
        "article_2_rights.wage_step",
        "article_2_rights.wage_coefficient",
        pay.wage_rank,
        pay.wage_step,
        pay.wage_coefficient,
        form.article_6.effective_date,
    )
    if pay.wage and pay.probation_wage is not None and pay.probation_wage * 100 < pay.wage * LEAST_PROBATION_WAGE:
        yield Problem("article_2_rights.probation_wage", PROBATION_WAGE, {"least": LEAST_PROBATION_WAGE})
    begin, over = pay.probation_wage_from, pay.probation_wage_to
    if begin and over and surely_before(over, begin):
        yield Problem("article_2_rights.probation_wage_to", END_BEFORE_BEGIN)
    if pay.pay_day is not None and not 1 <= pay.pay_day <= 31:
        yield Problem("article_2_rights.pay_day", PAY_DAY)


def what_was_is_not_to_come(form: "Contract", on: date | None) -> Iterator[Problem]:
    """Birth and card lie behind us; all else of a contract may be to come."""
    worker = form.party_b
    values = {
        "party_b.employee_date_of_birth": worker.employee_date_of_birth,
        "party_b.employee_id_issue_date": worker.employee_id_issue_date,
        "party_a.authorisation_date": form.party_a.authorisation_date,
    }
    yield from future_problems(values, on)


def place_is_known(form: "Contract", on: date | None) -> Iterator[Problem]:
    """The personal number begins with the code of a place."""
    yield from number_doubts("party_b.employee_id_number", form.party_b.employee_id_number)


def terms_are_usual(form: "Contract", on: date | None) -> Iterator[Problem]:
    """Probation is short and leave is long enough."""
    begin, over = form.article_1.probation_from, form.article_1.probation_to
    if begin and over and (first_day(over) - last_day(begin)).days >= LONGEST_PROBATION:
        yield Problem("article_1.probation_to", LONG_PROBATION, {"most": LONGEST_PROBATION})
    leave = form.article_2_rights.annual_leave_days
    if leave is not None and leave < LEAST_LEAVE:
        yield Problem("article_2_rights.annual_leave_days", SHORT_LEAVE, {"least": LEAST_LEAVE})


CONTRACT = (number_agrees, term_agrees, probation_lies_inside, pay_agrees, what_was_is_not_to_come)
CONTRACT_DOUBTS = (place_is_known, terms_are_usual)
