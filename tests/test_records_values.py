"""What people type is read forgivingly; what could harm or mislead is refused with a sentence that helps."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.records import drafts, values
from hoso.records.dates import first_day, last_day, plus_months, read_date, surely_before
from hoso.records.forms import Contract, Syll
from hoso.records.forms.grammar import tables, walk
from hoso.records.paths import get
from hoso.records.values import clean, clean_lines
from tests.forms import DATES, TODAY, full, values_of

READ = [("02/09/1975", "1975-09-02"), ("2-9-1975", "1975-09-02"), ("9/1975", "1975-09"), ("1975", "1975")]


@pytest.mark.parametrize(("typed", "kept"), READ)
def test_dates_are_read_as_people_type_them(typed, kept):
    assert read_date(typed) == read_date(kept) == kept


def test_numbers_are_read_as_people_type_them():
    assert values.MONEY.value_of("5.000.000 đ") == values.MONEY.value_of("5 000 000") == 5_000_000
    assert values.STEP.value_of("3/9") == 3 and values.PERCENT.value_of("85 %") == 85
    assert values.read_coefficient("4,4") == "4.40" and values.PHONE.value_of("0912 345-678") == "0912345678"
    assert [values.read_decimal(typed) for typed in ("1.250,50", "1250.5", "80,0", "0")] == [
        "1250.5",
        "1250.5",
        "80",
        "0",
    ]
    assert values.TAX_CODE.value_of("0100109106-001") == "0100109106001"
    assert values.EMAIL.value_of("hoa@quangninh.gov.vn") and values.INSURANCE.value_of("hc4 22 2212345678")


ASKED_AGAIN = [
    ("MONEY", "5.5"),
    ("PERCENT", "101"),
    ("PHONE", "113"),
    ("STEP", "ba"),
    ("DECIMAL", "1,234"),
    ("MONTH", "02/09/1993"),
    ("YEAR", "75"),
    ("EMAIL", "hoa@quangninh"),
    ("TAX_CODE", "12345"),
    ("NUMBER", "10000"),
    ("COEFFICIENT", "2,345"),
]


@pytest.mark.parametrize(("kind", "typed"), ASKED_AGAIN)
def test_what_could_mean_something_else_is_asked_again(kind, typed):
    with pytest.raises(ValueError, match="ví dụ"):
        getattr(values, kind).value_of(typed)


def test_texts_that_look_alike_are_the_same():
    assert clean(" Nguye\u0302\u0303n\u00a0\u200bAn ") == "Nguyễn An"
    assert clean_lines("\r\nMột\u200b  hai \r ba\n\n") == "Một hai\nba"


@given(DATES, DATES, st.data())
def test_a_partial_date_compares_as_the_days_it_can_mean(one, other, data):
    early = data.draw(st.dates(first_day(one), last_day(one)))
    late = data.draw(st.dates(first_day(other), last_day(other)))
    assert early < late or not surely_before(one, other)
    assert surely_before(one, other) or last_day(one) >= first_day(other)


def test_months_are_added_as_contracts_do():
    assert plus_months(date(2026, 1, 31), 1) == date(2026, 2, 28) and plus_months(date(2026, 11, 23), 14) == date(
        2028, 1, 23
    )


@pytest.mark.parametrize("form", [Syll, Contract], ids=lambda form: form.name)
@given(data=st.data())
def test_a_kept_value_is_shown_so_that_it_is_read_again(form, data):
    leaf = data.draw(st.sampled_from(walk(form)))
    value = data.draw(values_of(leaf))
    path = leaf.path.replace("*", "row001")
    shown = drafts.display(leaf, value, TODAY)
    read = drafts._read(form, drafts.put_all({}, {path: shown}), TODAY)[0]
    assert get(drafts._document(read), path) == value


# Bad input in a field of each form: (kind of field, what is typed, a part of what is said or None if it is kept).
NFD = unicodedata.normalize("NFD", "Nguyễn Thị Ước")
BAD = [
    ("personal_id", "0221750012345", "12 chữ số"),
    ("personal_id", "02217500123a", "12 chữ số"),
    ("date", "30/02/1975", "lịch không có"),
    ("date", "31.13.1975", "lịch không có"),
    ("date", "hôm qua", "ví dụ"),
    ("text", "An\0", "điều khiển"),
    ("text", "An\x1b[31m", "điều khiển"),
    ("text", "\ud800", "điều khiển"),
    ("text", "a" * 100_000, "quá giới hạn 1000"),
    ("multiline", "a\n" * 100_000, "quá giới hạn 20000"),
    ("multiline", "An\0", "điều khiển"),
    ("organisation", "S" * 1_001, "quá giới hạn"),
    ("code", "không có mã này", "hãy chọn"),
    ("code", "M@1900-01-01", "hãy chọn"),
    ("phone", "1" * 100_000, "quá giới hạn"),
    ("image", "../../etc/passwd", "tải ảnh"),
]


@pytest.mark.parametrize("form", [Syll, Contract], ids=lambda form: form.name)
@pytest.mark.parametrize(("kind", "typed", "said"), BAD)
def test_bad_input_is_refused_with_a_sentence_that_helps(form, kind, typed, said):
    leaf = next(each for each in walk(form) if each.kind.name == kind and not each.when)
    path = leaf.path.replace("*", "row001")
    document, (problem,) = drafts.parse(form, {path: typed}, {}, on=TODAY)
    assert problem.path == path and said in problem.said and document == {}


@pytest.mark.parametrize("form", [Syll, Contract], ids=lambda form: form.name)
def test_what_cannot_be_seen_changes_nothing(form):
    leaf = next(each for each in walk(form) if each.kind.name == "text")
    for typed in (NFD, "\u202eNguyễn\u200b Thị\u2066 Ước\u2069", "\ufeffNguyễn\tThị\nƯớc"):
        document, problems = drafts.parse(form, {leaf.path: typed}, {}, on=TODAY)
        assert problems == [] and get(document, leaf.path) == "Nguyễn Thị Ước"


@pytest.mark.parametrize("form", [Syll, Contract], ids=lambda form: form.name)
def test_a_table_has_an_end(form):
    table = tables(form)[-1]
    column = next(
        leaf for leaf in walk(form) if leaf.path.startswith(table.path) and leaf.kind.name in ("text", "month")
    )
    typed = {column.path.replace("*", f"{row:06}"): column.example for row in range(501)}
    document, (problem,) = drafts.parse(form, typed, {}, on=TODAY)
    assert problem.path == table.path and "500 dòng" in problem.said and document == {}
    del typed[next(iter(typed))]
    assert drafts.parse(form, typed, {}, on=TODAY).problems == []


def test_a_person_of_whom_only_the_year_of_birth_is_known_passes():
    for born in ("1975", "09/1975", "01/01/1975"):
        typed = full(Syll) | {"identity.date_of_birth": born}
        assert drafts.parse(Syll, typed, {}, on=TODAY).problems == []
