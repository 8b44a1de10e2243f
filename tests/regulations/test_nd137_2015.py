"""Điều 13 Nghị định 137/2015/NĐ-CP: how the personal identification number is built."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.people import actions as people
from hoso.people.rules import why_not_pin
from tests.world import NOON, refused

CENTURIES = {  # fourth digit: sex and century
    "0": ("M", 1900), "1": ("F", 1900), "2": ("M", 2000), "3": ("F", 2000), "4": ("M", 2100),
    "5": ("F", 2100), "6": ("M", 2200), "7": ("F", 2200), "8": ("M", 2300), "9": ("F", 2300),
}  # fmt: skip


@pytest.mark.parametrize(("digit", "what"), CENTURIES.items())
def test_dieu_13_ma_the_ky_va_gioi_tinh(digit, what):
    sex, century = what
    pin = f"022{digit}75001234"
    assert why_not_pin(pin, f"{century + 75}-09-02", sex) is None
    assert why_not_pin(pin, f"{century + 75}-09-02", "MF"[sex == "M"]) == "pin_other_sex"
    assert why_not_pin(pin, f"{century + 76}", sex) == "pin_other_birth_year"
    assert why_not_pin(pin, f"{century - 25}", sex) == "pin_other_birth_year"


@given(st.integers(1900, 2399), st.sampled_from("MF"), st.integers(0, 999), st.integers(0, 999999))
def test_dieu_13_moi_so_dung_cau_truc_deu_duoc_nhan(year, sex, place, rest):
    digit = 2 * ((year - 1900) // 100) + (sex == "F")
    pin = f"{place:03}{digit}{year % 100:02}{rest:06}"
    for birth in (f"{year}", f"{year}-05", f"{year}-05-31"):
        assert why_not_pin(pin, birth, sex) is None


@given(st.text(max_size=14))
def test_dieu_13_khong_du_12_chu_so_thi_khong_phai(text):
    right = len(text) == 12 and text.isascii() and text.isdigit()
    assert (why_not_pin(text, "", "") == "pin_not_12_digits") == (not right)


@pytest.mark.parametrize(
    ("pin", "birth", "sex", "why"),
    [
        ("02217500123", "1975", "F", "pin_not_12_digits"),
        ("０22175001234", "1975", "F", "pin_not_12_digits"),
        ("022175001234", "1975", "M", "pin_other_sex"),
        ("022175001234", "2075", "F", "pin_other_birth_year"),
    ],
)
def test_dieu_13_nguoi_co_so_sai_khong_duoc_ghi_nhan(db, pin, birth, sex, why):
    with refused(why):
        people.add(pin=pin, full_name="Ai Đó", birth=birth, sex=sex, keeper=None, by="system", at=NOON)
