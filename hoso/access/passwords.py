"""How hard a password is to guess, for a machine and for somebody who knows the person."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hoso.access.models import Account
from hoso.base.errors import NotFound
from hoso.base.text import plain
from hoso.people import queries as people
from hoso.people.models import Person

ENOUGH = 3  # of zxcvbn's 0 to 4: safely unguessable, more than 10^8 tries
MOST = 72  # letters that are looked at: the work grows with their square
# What a Vietnamese guesser tries first, beside the lists that zxcvbn has.
COMMON = [
    "matkhau", "mat", "khau", "canbo", "vienchuc", "congchuc", "nhansu", "hoso", "hosocanbo", "sonoivu", "noivu",
    "vietnam", "vietnamvodich", "anhyeuem", "emyeuanh", "toiyeuvietnam", "yeuem", "baconsoi", "giadinh", "hanhphuc",
    "maimai", "xinchao", "chaoban", "dangnhap", "quantri", "taikhoan", "hanoi", "haiphong", "danang", "hue", "cantho",
    "hochiminh", "saigon", "quangninh", "halong", "tayninh", "bacninh", "nghean", "thanhhoa", "lamdong", "dongnai",
    "khanhhoa", "camau", "vinh", "bacho", "hochutich", "dangcongsan", "uybannhandan", "ubnd", "tinhuy", "conyeume",
    "meyeucon", "abc123", "qwerty", "admin", "password",
]  # fmt: skip
ADVICE = {
    "known": _("Mật khẩu có tên, ngày sinh, số định danh, cơ quan của bạn hoặc từ ai cũng đoán ra."),
    "series": _("Mật khẩu có dãy liền nhau hoặc lặp lại, như 1234, abcd, qwerty, aaaa."),
    "easy": _("Mật khẩu này máy đoán ra được."),
}
BETTER = _("Ghép bốn, năm từ không liên quan với nhau thì khó đoán mà dễ nhớ.")
SHORTEST = 3  # letters of a word that makes a password easier
SERIES = {"sequence", "repeat", "spatial"}


class HardToGuess:
    """A validator for Django: zxcvbn with words of the person's own, with marks and without."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError that says what is easy about it, never which part."""
        from zxcvbn import zxcvbn  # its lists take a third of a second and 20 MB, so only where they are needed

        own = _own(user) if isinstance(user, Account) else ()
        words = [*COMMON, *(word for word in own if len(word) >= SHORTEST)]
        tried = {password[:MOST], plain(password)[:MOST], re.sub(r"[\W_]", "", plain(password))[:MOST]}
        found = min((zxcvbn(each, user_inputs=words) for each in tried if each), key=lambda each: each["guesses"])
        if found["score"] < ENOUGH:
            raise ValidationError(f"{ADVICE[_why(found)]} {BETTER}", code="password_guessable")

    def get_help_text(self) -> str:
        """What to do."""
        return str(BETTER)


def problems(password: str, account: Account) -> list[str]:
    """Why a password will not do for this account, in sentences; empty if it will. For whoever sets one."""
    try:
        password_validation.validate_password(password, account)
    except ValidationError as refused:
        return list(refused.messages)
    return []


def _why(found: dict[str, Any]) -> str:
    kinds = {match["pattern"] for match in found["sequence"]}
    if any(match.get("dictionary_name") == "user_inputs" for match in found["sequence"]):
        return "known"
    return "series" if kinds & SERIES else "easy"


def _own(account: Account) -> Iterator[str]:
    """Words that somebody who knows the person would try."""
    for text in _said(account):
        words = plain(text).split()
        yield from words
        yield "".join(words)
        yield "".join(word[0] for word in words)


def _said(account: Account) -> Iterator[str]:
    yield account.name
    person = Person.objects.filter(pk=account.person_id).first() if account.person_id else None
    if person is None:
        return
    yield person.full_name
    year, *rest = person.birth.split("-")
    yield year
    if rest:
        day_and_month = "".join(reversed(rest))
        yield from (day_and_month, day_and_month + year, day_and_month + year[2:], f"{year}{''.join(rest)}")
    pin = people.pin_of(person)
    yield from (pin, pin[-6:], pin[-9:])
    try:
        employment = people.current(person)
    except NotFound:
        return
    yield employment.organization.name
    yield employment.organization.code.replace(".", " ")
    yield employment.staff_number or ""
