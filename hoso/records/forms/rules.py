"""What must hold between the fields of the sơ yếu lý lịch (rules), and what is only odd (doubts)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from hoso.records.codes import pay_step
from hoso.records.forms.grammar import Problem, in_order, rows
from hoso.records.forms.sections import Period
from hoso.records.values import first_day, last_day, surely_before, why_not_personal_id

if TYPE_CHECKING:
    from hoso.records.forms.syll import Syll


def personal_id_agrees(form: "Syll") -> Iterator[Problem]:
    """The personal number must carry the sex and the year of birth that the form states."""
    person = form.identity
    reason = person.citizen_id_number and why_not_personal_id(
        person.citizen_id_number, person.date_of_birth, person.gender
    )
    if reason:
        stated = {"other_sex": "giới tính (mục 1b)", "other_birth_year": "năm sinh (mục 3)"}[reason]
        yield Problem("identity.citizen_id_number", f"Số định danh không khớp {stated}; hãy đối chiếu với thẻ CCCD.")


def coefficient_agrees(form: "Syll") -> Iterator[Problem]:
    """The coefficient must be the pay scale's for the rank and step (NĐ 204/2004/NĐ-CP)."""
    pay = form.salary
    if not (pay.rank_code and pay.salary_step):
        return
    step = pay_step(pay.rank_code, pay.salary_step)
    if step is None:
        yield Problem("salary.salary_step", f"Ngạch {pay.rank_code} không có bậc {pay.salary_step}; hãy ghi lại bậc.")
    elif pay.salary_coefficient and pay.salary_coefficient != step.coefficient:
        scale = f"Ngạch {pay.rank_code} bậc {pay.salary_step} có hệ số {step.coefficient.replace('.', ',')}"
        yield Problem("salary.salary_coefficient", f"{scale}; hãy ghi lại hệ số hoặc bậc.")
    elif pay.over_scale_seniority_percent and pay.salary_step < step.last_step:
        yield Problem(
            "salary.over_scale_seniority_percent",
            f"Chỉ hưởng vượt khung ở bậc cuối ({step.last_step}); hãy bỏ mục này.",
        )


def periods_end_after_they_begin(form: "Syll") -> Iterator[Problem]:
    """A period must not surely end before it begins."""
    for path, row in rows(form):
        if isinstance(row, Period) and row.from_month and row.to_month and surely_before(row.to_month, row.from_month):
            yield Problem(f"{path}.to_month", "Thời điểm kết thúc trước thời điểm bắt đầu; hãy ghi lại.")


def work_has_a_gap(form: "Syll") -> Iterator[Problem]:
    """Between two jobs there should be no gap that is surely longer than a month."""
    jobs = in_order(form.work.work_history)
    for (_, earlier), (row_id, later) in pairwise(jobs):
        if earlier.to_month and later.from_month:
            gap = first_day(later.from_month) - last_day(earlier.to_month)
            if gap.days > 31:
                yield Problem(
                    f"work.work_history.{row_id}.from_month", "Quá trình công tác bị ngắt quãng trước mục này."
                )
