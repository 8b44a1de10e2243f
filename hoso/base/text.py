"""Vietnamese text: without its marks for searching, and as a key for sorting by given name."""

import unicodedata
from functools import cache

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang, huyền, hỏi, ngã, sắc, nặng


def plain(text: str) -> str:
    """Lower case without marks: “Đặng Ước” becomes “dang uoc”, in NFC and NFD alike."""
    spread = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in spread if not unicodedata.combining(letter)).split())


def sort_key(full_name: str) -> str:
    """By given name, then family and middle names; letters first, tones only between equal letters (TCVN 6909)."""
    words = unicodedata.normalize("NFC", full_name.lower()).split()
    return "|".join(_word_key(word) for word in words[-1:] + words[:-1])


@cache
def _ranks() -> dict[str, tuple[str, str]]:
    return {
        unicodedata.normalize("NFC", letter + tone): (chr(0x23 + 2 * rank), str(level))
        for rank, letter in enumerate(LETTERS)
        for level, tone in enumerate(TONES)
    }


@cache
def _word_key(word: str) -> str:
    ranks = [_ranks().get(letter, (f"~{letter}" if letter.isalnum() else " ", "0")) for letter in word]
    return "".join(rank for rank, _ in ranks) + " " + "".join(tone for _, tone in ranks)
