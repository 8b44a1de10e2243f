"""The two questions every other app asks: may they, and what do they see. Denied by default."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from hoso.access.models import Account, Consent, Grant
from hoso.access.roles import ALL_TIERS, READING, ROLES, SOLE, Permission, Reach, wider
from hoso.access.rules import OPEN, AccountStatus, Hand
from hoso.base.errors import NotAllowed
from hoso.base.identity import Identity
from hoso.base.kept import Kept
from hoso.base.text import plain
from hoso.orgs.models import Organization
from hoso.people.models import Person


class Held(NamedTuple):
    """A grant as it counts on a day."""

    role: str
    organization_id: object
    path: str
    name: str  # of the organisation
    deputy: bool
    basis: str
    away: bool  # or restricted to reading: either way the deputy stands in
    grant_id: Any
    under: object = None  # of a delegate: the person who delegated
    reads_only: bool = False
    principals: frozenset[object] | None = None  # of a deputy that only stands by: the persons who hold the office

    def covers(self, organization: Organization) -> bool:
        """Whether an organisation lies in the subtree."""
        return organization.path == self.path or organization.path.startswith(f"{self.path}.")

    @property
    def stands_by(self) -> bool:
        """A deputy whose administrator is there: acts only where that one is the person concerned."""
        return self.principals is not None

    def may(self, permission: Permission, person: Person | None = None) -> bool:
        """Whether it gives a permission, in the affair of a person where one is named.

        A deputy that stands by opens the queue, where only what needs a deputy waits for them (see `changes`).
        """
        if permission not in ROLES[self.role].can or (self.reads_only and permission not in READING):
            return False
        if self.principals is None or permission == Permission.CHANGE_VERIFY:
            return True
        return person is not None and person.pk in self.principals


def held(account: Account, on: date) -> list[Held]:
    """The grants of an account on a day, read once for an account object; none of one that is not open. One query, two
    more for a deputy."""
    cache: dict[date, list[Held]] = account.__dict__.setdefault("_held", {})
    if on not in cache:
        found = list(_grants(account.pk, on))
        deputies = [grant.organization_id for grant in found if grant.deputy and grant.role in SOLE]
        there = _principals(deputies, on) if deputies else {}
        cache[on] = [_held(grant, on)._replace(principals=_stood_by(grant, there)) for grant in found]
    return cache[on]


def in_force(on: date) -> Any:
    """The grants that count on a day, of accounts that are open on it; a delegation only while what it was given under
    counts."""
    above = Q(under=None) | (_runs(on, "under__") & is_open(on, "under__account__"))
    found = Grant.objects.filter(_runs(on), is_open(on, "account__"), above).order_by("pk")
    found = found.annotate(reads_only=Q(account__status=AccountStatus.RESTRICTED))
    read = ("organization__path", "organization__name", "basis__number", "basis__date", "under__account__name")
    return found.select_related("organization", "basis", "under__account").only(
        *(field.attname for field in Grant._meta.local_fields), *read, "under__account__person"
    )


_grants = Kept(lambda account, on: in_force(on).filter(account=account))


def _runs(on: date, path: str = "") -> Q:
    until = Q(**{f"{path}until": None}) | Q(**{f"{path}until__gte": on})
    return until & Q(**{f"{path}since__lte": on})


def is_open(on: date, path: str = "") -> Q:
    """Of accounts: in use on a day, neither waiting nor suspended nor ended nor past its last day."""
    until = Q(**{f"{path}valid_until": None}) | Q(**{f"{path}valid_until__gte": on})
    return until & Q(**{f"{path}status__in": OPEN})


def _held(grant: Any, on: date) -> Held:
    away = bool(grant.away_since and grant.away_since <= on and (not grant.away_until or on <= grant.away_until))
    where = grant.organization
    basis, above = str(grant.basis), grant.under
    if above is not None:
        basis = f"{basis}, ủy quyền của {above.account.name}"
    return Held(
        role=grant.role,
        organization_id=where.pk,
        path=where.path,
        name=where.name,
        deputy=grant.deputy,
        basis=basis,
        away=away or grant.reads_only,
        grant_id=grant.pk,
        under=above.account.person_id if above is not None else None,
        reads_only=grant.reads_only,
    )


def _principals(organizations: Iterable[object], on: date) -> dict[object, frozenset[object]]:
    """Organisation → the persons behind its sole holders who are there; organisations without one are left out."""
    found: dict[object, frozenset[object]] = {}
    grants = in_force(on).filter(role__in=SOLE, deputy=False, organization__in=list(organizations))
    for grant in grants.select_related("account"):
        if not _held(grant, on).away:
            known = found.get(grant.organization_id, frozenset())
            found[grant.organization_id] = known | {grant.account.behind.person_id}
    return found


def _stood_by(grant: Grant, there: Mapping[object, frozenset[object]]) -> frozenset[object] | None:
    return there.get(grant.organization_id) if grant.deputy and grant.role in SOLE else None


def roles_at(account: Account, organization: Organization, on: date) -> list[Held]:
    """The grants that reach an organisation."""
    return [each for each in held(account, on) if each.covers(organization)]


def allows(
    account: Account, permission: Permission, organization: Organization, *, on: date, person: Person | None = None
) -> bool:
    """Whether a grant of the account gives it the permission there, in the affair of a person where one is named."""
    return any(each.may(permission, person) for each in roles_at(account, organization, on))


def require(
    account: Account, permission: Permission, organization: Organization, *, on: date, person: Person | None = None
) -> Held:
    """The grant by which the account may do it there, for the log; NotAllowed if there is none."""
    for each in roles_at(account, organization, on):
        if each.may(permission, person):
            act_by(account, each)
            return each
    raise NotAllowed("not_allowed")


def require_writing(account: Account) -> None:
    """NotAllowed for an account that is restricted to reading: it does not even change its own record."""
    if account.status == AccountStatus.RESTRICTED:
        raise NotAllowed("account_restricted")


def hands(accounts: Iterable[object], *, since: date) -> list[Hand]:
    """Every human who was behind one of these accounts on a day or after it. Two queries."""
    found = []
    for account in Account.objects.filter(pk__in=list(accounts)).prefetch_related("handovers"):
        rows = [row for row in account.handovers.all() if row.until is None or row.until >= since]
        found += [Hand(row.person_id, row.name, row.pk) for row in rows]
        if not rows:
            found.append(Hand(account.person_id, account.name, None))
    return found


def same(one: Hand, other: Hand) -> bool:
    """Whether two may be one human: by their persons, and by their names where one of the persons is not known."""
    if one.person_id is not None and other.person_id is not None:
        return bool(one.person_id == other.person_id)
    return plain(one.name) == plain(other.name)


def may_be(account: Account, person: Person) -> bool:
    """Whether a person may be the human behind an account. Where only a name is known of that one, equal names count:
    to refuse costs a desk, to allow would cost the rule of four eyes."""
    hand = account.behind
    if hand.person_id is not None:
        return bool(hand.person_id == person.pk)
    return account.kind == "agency" and plain(hand.name) == person.name_plain


def own(account: Account, path: str) -> Q:
    """Of rows with a person at `path`: that person may be the human behind the account."""
    hand = account.behind
    if hand.person_id is not None or account.kind != "agency":
        return Q(**{path: hand.person_id})
    return Q(**{f"{path}__name_plain": plain(hand.name)})


def require_any(account: Account, permission: Permission, *, on: date) -> list[str]:
    """Where the account holds a permission at all; NotAllowed if nowhere."""
    paths = scope(account, permission, on=on)
    if not paths:
        raise NotAllowed("not_allowed")
    act_by(account, next(each for each in held(account, on) if each.may(permission)))
    return paths


def act_by(account: Account, used: Held) -> None:
    """The log names the role that was used, and on what document it rests."""
    account.acting_role, account.acting_basis = used.role, used.basis


def same_human(one: Account, other: Account) -> bool:
    """Whether the same person may be behind two accounts."""
    return one.pk == other.pk or same(one.behind, other.behind)


def reaches(account: Account, on: date) -> list[Reach]:
    """What an account holds, or will: nobody gets hold of an account just before its rights begin."""
    found = Grant.objects.filter(Q(until=None) | Q(until__gte=on), account=account)
    return [Reach(*each) for each in found.values_list("role", "organization__path")]


def require_not_wider(account: Account, over: Account, *, on: date) -> None:
    """NotAllowed with `wider_rights` for an act on an account whose rights reach beyond one's own."""
    mine = [Reach(each.role, each.path) for each in held(account, on) if not each.reads_only and not each.stands_by]
    if account.kind != "system" and wider(reaches(over, on), mine):
        raise NotAllowed("wider_rights")


def sees(account: Account, organization: Organization, *, on: date, person: Person | None = None) -> frozenset[int]:
    """The tiers of fields the account may read in a record kept at an organisation; one's own whole."""
    if person is not None and account.person_id == person.pk:
        return ALL_TIERS
    found: frozenset[int] = frozenset()
    for each in roles_at(account, organization, on):
        if each.may(Permission.RECORD_VIEW, person):
            found |= ROLES[each.role].tiers
    return found


def scope(account: Account, permission: Permission, *, on: date) -> list[str]:
    """Paths under which the account holds a permission; for filtering lists."""
    return sorted({each.path for each in held(account, on) if each.may(permission)})


def sees_others(account: Account, *, on: date) -> bool:
    """Whether the account may see anybody but its own person: such an account needs a second factor. Two queries at
    most."""
    if held(account, on):
        return True
    running = Consent.objects.filter(reader=account.pk, since__lte=on, until__gte=on)
    return running.filter(given_at__isnull=False, refused_at=None, withdrawn_at=None).exists()


def identity(account: Account, *, on: date) -> Identity:
    """What row-level security lets an account see on a day: its own person, people where a grant lets it read, and of
    a deputy that stands by those whose affairs wait for it."""
    paths = {*scope(account, Permission.PEOPLE_VIEW, on=on), *scope(account, Permission.RECORD_VIEW, on=on)}
    affairs = {person for each in held(account, on) for person in each.principals or ()}
    return Identity(
        account=str(account.pk),
        persons=tuple(sorted(str(person) for person in {account.person_id, *affairs} if person)),
        paths=tuple(sorted(paths)),
        whole=any("." not in path for path in paths),  # the province's own number
        on=on,
    )


def holders(role: str, organization: Organization, *, on: date) -> list[tuple[Account, Held]]:
    """Who holds a role exactly at an organisation on a day."""
    grants = in_force(on).filter(role=role, organization=organization)
    grants = grants.select_related("organization", "basis", "account")
    return [(grant.account, _held(grant, on)) for grant in grants]
