"""The life of accounts, kinds of documents that give a right, and how first passwords look. Pure."""

import secrets
import string

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


class CodeUse(TextChoices):
    """What a one-time code is for."""

    ACTIVATE = "activate", "kích hoạt"
    RECOVER = "recover", "khôi phục"


ALPHABET = "".join(letter for letter in string.ascii_letters + string.digits if letter not in "0O1lI")


def one_time_password() -> str:
    """Sixteen letters and digits that cannot be taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
