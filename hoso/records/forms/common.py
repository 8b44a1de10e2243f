"""What must hold between fields of more than one form."""

from collections.abc import Iterator, Mapping
from datetime import date

from hoso.records.codes import code_of, pay_step
from hoso.records.dates import first_day, last_day, surely_after, surely_before
from hoso.records.forms.grammar import Form, Problem, rows
from hoso.records.personal_id import is_known_place, why_not_personal_id

NUMBER_AND_SEX = "Số định danh không khớp giới tính đã khai; hãy đối chiếu với thẻ căn cước."
NUMBER_AND_BIRTH = "Số định danh không khớp năm sinh đã khai; hãy đối chiếu với thẻ căn cước."
NUMBER_AND_CENTURY = "Chữ số thứ tư của số định danh phải từ 0 đến 3; hãy đối chiếu với thẻ căn cước."
UNKNOWN_PLACE = "Ba chữ số đầu của số định danh không phải mã tỉnh nào đã biết; hãy kiểm tra lại số."
NO_SUCH_STEP = "Ngạch %(rank)s không có bậc %(step)s (bậc cuối là %(last)s); hãy ghi lại bậc."
OTHER_COEFFICIENT = "Ngạch %(rank)s bậc %(step)s có hệ số %(coefficient)s; hãy ghi lại hệ số hoặc bậc."
END_BEFORE_BEGIN = "Thời điểm kết thúc trước thời điểm bắt đầu; hãy ghi lại một trong hai."
IN_THE_FUTURE = "Ngày này chưa tới (hôm nay là %(today)s); hãy ghi lại."

WHY_NOT_NUMBER = {
    "other_sex": NUMBER_AND_SEX,
    "other_birth_year": NUMBER_AND_BIRTH,
    "other_century": NUMBER_AND_CENTURY,
}


def number_problems(path: str, number: str | None, born: str | None, sex: str | None) -> Iterator[Problem]:
    """The personal number must carry the sex and the year of birth that the form states."""
    reason = number and why_not_personal_id(number, born, code_of(sex) if sex else None)
    if reason:
        yield Problem(path, WHY_NOT_NUMBER[reason])


def number_doubts(path: str, number: str | None) -> Iterator[Problem]:
    """A place code that nobody knows may be a slip of the pen, and may be a place we do not know."""
    if number and not is_known_place(number):
        yield Problem(path, UNKNOWN_PLACE)


def pay_problems(
    step_path: str,
    coefficient_path: str,
    rank: str | None,
    step: int | None,
    coefficient: str | None,
    since: str | None,
) -> Iterator[Problem]:
    """Step and coefficient must be the pay scale's for the rank on that day (NĐ 204/2004/NĐ-CP).

    Pay from before the scale is not judged.
    """
    day = last_day(since) if since else date.max
    if rank is None or step is None:
        return
    found, words = pay_step(rank, step, day), {"rank": code_of(rank), "step": step}
    if found is None:
        first = pay_step(rank, 1, day)
        if first:  # else there was no scale that day
            yield Problem(step_path, NO_SUCH_STEP, words | {"last": first.last_step})
    elif coefficient and coefficient != found.coefficient:
        words |= {"coefficient": found.coefficient.replace(".", ",")}
        yield Problem(coefficient_path, OTHER_COEFFICIENT, words)


def periods_end_after_they_begin(form: Form, on: date | None) -> Iterator[Problem]:
    """A period in a table must not surely end before it begins."""
    for path, row in rows(form):
        begin, end = getattr(row, "from_month", None), getattr(row, "to_month", None)
        if begin and end and surely_before(end, begin):
            yield Problem(f"{path}.to_month", END_BEFORE_BEGIN)


def in_order(at: str, earlier: str | None, later: str | None, sentence: str) -> Iterator[Problem]:
    """Of two dates the later one must not surely lie before the other."""
    if earlier and later and surely_before(later, earlier):
        yield Problem(at, sentence)


def future_problems(values: Mapping[str, str | None], on: date | None) -> Iterator[Problem]:
    """Of these dates by path, none may surely lie after the day."""
    for path, value in values.items():
        if on and value and surely_after(value, on):
            yield Problem(path, IN_THE_FUTURE, {"today": f"{on:%d/%m/%Y}"})


def years_after(day: str, years: int) -> date:
    """The first day on which so many years have passed since the earliest day that a date can mean."""
    born = first_day(day)
    return date(born.year + years, born.month, min(born.day, 28))
