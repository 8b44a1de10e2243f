"""Passwords: what is easy to guess for a machine, or for somebody who knows the person."""

import pytest

from hoso.access.passwords import problems
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
GUESSED = {
    "Mật khẩu có tên": (
        "NguyenThiAn1975", "Nguyễn Thị An 02", "nta02091975!", "An022175001234", "ChiCucThuyLoi1", "quangninh@2026",
        "MatKhau123456",
    ),
    "Mật khẩu có dãy": ("abcdefghij1", "aaaaaaaaaaaa!"),
    "Mật khẩu này máy": ("Summer2024!",),
}  # fmt: skip


def test_what_somebody_could_guess_is_refused(world):
    for why, passwords in GUESSED.items():
        for password in passwords:
            (said,) = problems(password, world.an)
            assert said.startswith(why) and said.endswith("khó đoán mà dễ nhớ."), (password, said)
            assert password.lower() not in said.lower()
    for short_common_or_numeric in ("kX9#vLq2m", "password123", "92837465019283"):
        assert problems(short_common_or_numeric, world.an)


def test_what_only_one_knows_is_taken(world):
    long = "kX9#vLq2mZw " * 16
    for password in (PASSWORD, "một-câu-khác-dễ-nhớ", "thuyền giấy bảy ngọn đồi", "kX9#vLq2mZw", long):
        assert problems(password, world.an) == []
    assert problems("TranVanBinh150180", world.binh) and not problems("TranVanBinh150180", world.chi)


def test_looking_at_a_password_writes_nothing(world, settings, django_assert_num_queries):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # it would make a stronger hash
    with django_assert_num_queries(0):
        assert world.an.check_password(PASSWORD) and not world.an.check_password("sai")
