"""The two questions every other app asks: may they, and what do they see. Denied by default."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from hoso.access.models import Account, Consent, Grant
from hoso.access.roles import ALL_TIERS, ROLES, Permission, Reach, wider
from hoso.base.errors import NotAllowed
from hoso.base.kept import Kept
from hoso.base.text import plain
from hoso.orgs.models import Organization
from hoso.people.models import Person


class Held(NamedTuple):
    """A grant as it counts on a day; `acting` is false while a deputy's principal is there."""

    role: str
    organization_id: object
    path: str
    name: str  # of the organisation
    deputy: bool
    basis: str
    away: bool
    grant_id: Any
    under: object = None  # of a delegate: the person who delegated

    def covers(self, organization: Organization) -> bool:
        """Whether an organisation lies in the subtree."""
        return organization.path == self.path or organization.path.startswith(f"{self.path}.")


def held(account: Account, on: date) -> list[Held]:
    """The grants of an account on a day, read once for an account object. One query."""
    cache: dict[date, list[Held]] = account.__dict__.setdefault("_held", {})
    if on not in cache:
        cache[on] = [_held(grant, on) for grant in _grants(account.pk, on)]
    return cache[on]


def _in_force(on: date) -> QuerySet[Grant]:
    """A delegation counts only while what it was given under counts."""
    period = Q(since__lte=on) & (Q(until=None) | Q(until__gte=on))
    above = Q(under=None) | (
        Q(under__since__lte=on, under__account__is_active=True) & (Q(under__until=None) | Q(under__until__gte=on))
    )
    found = Grant.objects.filter(period, above, account__is_active=True).order_by("pk")
    read = ("organization__path", "organization__name", "basis__number", "basis__date", "under__account__name")
    return found.select_related("organization", "basis", "under__account").only(
        *(field.attname for field in Grant._meta.local_fields), *read, "under__account__person"
    )


_grants = Kept(lambda account, on: _in_force(on).filter(account=account))


def _held(grant: Grant, on: date) -> Held:
    away = bool(grant.away_since and grant.away_since <= on and (not grant.away_until or on <= grant.away_until))
    where = grant.organization
    basis, above = str(grant.basis), grant.under
    if above is not None:
        basis = f"{basis}, ủy quyền của {above.account.name}"
    under = above.account.person_id if above is not None else None
    return Held(grant.role, where.pk, where.path, where.name, grant.deputy, basis, away, grant.pk, under)


def roles_at(account: Account, organization: Organization, on: date) -> list[Held]:
    """The grants that reach an organisation."""
    return [each for each in held(account, on) if each.covers(organization)]


def allows(account: Account, permission: Permission, organization: Organization, *, on: date) -> bool:
    """Whether a grant of the account gives it the permission there."""
    return any(permission in ROLES[each.role].can for each in roles_at(account, organization, on))


def require(account: Account, permission: Permission, organization: Organization, *, on: date) -> Held:
    """The grant by which the account may do it there, for the log; NotAllowed if there is none."""
    for each in roles_at(account, organization, on):
        if permission in ROLES[each.role].can:
            act_by(account, each)
            return each
    raise NotAllowed("not_allowed")


def may_be(account: Account, person: Person) -> bool:
    """Whether a person may be the human behind an account: always behind their own; behind an agency's if the names are
    equal: of that one nothing else is known; to refuse costs a desk, to allow would cost the rule of four eyes."""
    if account.person_id is not None:
        return account.person_id == person.pk
    return account.kind == "agency" and plain(account.name) == person.name_plain


def require_any(account: Account, permission: Permission, *, on: date) -> list[str]:
    """Where the account holds a permission at all; NotAllowed if nowhere."""
    paths = scope(account, permission, on=on)
    if not paths:
        raise NotAllowed("not_allowed")
    act_by(account, next(each for each in held(account, on) if permission in ROLES[each.role].can))
    return paths


def act_by(account: Account, used: Held) -> None:
    """The log names the role that was used, and on what document it rests."""
    account.acting_role, account.acting_basis = used.role, used.basis


def same_human(one: Account, other: Account) -> bool:
    """Whether the same person may be behind two accounts."""
    if one.pk == other.pk:
        return True
    people = [(one, other.person), (other, one.person)]
    return any(person is not None and may_be(account, person) for account, person in people)


def reaches(account: Account, on: date) -> list[Reach]:
    """What an account holds, or will: nobody gets hold of an account just before its rights begin."""
    found = Grant.objects.filter(Q(until=None) | Q(until__gte=on), account=account)
    return [Reach(*each) for each in found.values_list("role", "organization__path")]


def require_not_wider(account: Account, over: Account, *, on: date) -> None:
    """NotAllowed with `wider_rights` for an act on an account whose rights reach beyond one's own."""
    if account.kind != "system" and wider(reaches(over, on), reaches(account, on)):
        raise NotAllowed("wider_rights")


def sees(account: Account, organization: Organization, *, on: date, person: Person | None = None) -> frozenset[int]:
    """The tiers of fields the account may read in a record kept at an organisation; one's own whole."""
    if person is not None and account.person_id == person.pk:
        return ALL_TIERS
    found: frozenset[int] = frozenset()
    for each in roles_at(account, organization, on):
        if Permission.RECORD_VIEW in ROLES[each.role].can:
            found |= ROLES[each.role].tiers
    return found


def scope(account: Account, permission: Permission, *, on: date) -> list[str]:
    """Paths under which the account holds a permission; for filtering lists."""
    return sorted({each.path for each in held(account, on) if permission in ROLES[each.role].can})


def sees_others(account: Account, *, on: date) -> bool:
    """Whether the account may see anybody but its own person: such an account needs a second factor. Two queries at
    most."""
    if held(account, on):
        return True
    running = Consent.objects.filter(reader=account.pk, since__lte=on, until__gte=on)
    return running.filter(given_at__isnull=False, refused_at=None, withdrawn_at=None).exists()


def holders(role: str, organization: Organization, *, on: date) -> list[tuple[Account, Held]]:
    """Who holds a role exactly at an organisation on a day."""
    grants = (
        _in_force(on).filter(role=role, organization=organization).select_related("organization", "basis", "account")
    )
    return [(grant.account, _held(grant, on)) for grant in grants]
