import pytest
from hypothesis import given

from hoso.records import drafts
from hoso.records.codes import choices
from hoso.records.compare import apply, compare, part
from hoso.records.forms import Syll
from hoso.records.forms.grammar import in_order
from hoso.records.paths import get, put
from tests.forms import AN, TODAY, documents

STEP, RATE, JOB = "salary.salary_step", "salary.salary_coefficient", "work.work_history.job001"


def parse(draft, base=None):
    return drafts.parse(Syll, draft, base or {}, on=TODAY)


def paths(problems):
    return [problem.path for problem in problems]


def test_what_an_typed_becomes_a_document_in_one_spelling():
    document, problems = parse(AN)
    assert problems == drafts.check(Syll, document) == []
    kept = [get(document, f"identity.{name}") for name in ("birth_full_name", "date_of_birth", "contact_phone")]
    assert kept == ["Nguyễn Thị An", "1975-09-02", "0912345678"]
    assert [get(document, path) for path in (STEP, RATE)] == [3, "3.00"]


@given(documents())
def test_reading_changes_nothing_in_a_document(document):
    assert parse({}, document).document == document


def test_every_problem_is_told_at_once_at_its_path():
    document, problems = parse(AN | {"identity.date_of_birth": "31/02/1975", STEP: "4", "identity.shoe_size": "38"})
    assert paths(problems) == ["identity.shoe_size", "identity.date_of_birth", RATE]
    assert problems[2].sentence == "Ngạch 01.003 bậc 4 có hệ số 3,33; hãy ghi lại hệ số hoặc bậc."
    assert get(document, "identity.date_of_birth") is None and get(document, "identity.gender") == "F"


TOLD = {
    ("identity.gender", "M"): "identity.citizen_id_number",
    ("identity.date_of_birth", "1976"): "identity.citizen_id_number",
    (STEP, "10"): STEP,
    ("salary.over_scale_seniority_percent", "5"): "salary.over_scale_seniority_percent",
    (f"{JOB}.to_month", "1996"): f"{JOB}.to_month",
    ("identity.religion", "Phật"): "identity.religion",
    ("identity.birth_full_name", "An\x07"): "identity.birth_full_name",
    ("work.work_history.BAD.organisation", "Sở"): "work.work_history.BAD",
    ("identity", ""): "identity",
}


@pytest.mark.parametrize(("typed", "told_at"), TOLD.items())
def test_a_rule_tells_where_it_hurts(typed, told_at):
    assert {*paths(parse(AN | dict([typed])).problems)} == {told_at}


def test_dates_that_may_agree_are_not_wrong():
    assert parse(AN | {f"{JOB}.from_month": "6/1997", f"{JOB}.to_month": "1997"}).problems == []


def test_blank_takes_away_a_value_or_a_row():
    taken = {"identity.religion": " ", "family.family_own_side.kin001": ""}
    document, problems = parse(taken, parse(AN).document)
    assert (
        problems == []
        and "religion" not in document["identity"]
        and list(document["family"]["family_own_side"]) == ["kin002"]
    )


def test_a_draft_answers_only_for_what_it_brings():
    old = put(put(parse(AN).document, "identity.native_place_province", "35"), RATE, "3.33")
    assert paths(drafts.check(Syll, old)) == [RATE]
    assert parse({"identity.contact_phone": "0912345679", "identity.native_place_province": "35"}, old).problems == []
    assert paths(parse({"identity.native_place_province": "36"}, old).problems) == ["identity.native_place_province"]
    assert len(choices("province", TODAY)) == 34


def test_what_is_accepted_in_part_is_checked_again():
    base = parse(AN).document
    edits = compare(base, parse({STEP: "4", RATE: "3,33"}, base).document)
    assert drafts.check(Syll, apply(base, edits)) == []
    assert paths(drafts.check(Syll, apply(base, part(edits, STEP)))) == [RATE]


def test_incomplete_is_not_wrong_and_what_is_missing_has_a_name():
    document, problems = parse({"family.family_own_side.kin001.full_name": "Chi"})
    missing = drafts.missing(Syll, document)
    assert problems == [] and len(missing["Thông tin cá nhân"]) == 13
    assert [path.split(".")[-1] for path in missing["Quan hệ gia đình"]] == ["relationship", "birth_year"]
    assert not any(drafts.missing(Syll, parse(AN).document).values())


def test_a_gap_is_a_doubt_and_rows_are_printed_in_their_own_order():
    more = {f"family.family_own_side.{kin}.relationship": who for kin, who in {"kin003": "ANH", "kin004": "VO"}.items()}
    document = parse(AN | more | {f"{JOB}.to_month": "03/2001"}).document
    assert paths(drafts.doubts(Syll, document)) == ["work.work_history.job002.from_month"]
    family = Syll.model_validate(document).family.family_own_side
    assert [row_id for row_id, _ in in_order(family)] == ["kin001", "kin002", "kin004", "kin003"]


NOT_OURS = [{"salary": {"salary_step": "3"}}, {"salary": {}}, {"identity": {"gender": None}}, {"family": {"x": {}}}]


@pytest.mark.parametrize("document", NOT_OURS)
def test_a_document_in_another_spelling_is_not_ours(document):
    assert drafts.check(Syll, document)


def test_a_masked_document_is_no_base():
    assert paths(parse({}, {"identity": {"other_names": {"masked": "common"}}}).problems) == ["identity.other_names"]
