"""The life of accounts, kinds of documents that give a right, and how first passwords look. Pure."""

import secrets
import string
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

from django.db.models import TextChoices


class AccountStatus(TextChoices):
    """Where an account is in its life."""

    WAITING = "waiting", "chờ kích hoạt"
    ACTIVE = "active", "đang dùng"
    RESTRICTED = "restricted", "bị hạn chế"  # reads, changes nothing
    SUSPENDED = "suspended", "tạm khóa"
    ENDED = "ended", "đã chấm dứt"


S = AccountStatus
OPEN = (S.ACTIVE, S.RESTRICTED)  # may sign in

#      act          from                                                to (None: where it was)
ACCOUNT_ACTS: dict[str, tuple[frozenset[S], S | None]] = {
    "activate":  (frozenset({S.WAITING}),                               S.ACTIVE),
    "restrict":  (frozenset({S.ACTIVE}),                                S.RESTRICTED),
    "extend":    (frozenset({S.WAITING, S.ACTIVE, S.RESTRICTED}),       None),
    "suspend":   (frozenset({S.ACTIVE, S.RESTRICTED}),                  S.SUSPENDED),
    "restore":   (frozenset({S.RESTRICTED, S.SUSPENDED}),               S.ACTIVE),
    "recover":   (frozenset({S.WAITING, S.ACTIVE, S.RESTRICTED}),       None),
    "hand":      (frozenset({S.WAITING, S.ACTIVE, S.SUSPENDED}),        S.WAITING),
    "end":       (frozenset({*S} - {S.ENDED}),                          S.ENDED),
}  # fmt: skip


def why_not_act(act: str, status: str) -> str | None:
    """Whether the table has this act where the account is."""
    return None if status in ACCOUNT_ACTS[act][0] else f"cannot_{act}_account_when_{status}"


def after(act: str, status: str) -> str:
    """Where an act leaves an account."""
    target = ACCOUNT_ACTS[act][1]
    return status if target is None else target


def possible(status: str) -> list[str]:
    """The acts that the table has for an account, in its order."""
    return [act for act in ACCOUNT_ACTS if why_not_act(act, status) is None]


def why_closed(status: str, valid_until: date | None, on: date) -> str | None:
    """Why nobody signs in with an account on a day; None if somebody may."""
    if status not in OPEN:
        return f"account_{status}"
    return "account_expired" if valid_until is not None and valid_until < on else None


class Hand(NamedTuple):
    """The human behind an account: the person where this node keeps them, the name, and the hand-over that says so."""

    person_id: Any
    name: str
    handover_id: object


class BasisKind(TextChoices):
    """What kind of document a right rests on."""

    DECISION = "decision", "Quyết định"
    AUTHORISATION = "authorisation", "Văn bản ủy quyền"
    CONSENT = "consent", "Văn bản đồng ý"
    REQUEST = "request", "Văn bản đề nghị"
    AGREEMENT = "agreement", "Văn bản thống nhất"


BASIS_KINDS = dict(BasisKind.choices)


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


class Delegated(NamedTuple):
    """What decides whether a head may delegate to somebody (QĐ 31 Điều 7.1)."""

    is_person: bool  # a named person's own account, in use
    oneself: bool  # the head's own, under whatever account
    same_agency: bool  # no other head confirms there
    since: date
    until: date | None
    head_until: date | None
    already: bool  # delegated to the same person in some of these days


def why_not_delegate(asked: Delegated, on: date) -> str | None:
    """To a named person, for days to come and no longer than the head's own, where the head alone confirms."""
    if not asked.is_person:
        return "delegate_named_person"
    if asked.oneself:
        return "own_grant"
    if not asked.same_agency:
        return "other_head_there"
    if asked.until is None:
        return "last_day_missing"
    if asked.since < on:
        return "begins_in_the_past"
    if asked.until < asked.since:
        return "ends_before_it_begins"
    if asked.head_until is not None and asked.until > asked.head_until:
        return "outlives_the_head"
    return "delegated_already" if asked.already else None


class Asked(NamedTuple):
    """What decides whether an authority may let somebody read (QĐ 31 Điều 4.5)."""

    own: bool  # the giver's own record
    reader_is_giver: bool
    reader_is_person: bool
    reader_in_use: bool
    sections: int
    purpose: str
    since: date
    until: date
    has_file: bool


def why_not_consent(asked: Asked, on: date) -> str | None:
    """In writing, to a named reader, for named sections and one purpose, for days to come; never in one's own cause."""
    if asked.own:
        return "own_record"
    if asked.reader_is_giver:
        return "own_grant"
    if asked.reader_is_person:
        return "reads_own_already"
    if not asked.reader_in_use:
        return "no_such_account"
    if not asked.sections:
        return "no_section_chosen"
    if not asked.purpose.strip():
        return "consent_purpose_missing"
    if asked.since < on:
        return "begins_in_the_past"
    if asked.until < asked.since:
        return "ends_before_it_begins"
    return None if asked.has_file else "consent_file_missing"


class ConsentState(TextChoices):
    """Where a consent is in its life."""

    WAITING = "waiting", "chờ trả lời"
    TO_COME = "to_come", "chưa đến ngày"
    IN_FORCE = "in_force", "đang có hiệu lực"
    REFUSED = "refused", "bị từ chối"
    WITHDRAWN = "withdrawn", "đã rút"
    ENDED = "ended", "đã hết hạn"


CONSENT_STATES = dict(ConsentState.choices)


class Consenting(Protocol):
    """What the life of a consent needs to know of it."""

    needs_person: bool
    since: date
    until: date

    @property
    def agreed_at(self) -> object: ...

    @property
    def refused_at(self) -> object: ...

    @property
    def withdrawn_at(self) -> object: ...


def consent_state(consent: Consenting, on: date) -> ConsentState:
    """Where a consent is on a day; without the person's word, where it is needed, it never comes into force."""
    if consent.refused_at is not None:
        return ConsentState.REFUSED
    if consent.withdrawn_at is not None:
        return ConsentState.WITHDRAWN
    if consent.until < on:
        return ConsentState.ENDED
    if consent.needs_person and consent.agreed_at is None:
        return ConsentState.WAITING
    return ConsentState.TO_COME if on < consent.since else ConsentState.IN_FORCE


def why_not_answer(consent: Consenting, on: date) -> str | None:
    """The person answers once, while there is something to answer."""
    if not consent.needs_person:
        return "consent_needs_no_answer"
    return None if consent_state(consent, on) == ConsentState.WAITING else "answered_already"


def why_not_withdraw(consent: Consenting, on: date) -> str | None:
    """What opens something, or may yet, can be withdrawn at any time."""
    running = (ConsentState.WAITING, ConsentState.TO_COME, ConsentState.IN_FORCE)
    return None if consent_state(consent, on) in running else "ended_already"


NOTED = (*ACCOUNT_ACTS, "grant_ended")  # what the history of an account knows
CLOSING = ("suspend", "end", "recover", "hand", "grant_ended")  # closes every open session

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LIFE = {"activate": timedelta(days=14), "recover": timedelta(days=3)}
TWO_HANDS_LIFE = timedelta(days=7)  # as long as a second hand may wait
TOP = frozenset({"dept_admin", "dept_leader"})  # no single hand gets hold of such an account


def one_time_code() -> str:
    """Sixteen letters and digits in fours: 79 bits, none to be taken for another."""
    drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(16))
    return "-".join(drawn[place : place + 4] for place in range(0, 16, 4))


def tidy_code(typed: str) -> str:
    """A code as it is compared: capitals, without what people put between."""
    return "".join(char for char in typed.upper() if char.isalnum())[:40]


def hint(number: str) -> str:
    """What a slip says of a number: its last three digits."""
    return "•" * (len(number) - 3) + number[-3:]


class CodeUse(TextChoices):
    """What a one-time code is for."""

    ACTIVATE = "activate", "kích hoạt"
    RECOVER = "recover", "khôi phục"


ALPHABET = "".join(letter for letter in string.ascii_letters + string.digits if letter not in "0O1lI")


def one_time_password() -> str:
    """Sixteen letters and digits that cannot be taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


PERSON_ASKED = ("pin", "full_name", "birth", "sex", "category", "title", "since", "began", "way")
HOLDER_ASKED = ("sign_in", "name", "role")
HOLDER_ROLES = {"agency": ("agency_admin", "agency_head"), "subunit": ("subunit_admin",)}


def why_not_ask(
    kind: str, asked: Mapping[str, str], *, decision: Paper | None, agreement: Paper | None, is_agency: bool
) -> str | None:
    """Whether a request has what it needs: a sub-unit's the department's written agreement (QĐ 31 Điều 8.3), every
    account that is not a person's own the decision that gives it into somebody's hands (Điều 8.4)."""
    if kind == "personal":
        return "asked_incomplete" if any(not asked.get(name, "").strip() for name in PERSON_ASKED) else None
    if kind not in HOLDER_ROLES or asked.get("role") not in HOLDER_ROLES[kind]:
        return "no_such_role"
    if kind == "subunit" and agreement is None:
        return "agreement_missing"
    if decision is None:
        return "basis_missing"
    if (kind == "agency") != is_agency:
        return "other_kind_of_unit"
    if not asked.get("name", "").strip():
        return "name_missing"
    return None if asked.get("sign_in", "").strip() else "asked_incomplete"
