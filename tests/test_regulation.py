"""Law as data: which value holds on a day, working days, windows, and where the texts stand to one another."""

import re
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.regulation import calendar, rules
from hoso.regulation.rules import Value

PROFILES = sorted(path.stem for path in rules.PROFILES.glob("*.toml"))
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(0, 60)
MONTHS = [f"{year}-{number:02}" for year in range(2024, 2029) for number in range(1, 13)]

# -- the calendar ----------------------------------------------------------------------------------------------

OFF = {  # weekdays on which offices were, or will be, closed
    2023: "02/01 20/01 23/01 24/01 25/01 26/01 01/05 02/05 03/05 01/09 04/09",
    2024: "01/01 08/02 09/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09",
    2025: "01/01 27/01 28/01 29/01 30/01 31/01 07/04 30/04 01/05 02/05 01/09 02/09",
    2026: "01/01 02/01 16/02 17/02 18/02 19/02 20/02 27/04 30/04 01/05 31/08 01/09 02/09",
    2027: "01/01 05/02 08/02 09/02 10/02 11/02 16/04 30/04 03/05 02/09 03/09",
}
WORKED = {2024: "04/05", 2025: "26/04", 2026: "10/01 22/08"}  # Saturdays worked in exchange


def _days(year: int, text: str) -> set[date]:
    return {date(year, int(day[3:]), int(day[:2])) for day in text.split()}


@pytest.mark.parametrize("year", OFF)
def test_offices_are_closed_on_weekends_and_on_the_days_that_were_declared(year):
    whole = [date(year, 1, 1) + timedelta(days=number) for number in range(365 + (year == 2024))]
    closed = {day for day in whole if not calendar.is_working(day)}
    weekends = {day for day in whole if day.weekday() > 4}
    assert closed - weekends == _days(year, OFF[year])
    assert weekends - closed == _days(year, WORKED.get(year, ""))


@pytest.mark.parametrize("day", [date(2025, 11, 24), date(2026, 11, 24), date(2027, 11, 24)])
def test_the_day_of_culture_is_a_working_day_until_the_labour_code_says_otherwise(day):
    assert calendar.is_working(day)


def test_every_day_of_the_table_names_its_source_and_what_is_not_declared_yet_says_so():
    for day in calendar.days().values():
        assert day.name and day.source
        moves = day.on.year == 2027 and (day.on.month, day.on.day) != (1, 1)
        assert ("tạm tính" in day.source) == moves, day


@given(DAYS, COUNTS)
def test_between_counts_what_after_went(start, count):
    end = calendar.after(start, count)
    assert calendar.between(start, end) == count
    assert end == start if count == 0 else calendar.is_working(end)


@given(DAYS, COUNTS, COUNTS)
def test_terms_add_up(start, first, second):
    assert calendar.after(calendar.after(start, first), second) == calendar.after(start, first + second)


@given(DAYS, DAYS, DAYS)
def test_between_adds_up_in_both_directions(one, two, three):
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)
    assert calendar.between(one, two) == -calendar.between(two, one)


@given(DAYS, st.integers(0, 30), COUNTS, st.integers(0, 10))
def test_a_later_start_or_a_longer_term_never_ends_earlier(start, later, count, more):
    end = calendar.after(start, count)
    assert calendar.after(start, count + more) >= end
    if count:
        assert calendar.after(start + timedelta(days=later), count) >= end


@given(DAYS, COUNTS)
def test_the_day_itself_is_not_counted(start, count):
    end = calendar.after(start, count)
    counted = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert sum(map(calendar.is_working, counted)) == count


# -- windows ---------------------------------------------------------------------------------------------------

WINDOWS = {  # month: first day to confirm, first day to sign, last day of both
    "2024-02": (23, 25, 29),
    "2026-01": (25, 27, 31),
    "2026-02": (22, 24, 28),
    "2026-04": (24, 26, 30),
    "2026-11": (24, 26, 30),
    "2026-12": (25, 27, 31),
    "2027-02": (22, 24, 28),
}


@pytest.mark.parametrize(("month", "days"), WINDOWS.items())
def test_the_last_seven_and_the_last_five_days_are_calendar_days(month, days):
    confirm, sign = (rules.window(f"round.{act}", month=month, code="quang-ninh") for act in ("confirm", "sign"))
    assert (confirm.opens.day, sign.opens.day, confirm.closes.day, sign.closes.day) == (*days, days[-1])


@pytest.mark.parametrize("code", PROFILES)
@pytest.mark.parametrize("month", MONTHS)
def test_every_month_has_windows_that_end_with_it(month, code):
    year, number = map(int, month.split("-"))
    for act, days in (("confirm", 7), ("sign", 5)):
        window = rules.window(f"round.{act}", month=month, code=code)
        assert window.closes == date(year, number, monthrange(year, number)[1])
        long = window.closes.day if code == "demo" else days
        assert (window.closes - window.opens).days + 1 == long


@given(st.sampled_from(MONTHS), st.integers(-40, 40))
def test_a_window_lets_in_on_its_days_and_on_no_other(month, away):
    window = rules.window("round.sign", month=month, code="quang-ninh")
    on = window.closes + timedelta(days=away)
    said = window.why_not(on)
    assert (said is None) == (window.opens <= on <= window.closes)
    assert said in (None, "window_not_open" if on < window.opens else "window_closed")


# -- which text holds ------------------------------------------------------------------------------------------


def test_what_no_text_says_is_called_a_default_and_what_has_no_article_is_provisional():
    for code in PROFILES:
        for values in rules.profile(code).values():
            for each in values:
                ours = each.article.startswith("Mặc định của phần mềm: ")
                assert (ours or "minh họa" in each.article) == (each.rank == 5), each
                if ours or not ("Điều" in each.article or "Phụ lục" in each.article):
                    assert each.provisional, each


@pytest.mark.parametrize("code", [code for code in PROFILES if code != "vn"])
def test_a_profile_says_what_it_says_after_everything_it_inherits(code):
    parent = {"demo": "quang-ninh"}.get(code, "vn")
    inherited, own = rules.profile(parent), rules.profile(code)
    assert own.keys() == inherited.keys() == rules.RULES.keys()
    for rule, values in inherited.items():
        assert own[rule][: len(values)] == values


RANKS = {"vn": {2, 3, 5}, "quang-ninh": {4}, "tay-ninh": {4}, "demo": {5}}


@pytest.mark.parametrize(("code", "ranks"), RANKS.items())
def test_every_value_has_the_rank_of_its_text(code, ranks):
    inherited = rules.profile({"demo": "quang-ninh"}.get(code, "vn")) if code != "vn" else {}
    own = [each for rule, values in rules.profile(code).items() for each in values[len(inherited.get(rule, ())) :]]
    assert {each.rank for each in own} == ranks
    decrees = [each for each in own if "Nghị định 27/2026" in each.article]
    assert all((each.rank, each.since) == (2, date(2026, 7, 1)) for each in decrees)


@st.composite
def dated(draw):
    """Values of one rule as texts of different ranks gave them; no text speaks twice on one day."""
    keys = st.tuples(DAYS, st.integers(1, 5))
    found = draw(st.lists(keys, min_size=1, max_size=8, unique=True))
    return tuple(Value("entry.first", since, f"{since} {rank}", rank, "5 days", None, False) for since, rank in found)


def holds(values, on):
    with patch.object(rules, "profile", lambda _code: {"entry.first": tuple(values)}):
        return rules.value("entry.first", on=on, code="any")


@given(dated(), DAYS)
def test_the_latest_holds_and_of_one_day_the_higher(values, on):
    in_force = [each for each in values if each.since <= on]
    if not in_force:
        with pytest.raises(LookupError):
            holds(values, on)
        return
    found = holds(values, on)
    assert found in in_force
    assert all((each.since, -each.rank) <= (found.since, -found.rank) for each in in_force)
    assert holds(reversed(values), on) == found


@given(dated(), dated(), DAYS)
def test_what_comes_into_force_later_changes_nothing_before(values, more, on):
    if any(each.since <= on for each in values):
        later = [each for each in more if each.since > on]
        assert holds([*values, *later], on) == holds(values, on)


@given(DAYS, st.integers(1, 300))
def test_a_higher_text_that_comes_later_wins_until_it_is_restated_after_its_day(day, later):
    def text(since, rank):
        return Value("entry.first", since, f"{since} {rank}", rank, "", None, False)

    local, decree = text(day, 4), text(day + timedelta(days=later), 2)
    same_day, after = text(decree.since, 4), text(decree.since + timedelta(days=1), 4)
    assert holds([local, decree], decree.since - timedelta(days=1)) == local
    assert holds([local, decree], decree.since) == decree
    assert holds([local, decree, same_day], after.since) == decree
    assert holds([local, decree, after], after.since) == after


def test_what_is_no_rule_no_value_yet_no_window_and_no_term_is_refused():
    with pytest.raises(KeyError):
        rules.value("no.rule", on=date(2026, 1, 1), code="vn")
    with pytest.raises(LookupError):
        rules.value("round.sign", on=date(2023, 5, 4), code="vn")
    with pytest.raises(ValueError, match="no window"):
        rules.window("entry.first", month="2026-11", code="vn")
    with pytest.raises(ValueError, match="cannot read"):
        rules.due("round.sign", start=date(2026, 11, 1), code="vn")


def test_only_the_demo_says_that_it_is_one():
    assert [code for code in PROFILES if rules.banner(code)] == ["demo"]
    assert {rules.title(code) for code in PROFILES} >= {"Cả nước", "Tỉnh Quảng Ninh", "Tỉnh Tây Ninh"}


def test_every_test_that_the_table_of_articles_names_exists():
    root = Path(__file__).parent
    written = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("test_*.py"))
    named = re.findall(r"\btest_\w+", (root.parent / "docs" / "regulations.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    assert [each for each in named if f"def {each}(" not in written] == []


def test_the_table_of_articles_leaves_no_article_of_the_province_out():
    text = (Path(__file__).parent.parent / "docs" / "regulations.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split("|")[1] for line in text.split("## Quy chế")[0].splitlines() if line.startswith("| "))
    numbers = {int(number) for number in re.findall(r"\b(\d+)(?:\.\d|\b)", rows)}
    assert set(range(1, 19)) <= numbers
