"""Both statutory forms are whole: every printed item is there, says what it is, and can be filled."""

import json
import re
from pathlib import Path

import polib
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from hoso.records import drafts
from hoso.records.codes import codelist
from hoso.records.forms import FORMS, Contract, Syll, Syll2026, carry_over, family, form_of, locked, newest, prefill
from hoso.records.forms.grammar import (
    AGENCY,
    COMMON,
    PERSON,
    PERSON_FIRST,
    Tier,
    columns,
    headers,
    patterns,
    schema,
    sections,
    tables,
    walk,
)
from hoso.records.forms.words import all_words
from hoso.records.paths import get, pattern_of
from tests.forms import DATA, TODAY, documents, full

ENGLISH = Path(__file__).parents[1] / "hoso" / "web" / "locale" / "en" / "forms.po"
PRINTED = {form: json.loads((DATA / name).read_text()) for form, name in ((Syll, "syll.json"), (Contract, "hdld.json"))}
# One printed item that is several fields here, and where its name went.
SPLIT = {
    "salary.rank_or_title": ["salary.rank_code"],  # the name is what the list says of the code
    "family.family_own_side.*.details": [f"family.family_own_side.*.{name}" for name in ("occupation", "residence")],
    "family.family_spouse_side.*.details": [f"family.family_spouse_side.*.{name}" for name in ("occupation",)],
    "header.signing_place_and_date": ["header.signing_place", "header.signing_date"],
}
# The personal number is stored encrypted wherever it is stored, so it is stricter than the source of the tiers says.
NUMBERS = ("header.record_identifier", "identity.citizen_id_number", "party_b.employee_id_number")
COUNTED_TOGETHER = {"30.1a": "30.1a-b", "30.1b": "30.1a-b"}


@pytest.mark.parametrize("form", PRINTED, ids=lambda form: form.name)
def test_every_printed_item_is_on_the_form_as_printed(form):
    known = {leaf.path: leaf for leaf in (*walk(form), *tables(form))}
    for item in PRINTED[form]["fields"]:
        if item["signed"]:
            assert item["no"] in [no for no, _ in form.signatures], item
            continue
        name = f"{item['section']}.{item['name']}"
        for path in SPLIT.get(name, [name]):
            leaf = known[path]
            assert leaf.no == COUNTED_TOGETHER.get(item["no"], item["no"]), path
            assert leaf.tier is (Tier.PROTECTED if path in NUMBERS else Tier[item["tier"]]), path
            assert leaf.required == item["required"] or leaf.when, path
            assert leaf.label == item["label"] or path in str(SPLIT), path
            assert ("PROFESSIONAL" in str(leaf.when)) == (item.get("variant") == "PROFESSIONAL"), path


def test_every_printed_table_has_its_columns():
    for item in PRINTED[Syll]["tables"]:
        path = f"{item['section']}.{item['name']}"
        (table,) = [leaf for leaf in tables(Syll) if leaf.path == path]
        assert (table.no, table.label, table.tier) == (item["no"], item["label"], Tier[item["tier"]])
        for column in item["columns"]:
            for at in SPLIT.get(f"{path}.*.{column['name']}", [f"{path}.*.{column['name']}"]):
                leaf = patterns(Syll)[at]
                assert leaf.label == column["label"] or at in str(SPLIT), at
                assert (leaf.required == column["required"] or at in str(SPLIT)) and leaf.tier >= table.tier
    assert len(tables(Syll)) == len(PRINTED[Syll]["tables"]) == 15


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_field_says_what_it_is(form):
    paths = patterns(form).keys()
    for leaf in walk(form):
        assert leaf.no and leaf.label and leaf.section and leaf.kind and leaf.example and leaf.help, leaf
        assert bool(leaf.codes and codelist(leaf.codes).entries) == (leaf.kind.name == "code"), leaf
        assert not leaf.suggest or codelist(leaf.suggest).entries
        assert not leaf.when or leaf.when.path in paths
        if leaf.when and leaf.when.values:
            asked = patterns(form)[leaf.when.path]
            assert leaf.when.values <= codelist(asked.codes).order.keys(), leaf
    for part in sections(form):
        assert part.title and part.lead.endswith(".") and part.items and (part.fields or part.tables)
    assert all(table.most_rows == 500 for table in tables(form))


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
@pytest.mark.parametrize("other_choices", [False, True])
def test_a_form_filled_to_the_last_field_is_right_complete_and_reads_back(form, other_choices):
    typed = full(form, other_choices=other_choices)
    document, problems = drafts.parse(form, typed, {}, on=TODAY)
    assert [(each.path, each.said) for each in problems] == drafts.check(form, document, on=TODAY) == []
    assert not any(drafts.missing(form, document).values()) and drafts.doubts(form, document, on=TODAY) == []
    assert {pattern_of(path) for path in typed} == {
        leaf.path for leaf in walk(form) if any(True for _ in drafts.find(document, leaf.path))
    }
    assert drafts.parse(form, drafts.typed(form, document, on=TODAY), {}, on=TODAY) == (document, [])
    Draft202012Validator(schema(form)).validate(document)


def test_between_the_two_ways_to_fill_it_every_field_of_a_contract_is_filled():
    filled = {pattern_of(path) for choice in (False, True) for path in full(Contract, other_choices=choice)}
    assert filled == {leaf.path for leaf in walk(Contract)}
    assert {pattern_of(path) for path in full(Syll, rows=5)} == {leaf.path for leaf in walk(Syll)}
    assert sum(".work_history." in path and path.endswith("title_or_position") for path in full(Syll, rows=5)) == 5


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_the_example_of_every_field_can_be_typed(form):
    for leaf in walk(form):
        if leaf.kind.name == "image":
            continue
        value = leaf.kind.value_of(leaf.example)
        path = leaf.path.replace("*", "row001")
        document, problems = drafts.parse(form, {path: leaf.example} | _asked(form, leaf), {}, on=TODAY)
        assert value is not None and not problems and get(document, path), leaf.path


def _asked(form, leaf):
    """What must be typed beside a field for it to make sense."""
    if not leaf.when:
        return {}
    other = patterns(form)[leaf.when.path]
    return {other.path: next(iter(leaf.when.values), other.example)} | _asked(form, other)


@given(documents(most=12))
def test_every_document_is_valid_against_the_published_schema(document):
    Draft202012Validator(schema(Syll)).validate(document)


def test_a_new_field_is_one_declaration():
    (added,) = {leaf.path for leaf in walk(Syll2026)} - {leaf.path for leaf in walk(Syll)}
    published = schema(Syll2026)["$defs"]["Identity2026"]["properties"]["native_place_before"]
    assert added == "identity.native_place_before" and published["x-no"] == "5d"
    assert published["x-tier"] == "restricted" and published["type"] == "string"


def test_columns_are_numbered_by_their_table():
    assert [leaf.no for leaf in columns(Syll, "work.work_history")] == ["33a", "33b", "33c", "33d"]
    assert headers(Syll, "work.work_history")[3] == "Chức danh/ chức vụ"
    assert {leaf.no for leaf in columns(Syll, "family.family_own_side")} == {"36.1a", "36.1b", "36.1c", "36.1d"}


def test_the_agency_fills_what_is_the_agencys():
    by = {leaf.path: leaf.by for leaf in walk(Syll)}
    agency = {path.split(".")[0] for path, who in by.items() if who is AGENCY}
    assert agency == {"header", "position", "assessment", "signature"}
    assert [path for path, who in by.items() if who is AGENCY and path.startswith("position")] == [
        "position.planned_position"
    ]
    later = {path.split(".")[0] for path, who in by.items() if who is PERSON_FIRST}
    assert later == {"salary", "reward", "discipline", "economy"}
    contract = {leaf.path.split(".")[0] for leaf in walk(Contract) if leaf.by is PERSON}
    assert contract == {"party_b"}


def test_what_is_held_is_filled_and_locked():
    held = {"personal_number": "022175001234", "full_name": "Nguyễn Thị Hoa", "sex": "F", "birth": "1975-09-02"}
    held |= {"organization": "Sở Nội vụ", "managing_organization": "UBND tỉnh", "staff_number": "QN-1"}
    for form in FORMS.values():
        document = prefill(form, held)
        assert drafts.check(form, document, on=TODAY) == []
        assert {path for path in locked(form) if get(document, path)} == locked(form)
    assert get(prefill(Syll, held), "identity.gender") == "F@2023-05-05"
    assert prefill(Syll, {"full_name": "An"}) == {"identity": {"birth_full_name": "An"}}


def test_a_contract_carries_over_into_a_record():
    document = drafts.parse(Contract, full(Contract), {}, on=TODAY).document
    carried = carry_over(document)
    assert drafts.check(Syll, carried, on=TODAY) == []
    named = {pattern_of(path).split(".")[1] for path in drafts.typed(Syll, carried, on=TODAY)}
    assert named == set(PRINTED[Contract]["carried"].values())


def test_a_form_is_found_by_name_family_and_day():
    assert form_of("syll/tt06-2023") is newest("syll", TODAY) is Syll
    assert newest("syll", TODAY, offered=["syll/nd27-2026"]) is Syll2026
    assert newest("syll", TODAY.replace(year=2024), offered=["syll/nd27-2026"]) is Syll
    assert newest("contract", TODAY) is Contract and family("contract/tt05-2023") == "contract"


def test_every_word_of_the_forms_has_its_english():
    english = {entry.msgid: entry.msgstr for entry in polib.pofile(str(ENGLISH))}
    assert english.keys() == all_words() and all(english.values())
    places = re.compile(r"%\(\w+\)[sd]")
    assert all({*places.findall(vi)} == {*places.findall(en)} for vi, en in english.items())


def test_the_words_of_the_forms_are_known():
    words = all_words()
    assert {"Họ và tên khai sinh (viết chữ in hoa)", "Loại II – khoẻ", "Mối quan hệ (bản thân)"} <= words
    assert drafts.NO_LONGER in words and "Chuyên viên" not in words
    assert COMMON.name not in words and all(word == word.strip() for word in words)
