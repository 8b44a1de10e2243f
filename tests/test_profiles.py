"""A province's own profile: a file in its configuration, checked with sentences, without code."""

import json
import tomllib
from datetime import date
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from hoso.regulation import profiles, rules

HAI_PHONG = """
title = "Thành phố Hải Phòng"
extends = "vn"
rank = 4

[[rule]]
id = "entry.first"
values = [{ from = 2024-01-01, within = "4 working days", article = "Điều 5 Quyết định 99/2023/QĐ-UBND" }]
"""


@pytest.fixture
def folder(tmp_path, settings):
    """An installation's own folder of profiles, read afresh."""
    settings.HOSO_HOME = tmp_path
    made = tmp_path / "profiles"
    made.mkdir()
    profiles.read.cache_clear()
    rules.profile.cache_clear()
    yield made
    profiles.read.cache_clear()
    rules.profile.cache_clear()


def write(folder, text, name="hai-phong.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said(path):
    return [str(each) for each in profiles.check(path, rules.RULES)]


def run(*words):
    out, err = StringIO(), StringIO()
    try:
        call_command("profile", *words, stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue() + err.getvalue()
    return 0, out.getvalue()


def test_a_province_adds_a_file_and_the_rule_holds(folder):
    assert said(write(folder, HAI_PHONG)) == []
    assert rules.title("hai-phong") == "Thành phố Hải Phòng"
    assert "hai-phong" in profiles.codes()
    first = rules.value("entry.first", on=date(2024, 5, 1), code="hai-phong")
    assert (first.within, first.profile, first.rank) == ("4 working days", "hai-phong", 4)
    assert rules.value("entry.first", on=date(2026, 7, 1), code="hai-phong").profile == "vn"
    assert rules.value("round.sign", on=date(2024, 5, 1), code="hai-phong").within == "last 5 days"  # inherited


WRONG = {
    "no toml": ("title = ", "is no TOML"),
    "no title": (HAI_PHONG.replace('title = "Thành phố Hải Phòng"', ""), "title: is missing"),
    "a word that is none": (HAI_PHONG + "ranks = 3\n", "ranks: is no word of a profile"),
    "an unknown rule": (HAI_PHONG.replace("entry.first", "entry.frist"), "do you mean entry.first?"),
    "a term nobody can read": (HAI_PHONG.replace("4 working days", "four days"), "“four days” cannot be read"),
    "no article": (HAI_PHONG.replace(', article = "Điều 5 Quyết định 99/2023/QĐ-UBND"', ""), "article: is missing"),
    "no such parent": (HAI_PHONG.replace('"vn"', '"vm"'), "“vm” cannot be used"),
    "no parent": (HAI_PHONG.replace('extends = "vn"', ""), "inherits what the nation says"),
    "its own parent": (HAI_PHONG.replace('"vn"', '"hai-phong"'), "a circle"),
    "a setting for a term": (
        HAI_PHONG.replace('within = "4 working days"', "setting = true"),
        "wants a term",
    ),
    "a window where a term belongs": (HAI_PHONG.replace("4 working days", "last 7 days"), "wants a term"),
    "a term and a setting": (HAI_PHONG.replace("within =", "setting = 4, within ="), "one of them"),
    "a rank that is none": (HAI_PHONG.replace("rank = 4", "rank = 9"), "rank"),
    "a day that is none": (HAI_PHONG.replace("2024-01-01", '"soon"'), "from"),
    "one day twice": (
        HAI_PHONG.replace("values = [", 'values = [{ from = 2024-01-01, within = "9 days", article = "Điều 6" },'),
        "two values of one rank from 2024-01-01",
    ),
    "one rule twice": (HAI_PHONG + HAI_PHONG.partition("[[rule]]")[2].join(["\n[[rule]]", ""]), "stands twice"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_is_said_at_its_place(folder, fault):
    text, sentence = WRONG[fault]
    path = write(folder, text)
    found = said(path)
    assert any(sentence in each for each in found), found
    code, out = run("check", str(path))
    assert (code, sentence in out) == (1, True)


def test_a_profile_of_the_product_cannot_be_replaced(folder):
    assert any("is a profile of the product" in each for each in said(write(folder, HAI_PHONG, "vn.toml")))
    assert profiles.place("vn").parent == profiles.BUILT_IN
    assert profiles.place("../keys") is None
    assert any("name the file" in each for each in said(write(folder, HAI_PHONG, "Hải Phòng.toml")))
    assert any("cannot be read" in each for each in said(folder / "none.toml"))


@pytest.mark.parametrize("code", ["vn", "quang-ninh", "tay-ninh", "demo"])
def test_the_schema_and_the_check_agree_on_the_product_s_own(code):
    path = profiles.BUILT_IN / f"{code}.toml"
    assert said(path) == []
    schema = profiles.ProfileFile.model_json_schema()
    data = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
    jsonschema.Draft202012Validator(schema).validate(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(data | {"rank": 9})


def test_the_schema_lies_beside_the_documents():
    held = Path(__file__).parent.parent / "docs" / "profile.schema.json"
    assert json.loads(held.read_text(encoding="utf-8")) == profiles.ProfileFile.model_json_schema()


@pytest.mark.parametrize("code", ["vn", "quang-ninh", "tay-ninh", "demo"])
@given(rule=st.sampled_from(sorted(rules.RULES)), on=st.dates(date(2023, 1, 1), date(2028, 1, 1)))
def test_what_explains_and_what_holds_are_the_same(code, rule, on):
    reasons = rules.explain(rule, on=on, code=code)
    holding = [each.value for each in reasons if each.holds]
    try:
        assert holding == [rules.value(rule, on=on, code=code)]
    except LookupError:
        assert holding == []
    assert all(each.holds == (each.why == "") for each in reasons)
    assert all((each.why == "not_yet") == (each.value.since > on) for each in reasons)


def test_explaining_says_which_article_and_inherited_from_where():
    code, out = run("explain", "entry.first", "--on", "2026-06-30", "--in", "demo")
    assert code == 0
    assert "2023-12-05  5 working days  [HOLDS]" in out
    assert "khoản 3 Điều 6 Quyết định 31/2023/QĐ-UBND (rank 4, profile quang-ninh)" in out
    assert "2026-07-01  3 working days  [not yet in force]" in out
    assert run("explain", "entry.first", "--on", "2022-01-01")[0] == 1
    assert run("explain", "entry.none")[0] == 2
    assert "there is no profile xx" in run("explain", "entry.first", "--in", "xx")[1]


def test_the_list_names_every_profile_and_its_parents(folder):
    write(folder, HAI_PHONG)
    code, out = run("list")
    assert code == 0
    assert "(hai-phong > vn)" in out and "(demo > quang-ninh > vn)" in out
    assert run("schema")[1].startswith("{")
