"""Bộ luật Dân sự 2015, Điều 147 and 148: when a term begins and when it ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.regulation import calendar, rules


def test_dieu_147_khoan_2_ngay_dau_tien_khong_duoc_tinh():
    thursday = date(2026, 11, 5)
    assert calendar.after(thursday, 1) == date(2026, 11, 6)
    assert rules.due("entry.first", start=thursday, code="quang-ninh").on == date(2026, 11, 10)


ENDS = {  # start of three days: end
    date(2026, 11, 2): date(2026, 11, 5),
    date(2026, 11, 4): date(2026, 11, 9),  # Saturday
    date(2026, 11, 5): date(2026, 11, 9),  # Sunday
    date(2027, 1, 28): date(2027, 2, 1),  # Sunday
    date(2027, 2, 2): date(2027, 2, 12),  # Tết
    date(2026, 8, 19): date(2026, 8, 22),  # a Saturday that is worked
}


@pytest.mark.parametrize(("start", "end"), ENDS.items())
def test_dieu_148_khoan_5_ngay_cuoi_la_ngay_nghi_thi_ket_thuc_vao_ngay_lam_viec_tiep_theo(start, end):
    assert rules.due("account.create", start=start, code="vn").on == end


@given(st.dates(date(2026, 7, 1), date(2027, 10, 31)))
def test_dieu_148_khoan_5_thoi_han_khong_bao_gio_ket_thuc_vao_ngay_nghi(start):
    for rule in ("account.create", "account.receive", "entry.first", "change.verify", "change.correct"):
        assert calendar.is_working(rules.due(rule, start=start, code="quang-ninh").on)
