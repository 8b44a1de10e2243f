"""The two questions every other app asks: may they, and what do they see. Denied by default."""

from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from hoso.access.models import Account, Grant
from hoso.access.roles import ALL_TIERS, ROLES, Permission
from hoso.base.errors import NotAllowed
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
    grant_id: object

    def covers(self, organization: Organization) -> bool:
        """Whether an organisation lies in the subtree."""
        return organization.path == self.path or organization.path.startswith(f"{self.path}.")


def held(account: Account, on: date) -> list[Held]:
    """The grants of an account on a day, read once for an account object. One query."""
    cache: dict[date, list[Held]] = account.__dict__.setdefault("_held", {})
    if on not in cache:
        cache[on] = [_held(grant, on) for grant in _in_force(on).filter(account_id=account.pk)]
    return cache[on]


def _in_force(on: date) -> QuerySet[Grant]:
    period = Q(since__lte=on) & (Q(until=None) | Q(until__gte=on))
    found = Grant.objects.filter(period, account__is_active=True).select_related("organization", "basis").order_by("pk")
    read = ("organization__path", "organization__name", "basis__number", "basis__date")
    return found.only(*(field.attname for field in Grant._meta.local_fields), *read)


def _held(grant: Grant, on: date) -> Held:
    away = bool(grant.away_since and grant.away_since <= on and (not grant.away_until or on <= grant.away_until))
    where = grant.organization
    return Held(grant.role, where.pk, where.path, where.name, grant.deputy, str(grant.basis), away, grant.pk)


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
            account.acting_role = each.role  # the log names the role that was used
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
    account.acting_role = next(each.role for each in held(account, on) if permission in ROLES[each.role].can)
    return paths


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


def holders(role: str, organization: Organization, *, on: date) -> list[tuple[Account, Held]]:
    """Who holds a role exactly at an organisation on a day."""
    grants = (
        _in_force(on).filter(role=role, organization=organization).select_related("organization", "basis", "account")
    )
    return [(grant.account, _held(grant, on)) for grant in grants]
