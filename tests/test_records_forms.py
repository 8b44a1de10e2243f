import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hoso.records import values
from hoso.records.codes import codelist
from hoso.records.forms import FORMS, Syll, Syll2026
from hoso.records.forms.grammar import COMMON, PROTECTED, RESTRICTED, headers, patterns, schema, walk
from hoso.records.values import clean, first_day, last_day, surely_before
from tests.forms import DATES, documents

VALIDATOR = Draft202012Validator(schema(Syll))


@pytest.mark.parametrize("form", FORMS.values())
def test_every_field_says_what_it_is(form):
    for leaf in walk(form):
        assert leaf.no and leaf.label and leaf.section and leaf.kind, leaf
        assert bool(leaf.codes and codelist(leaf.codes)) == (leaf.kind.name == "code"), leaf


def test_a_new_field_is_one_line():
    (added,) = set(walk(Syll2026)) - set(walk(Syll))
    published = schema(Syll2026)["$defs"]["Identity2026"]["properties"]["native_place_before"]
    assert published == {"title": added.label, "type": "string", "x-no": "5d", "x-tier": "restricted"}
    assert headers(Syll, "work.work_history")[2:] == ["Đơn vị công tác", "Chức danh/ chức vụ"]


@given(documents())
def test_every_document_is_valid_against_the_published_schema(document):
    VALIDATOR.validate(document)


READ = [("02/09/1975", "1975-09-02"), ("2-9-1975", "1975-09-02"), ("9/1975", "1975-09"), ("1975", "1975")]


@pytest.mark.parametrize(("typed", "kept"), READ)
def test_dates_are_read_as_people_type_them(typed, kept):
    assert values.read_date(typed) == values.read_date(kept) == kept


def test_numbers_are_read_as_people_type_them():
    assert values.MONEY.value_of("5.000.000 đ") == 5_000_000
    assert values.STEP.value_of("3/9") == 3 and values.PERCENT.value_of("85 %") == 85
    assert values.read_coefficient("4,4") == "4.40" and values.PHONE.value_of("0912 345-678") == "0912345678"


@pytest.mark.parametrize(("kind", "typed"), [("MONEY", "5.5"), ("PERCENT", "101"), ("PHONE", "113"), ("STEP", "ba")])
def test_what_could_mean_something_else_is_asked_again(kind, typed):
    with pytest.raises(ValueError, match="ví dụ"):
        getattr(values, kind).value_of(typed)


def test_texts_that_look_alike_are_the_same():
    assert clean(" Nguye\u0302\u0303n\u00a0\u200bAn ") == "Nguyễn An"


@given(DATES, DATES, st.data())
def test_a_partial_date_compares_as_the_days_it_can_mean(one, other, data):
    early = data.draw(st.dates(first_day(one), last_day(one)))
    late = data.draw(st.dates(first_day(other), last_day(other)))
    assert early < late or not surely_before(one, other)
    assert surely_before(one, other) or last_day(one) >= first_day(other)
