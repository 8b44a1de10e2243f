"""Who may do what, and who may see what: the whole policy, readable in one sitting. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Permission(StrEnum):
    """What somebody may be allowed to do in a part of the tree."""

    PEOPLE_VIEW = "people:view"
    RECORD_VIEW = "record:view"
    RECORD_REVEAL = "record:reveal"  # open protected values, for a purpose, logged
    RECORD_PRINT = "record:print"
    CHANGE_ENTER = "change:enter"  # for somebody else, and what the agency fills in
    CHANGE_VERIFY = "change:verify"
    ROUND_CONFIRM = "round:confirm"
    ROUND_SIGN = "round:sign"
    ROUND_WATCH = "round:watch"
    DUTY_WATCH = "duty:watch"  # who owes what by when, and who was late
    GRANT_GIVE = "grant:give"
    GRANT_DELEGATE = "grant:delegate"  # one's own confirming, to a named person
    CONSENT_GIVE = "consent:give"  # let somebody read who is not entitled otherwise
    BASIS_READ = "basis:read"  # the documents on which rights rest
    ACCOUNT_VIEW = "account:view"  # the accounts of a part of the tree, and their history
    ACCOUNT_ASK = "account:ask"
    ACCOUNT_CREATE = "account:create"  # where the profile lets agencies create personal accounts themselves
    ACCOUNT_LOCAL = "account:local"  # restrict, extend, end …, where the profile lets heads do it on written request
    ACCOUNT_MANAGE = "account:manage"  # the same everywhere, and agencies' accounts
    ACCOUNT_RECOVER = "account:recover"  # a new code for somebody who stands there in person
    ACCOUNT_CONFIRM = "account:confirm"  # be the second hand
    ORGANIZATION_EDIT = "organization:edit"
    LOG_READ = "log:read"


class Role(NamedTuple):
    """What a grant lets its holder do; `tiers` are the sensitivities of fields it shows (1 common … 3 protected)."""

    title: str
    can: frozenset[Permission]
    tiers: frozenset[int]


P = Permission
_READ = {P.PEOPLE_VIEW, P.RECORD_VIEW, P.RECORD_REVEAL, P.RECORD_PRINT}
_ADMINISTER = frozenset({*_READ, P.CHANGE_ENTER, P.CHANGE_VERIFY, P.ROUND_WATCH, P.DUTY_WATCH})
_ACCOUNTS = frozenset({P.ACCOUNT_VIEW, P.ACCOUNT_ASK, P.ACCOUNT_RECOVER})
_HEAD = frozenset({*_ACCOUNTS, P.ACCOUNT_LOCAL, P.ACCOUNT_CONFIRM, P.GRANT_DELEGATE, P.CONSENT_GIVE, P.BASIS_READ})
_CONFIRM = frozenset({*_READ, P.ROUND_CONFIRM, P.ROUND_WATCH, P.DUTY_WATCH})
# What is left to an account that is restricted.
READING = frozenset({*_READ, P.ROUND_WATCH, P.DUTY_WATCH, P.LOG_READ, P.BASIS_READ, P.ACCOUNT_VIEW})
ALL_TIERS = frozenset({1, 2, 3})

ROLES: dict[str, Role] = {
    "agency_admin": Role(
        "Quản trị viên của cơ quan", _ADMINISTER | _ACCOUNTS | {P.ACCOUNT_CREATE, P.BASIS_READ}, ALL_TIERS
    ),
    "subunit_admin": Role("Tài khoản đơn vị trực thuộc", _ADMINISTER, ALL_TIERS),
    "agency_head": Role("Thủ trưởng cơ quan", _CONFIRM | _HEAD, ALL_TIERS),
    "head_delegate": Role("Người được thủ trưởng ủy quyền", _CONFIRM, ALL_TIERS),
    "dept_admin": Role(
        "Quản trị phần mềm của Sở Nội vụ",
        frozenset(
            {
                *_ADMINISTER,
                *_ACCOUNTS,
                P.ACCOUNT_MANAGE,
                P.ACCOUNT_CONFIRM,
                P.GRANT_GIVE,
                P.ORGANIZATION_EDIT,
                P.LOG_READ,
                P.CONSENT_GIVE,
                P.BASIS_READ,
            }
        ),
        ALL_TIERS,
    ),
    "dept_leader": Role(
        "Lãnh đạo Sở Nội vụ",
        frozenset({*_READ, P.ACCOUNT_CONFIRM, P.ROUND_SIGN, P.ROUND_WATCH, P.DUTY_WATCH}),
        ALL_TIERS,
    ),
    "inspector": Role("Kiểm tra, thanh tra", frozenset({P.LOG_READ, P.BASIS_READ}), frozenset()),
}


class Reach(NamedTuple):
    """A role and the path of the part of the tree in which it is held."""

    role: str
    path: str


def wider(theirs: Iterable[Reach], mine: Iterable[Reach]) -> bool:
    """Whether rights reach beyond mine: somewhere they hold a permission or show a tier that I do not hold there.

    Whoever gives all roles in a part of the tree (QĐ 31 Điều 8.1) holds whatever is held there; equal is not wider.
    """
    held = list(mine)
    return any(not _within(each, held) for each in theirs)


def _within(theirs: Reach, mine: Iterable[Reach]) -> bool:
    here = [ROLES[each.role] for each in mine if f"{theirs.path}.".startswith(f"{each.path}.")]
    if any(P.GRANT_GIVE in role.can for role in here):
        return True
    can = frozenset[Permission]().union(*(role.can for role in here))
    tiers = frozenset[int]().union(*(role.tiers for role in here))
    return bool(here) and ROLES[theirs.role].can <= can and ROLES[theirs.role].tiers <= tiers


# Whose holder others stand in for: who only reads the log and the documents is nobody's substitute.
ACTS = frozenset(key for key, role in ROLES.items() if role.can - {P.LOG_READ, P.BASIS_READ})
SOLE = frozenset({"agency_admin"})  # exactly one holder at a time in an agency; a deputy does not count
