"""What the program's own log may say: what happened and where, never what a person typed, holds or carries.

It stands on the handler, so whatever a library writes goes through it as well.
"""

import logging
import re
import traceback
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError

HIDDEN = "…"
# Twelve digits alone, also in groups as people write them: a personal number; not the last part of an id.
NUMBER = re.compile(r"(?<![\w-])\d{3}([ .-]?)\d{3}\1\d{3}\1\d{3}(?![\w-])")
QUESTION = re.compile(r"(?<=[\w/.%-])\?[^\s\"'<>]+")  # what follows the path of an address
CARRIED = re.compile(
    r"(?i)\b((?:set-)?cookie|authorization|x-csrftoken|csrfmiddlewaretoken|sessionid|csrftoken|"
    r"(?:__host-)?hoso[\w-]*|password|passphrase|mat-khau[\w-]*|secret|token)"
    r"(['\"]?\s*[:=]\s*['\"]?)[^\r\n'\";,&]+"
)
QUOTED = re.compile(r"(?im)^\s*(detail|context|hint|line \d+|failing row contains)\b.*$")  # PostgreSQL repeats values
UNSEEN = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")  # nobody writes a second line
UNSEEN.pop(ord("\t"))
# These speak of the program; every other exception may repeat what was sent.
OF_THE_PROGRAM = (
    AssertionError,
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    LookupError,
    MemoryError,
    NameError,
    NotImplementedError,
    InterfaceError,
    OperationalError,
    psycopg.InterfaceError,
    psycopg.OperationalError,
    OSError,
    RecursionError,
    TypeError,
)
NOT_EVEN_THESE = (UnicodeError,)  # a KeyError's neighbour that quotes the bytes


class Discreet(logging.Filter):
    """Passes every record, without questions, cookies, tokens, personal numbers, values of rows, second lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The record itself is changed: whatever handler comes next sees the same."""
        record.msg, record.args = discreet(record.getMessage()), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = told(record.exc_info[1])
        record.stack_info = None
        reference = getattr(getattr(record, "request", None), "reference", "")
        if reference:
            record.msg = f"{record.msg} [{reference}]"
        return True


def discreet(text: str) -> str:
    """One line without what it should not hold."""
    return _hide(text).translate(UNSEEN)


def told(error: BaseException) -> str:
    """A traceback: every place in the code, of every exception its kind, its words only if they are the program's."""
    lines = []
    for each in _chain(error):
        lines += ["Traceback (most recent call last):\n", *traceback.format_tb(each.__traceback__)]
        words = str(each) if isinstance(each, OF_THE_PROGRAM) and not isinstance(each, NOT_EVEN_THESE) else HIDDEN
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}: {discreet(words)}\n")
    return "".join(lines).rstrip("\n")


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and what it came from, oldest first."""
    found: list[BaseException] = []
    current: Any = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found[::-1]


def _hide(text: str) -> str:
    text = QUOTED.sub(HIDDEN, text)
    text = CARRIED.sub(rf"\1\2{HIDDEN}", text)
    return NUMBER.sub(HIDDEN, QUESTION.sub(f"?{HIDDEN}", text))
