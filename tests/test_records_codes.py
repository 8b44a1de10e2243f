"""A code keeps the day of its list, so that it means the same for ever."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.records import codes
from hoso.records.codes import choices, code_of, codelist, codelists, name_of, pay_step, read, said, search, stored
from tests.forms import TODAY

BEFORE = date(2024, 1, 1)
ALL = [(name, value) for name in codelists() if name != "commune" for value in codelist(name).kept]


def test_ninh_binh_before_and_after_the_mergers_are_two_values():
    assert stored("province", "37", BEFORE) == "37@2008-08-01" != stored("province", "37", TODAY) == "37@2025-07-01"
    assert name_of("province", "37@2008-08-01") == name_of("province", "37@2025-07-01") == "Ninh Bình"
    assert (
        stored("province", "35", TODAY) == "35@2008-08-01" and name_of("province", "35@2025-07-01") == "35@2025-07-01"
    )
    assert (len(choices("province", BEFORE)), len(choices("province", TODAY))) == (63, 34)
    assert len(choices("province", TODAY, past=True)) == 63 + 23
    with pytest.raises(KeyError):
        stored("evaluation_grade", "HT", date(2019, 12, 31))


def test_a_former_name_finds_what_replaced_it():
    assert [each.value for each in search("province", "ha nam", TODAY)] == ["37@2025-07-01"]
    assert [each.name for each in search("province", "Hà Nam", BEFORE)] == ["Hà Nam"]
    assert "Hà Nam" in [each.name for each in search("province", "hà nam", TODAY, past=True)]


def test_search_needs_no_marks_and_puts_the_name_itself_first():
    found = search("rank", "chuyen vien", TODAY)
    assert [each.code for each in found[:3]] == ["01.003", "01.001", "01.002"]
    assert [each.code for each in search("rank", "01.003", TODAY)] == ["01.003"]
    assert [each.name for each in search("country", "duc", TODAY)] == ["Đức"]
    assert "Phường Hoàn Kiếm" in [each.name for each in search("commune", "hoan kiem", TODAY)]
    assert len(search("job_position", "giao duc", TODAY, limit=5)) == 5


def test_a_code_a_name_and_what_is_shown_are_read_alike():
    for typed in ("01", "hà nội", "Ha Noi", "01@2025-07-01"):
        assert read("province", typed, TODAY) == "01@2025-07-01"
    assert read("rank", "chuyên viên", TODAY) == read("rank", "Chuyên viên (01.003)", TODAY) == "01.003@2021-03-20"
    assert read("rank", "Giáo viên mầm non hạng II", TODAY) == "V.07.02.25@2021-03-20"  # its older namesake has ended
    assert read("rank", "Giáo viên mầm non hạng II", date(2020, 1, 1)) == "V.07.02.04@2004-10-01"
    assert read("province", "Sài Gòn", TODAY) is read("province", "99@2025-07-01", TODAY) is None
    assert read("province", "01", None) is None and read("province", "01@2008-08-01", None) == "01@2008-08-01"


@given(st.sampled_from(ALL))
def test_every_value_ever_kept_is_shown_so_that_it_is_read_again(kept):
    name, value = kept
    assert read(name, said(codelist(name), value, TODAY), TODAY) == value


def test_lists_are_whole():
    for name, about in codelists().items():
        found = codelist(name)
        assert found.entries and about["title"] and len(found.versions) == len({*found.versions})
        for entry in found.entries:
            assert (
                entry.code and entry.name and "@" not in entry.code and not (entry.until and entry.until <= entry.since)
            )
            assert not entry.replaced_by or entry.replaced_by in found.order
    on_file = {path.stem for path in codes.FOLDER.glob("*.csv")} - {"lists", "pay_scale"}
    assert on_file == codelists().keys() - {"country", "commune"}
    assert len(codelist("ethnic_group").entries) == 54 + 1 and len(codelist("commune").entries) == 3321


def test_the_pay_scale_is_of_its_day():
    assert pay_step("01.003@2021-03-20", 3, TODAY) == pay_step("01.003", 3, TODAY) == ("3.00", 9)
    assert pay_step("01.003", 10, TODAY) is pay_step("01.003", 3, date(2004, 9, 30)) is None
    assert pay_step("V.08.05.12", 1, TODAY).coefficient == "2.34"
    for entry in codelist("rank").entries:
        assert pay_step(entry.code, 1, TODAY), entry
    assert code_of("01.003@2021-03-20") == code_of("01.003") == "01.003"
