"""The life of accounts, kinds of documents that give a right, and how first passwords look. Pure."""

import secrets
import string
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices


class AccountStatus(TextChoices):
    """Where an account is in its life."""

    WAITING = "waiting", "chờ kích hoạt"
    ACTIVE = "active", "đang dùng"
    RESTRICTED = "restricted", "bị hạn chế"  # reads, changes nothing
    SUSPENDED = "suspended", "tạm khóa"
    ENDED = "ended", "đã chấm dứt"


class BasisKind(TextChoices):
    """What kind of document a right rests on."""

    DECISION = "decision", "Quyết định"
    AUTHORISATION = "authorisation", "Văn bản ủy quyền"
    CONSENT = "consent", "Văn bản đồng ý"
    REQUEST = "request", "Văn bản đề nghị"
    AGREEMENT = "agreement", "Văn bản thống nhất"


class Paper(NamedTuple):
    """A document that gives a right, as somebody hands it in: what stands on it, and its scan if there is one."""

    kind: BasisKind
    number: str
    date: date
    issuer: str = ""
    subject: str = ""
    data: bytes | None = None  # PDF, JPEG or PNG
    name: str = ""  # of the file


def why_not_keep(paper: Paper, on: date) -> str | None:
    """A document has a number and a date that is not to come (QĐ 31 Điều 4.5: in writing)."""
    if not paper.number.strip():
        return "basis_missing"
    return "basis_not_yet" if paper.date > on else None


class CodeUse(TextChoices):
    """What a one-time code is for."""

    ACTIVATE = "activate", "kích hoạt"
    RECOVER = "recover", "khôi phục"


ALPHABET = "".join(letter for letter in string.ascii_letters + string.digits if letter not in "0O1lI")


def one_time_password() -> str:
    """Sixteen letters and digits that cannot be taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
