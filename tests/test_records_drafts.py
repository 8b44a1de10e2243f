import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.records import drafts
from hoso.records.codes import choices
from hoso.records.compare import apply, compare, part
from hoso.records.forms import Contract, Syll
from hoso.records.forms.grammar import in_order, walk
from hoso.records.paths import get, put, put_all
from tests.forms import AN, TODAY, documents, full

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
    assert problems[2].said == "Ngạch 01.003 bậc 4 có hệ số 3,33; hãy ghi lại hệ số hoặc bậc."
    assert get(document, "identity.date_of_birth") is None and get(document, "identity.gender") == "F@2023-05-05"


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
    position = "position.current_position"
    old = put_all(parse(AN).document, {RATE: "3.03", "salary.rank_code": "V.07.02.05@2004-10-01", STEP: 4})
    assert paths(drafts.check(Syll, old)) == []
    old = put(old, RATE, "3.00")
    assert paths(drafts.check(Syll, old)) == [RATE]
    assert parse({"identity.contact_phone": "0912345679", "salary.rank_code": "V.07.02.05"}, old).problems == []
    assert paths(parse({"salary.rank_code": "V.07.02.06"}, old).problems)[0] == "salary.rank_code"
    assert paths(parse({position: "L99"}, old).problems) == [position]
    assert len(choices("province", TODAY)) == 34


def test_what_is_accepted_in_part_is_checked_again():
    base = parse(AN).document
    edits = compare(base, parse({STEP: "4", RATE: "3,33"}, base).document)
    assert drafts.check(Syll, apply(base, edits)) == []
    assert paths(drafts.check(Syll, apply(base, part(edits, STEP)))) == [RATE]


def test_incomplete_is_not_wrong_and_what_is_missing_has_a_name():
    document, problems = parse({"family.family_own_side.kin001.full_name": "Chi"})
    missing = drafts.missing(Syll, document)
    assert problems == [] and len(missing["identity"]) == 13
    assert [path.split(".")[-1] for path in missing["family"]] == ["relationship", "birth_year"]
    assert not drafts.missing(Syll, parse(AN).document)["identity"]


def test_a_gap_is_a_doubt_and_rows_are_printed_in_their_own_order():
    more = {f"family.family_own_side.{kin}.relationship": who for kin, who in {"kin003": "ANH", "kin004": "VO"}.items()}
    document = parse(AN | more | {f"{JOB}.to_month": "03/2001"}).document
    assert paths(drafts.doubts(Syll, document)) == ["work.work_history.job002.from_month"]
    family = Syll.model_validate(document).family.family_own_side
    assert [row_id for row_id, _ in in_order(family)] == ["kin001", "kin002", "kin004", "kin003"]


def states(document, draft, **how):
    return {state.part.key: state for state in drafts.states(Syll, document, draft, on=TODAY, **how)}


def test_a_section_is_empty_then_in_progress_then_complete():
    assert {state.status for state in states({}, {}).values()} == {"empty"}
    begun = states({}, {"recruitment.first_recruitment_date": "soon"})["recruitment"]
    assert begun.status == "in_progress" and len(begun.problems) == 1
    assert begun.missing[0] == "Nghề nghiệp trước khi được tuyển dụng" and len(begun.missing) == 4
    done = parse(full(Syll)).document
    assert {state.status for state in states(done, {}).values()} == {"complete"}
    assert states(done, {"identity.religion": ""})["identity"].missing == ["Tôn giáo"]
    wrong = states(done, {"identity.contact_phone": "113"})["identity"]
    assert wrong.status == "in_progress" and [each.path for each in wrong.problems] == ["identity.contact_phone"]


def test_each_side_answers_for_its_own_fields():
    person, agency = drafts.Filler.PERSON, drafts.Filler.AGENCY
    mine = drafts.missing(Syll, {}, by=person)
    assert mine["salary"] and not mine["header"] and not mine["assessment"]
    later = drafts.missing(Syll, {}, by=person, first=False)
    assert not later["salary"] and drafts.missing(Syll, {}, by=agency, first=False)["salary"]
    assert mine["work"] == ["work.work_history"] and mine["family"] == ["family.family_own_side"]


def test_a_field_counts_and_stays_only_where_it_makes_sense():
    post, named = "position.current_position", "position.position_appointment_date"
    typed = {post: "Trưởng phòng", named: "01/06/2019"}
    held = parse(typed).document
    assert get(held, named) == "2019-06-01"
    assert parse({post: ""}, held).document == {} and parse({named: "2019"}).document == {}
    assert [each.sentence for each in drafts.check(Syll, put({}, named, "2019"))] == [drafts.NOT_APPLICABLE]
    base = drafts.parse(Contract, full(Contract), {}, on=TODAY).document
    draft = {"header.contract_form_variant": "SUPPORT", "party_b.employee_major": "Luật"}
    support = drafts.parse(Contract, draft, base, on=TODAY).document
    assert not any(name.endswith(("major", "it_level")) for name in support["party_b"])
    assert not any(drafts.missing(Contract, support).values())
    untried = drafts.parse(Contract, {"article_1.probation_from": ""}, base, on=TODAY).document
    assert drafts.check(Contract, untried) == []  # the wage goes with the probation, and the wage's dates with the wage
    assert not any(name.startswith("probation") for part in untried.values() for name in part)
    other = drafts.parse(Contract, {"article_1.contract_type": "INDEFINITE"}, base, on=TODAY).document
    assert drafts.missing(Contract, other)["article_1"] == ["article_1.indefinite_effective_date"]


@given(documents())
def test_what_is_shown_is_what_was_read(document):
    assert parse(drafts.typed(Syll, document, on=TODAY)).document == document


def test_what_is_shown_is_what_people_write():
    document = parse(full(Syll) | {"identity.native_place_province": "Hà Nam"}).document
    shown = drafts.typed(Syll, document, on=TODAY)
    assert shown["salary.job_position_salary_amount"] == "7.590.000" and shown["salary.salary_coefficient"] == "4,98"
    assert shown["identity.date_of_birth"] == "02/09/1975" and shown["health.weight_kg"] == "52,5"
    assert shown["identity.native_place_province"] == "Hà Nam" and shown["salary.rank_code"] == "Chuyên viên (01.003)"
    assert get(document, "identity.native_place_province") == "35@2008-08-01"


ANYTHING = st.text() | st.sampled_from(
    ["1", "01", "99", "Không", "01/2020", "31/12/2019", "3/9", "5.000.000", "\0", " "]
)
ODD_PATHS = st.sampled_from(
    ["", ".", "identity", "identity.", "work.work_history", "a.b.c.d.e", "work.work_history.x.y"]
)


@pytest.mark.parametrize("form", [Syll, Contract], ids=lambda form: form.name)
@given(data=st.data())
def test_whatever_is_typed_is_answered_with_a_document_and_problems(form, data):
    places = st.sampled_from([leaf.path.replace("*", row) for leaf in walk(form) for row in ("row001", "BAD")])
    draft = data.draw(st.dictionaries(places | ODD_PATHS, ANYTHING, max_size=12))
    document, problems = drafts.parse(form, draft, {}, on=TODAY)
    assert all(problem.said for problem in problems)
    assert set(map(str, drafts.check(form, document, on=TODAY))) <= set(map(str, problems))
    again = drafts.typed(form, document, on=TODAY)
    assert drafts.parse(form, again, {}, on=TODAY).document == document


NOT_OURS = [{"salary": {"salary_step": "3"}}, {"salary": {}}, {"identity": {"gender": None}}, {"family": {"x": {}}}]


@pytest.mark.parametrize("document", NOT_OURS)
def test_a_document_in_another_spelling_is_not_ours(document):
    assert drafts.check(Syll, document)


def test_a_masked_document_is_no_base():
    assert paths(parse({}, {"identity": {"other_names": {"masked": "common"}}}).problems) == ["identity.other_names"]
