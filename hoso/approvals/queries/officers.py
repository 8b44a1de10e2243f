"""Who confirms where: heads, their delegates, administrators where the profile lets them; and whose line goes up."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from hoso.access import policy
from hoso.access.models import Account, Grant
from hoso.access.roles import Permission
from hoso.base.errors import NotAllowed, NotFound
from hoso.orgs import queries as orgs
from hoso.orgs.models import Organization
from hoso.orgs.rules import Kind
from hoso.regulation import rules as regulation

HEADS = ("agency_head", "head_delegate")


class Officer(NamedTuple):
    """Somebody who confirms for an agency, and on what basis; a delegate may do so for a part of it only."""

    account: Account
    role: str
    organization_id: Any  # the agency
    basis: str
    until: date | None
    part: str = ""  # the name of the part, empty for all of it
    under: object = None  # the person who delegated

    def may_confirm(self, person: object) -> bool:
        """Whether they could confirm somebody's record: not their own, nor that of the head in whose name they act."""
        return person not in (self.account.behind.person_id, self.under) and not self.part


class Lifted(NamedTuple):
    """The record of an agency's only head: kept there, confirmed by the head of an agency above."""

    kept_by: Organization
    confirmed_by: Organization


def confirmable_agencies(officer: Account, *, on: date) -> list[Organization]:
    """The agencies whose month this officer may confirm: a head's or a delegate's, and an administrator's where the
    profile lets them (QĐ 31 Điều 7.1). None where the profile has no confirmation by heads."""
    held = [each for each in policy.held(officer, on) if not each.reads_only and not each.stands_by]
    as_head: set[Any] = {_agency_id(each) for each in held if each.role in HEADS}
    as_admin: set[Any] = {each.organization_id for each in held if each.role == "agency_admin"}
    if not (as_head or as_admin):
        return []  # of most; the menu of every page asks
    found = Organization.objects.filter(pk__in=as_head | as_admin).order_by("path")
    return [
        each for each in found if heads_confirm(each, on=on) and (each.pk in as_head or administrator_may(each, on=on))
    ]


def _agency_id(each: policy.Held) -> Any:
    """The agency in which a head or a delegate confirms; a delegate may hold a part of it."""
    if each.under is None:
        return each.organization_id
    return orgs.agency_of(orgs.by_id(each.organization_id)).pk


def confirms_at(each: policy.Held, agency: Organization) -> bool:
    """Whether a grant is one by which an agency's month is confirmed."""
    if each.role in HEADS:
        return bool(_agency_id(each) == agency.pk)
    return each.role == "agency_admin" and each.organization_id == agency.pk


def parts(officer: Account, agency: Organization, *, on: date) -> list[str]:
    """The paths of what an officer may watch of an agency: all of it, or the parts delegated; NotAllowed if nothing."""
    if policy.allows(officer, Permission.ROUND_WATCH, agency, on=on):
        return [agency.path]
    held = [each for each in policy.held(officer, on) if each.under is not None and _agency_id(each) == agency.pk]
    if not held:
        raise NotAllowed("not_allowed")
    return [each.path for each in held]


def watching(officer: Account, agency: Organization, *, on: date) -> list[str]:
    """As `parts`, by a grant that the log then names."""
    paths = parts(officer, agency, on=on)
    used = [
        each
        for each in policy.held(officer, on)
        if each.may(Permission.ROUND_WATCH) and f"{paths[0]}.".startswith(f"{each.path}.")
    ]
    policy.act_by(officer, used[0])
    return paths


def watchable_agency(account: Account, *, on: date) -> Organization | None:
    """The first agency whose month this account may watch, as an administrator's deputy does."""
    paths = policy.scope(account, Permission.ROUND_WATCH, on=on)
    return orgs.tree().filter(path__in=paths, is_agency=True).first()


def heads_confirm(agency: Organization, *, on: date) -> bool:
    """Whether the profile has the head's level at all (Tây Ninh has none)."""
    return bool(regulation.setting("confirmation.head", on=on, code=agency.profile))


def administrator_may(agency: Organization, *, on: date) -> bool:
    """Whether the profile lets an agency's administrator confirm."""
    return bool(regulation.setting("confirmation.administrator", on=on, code=agency.profile))


def officers(on: date, *, agency: Organization | None = None) -> list[Officer]:
    """Heads and delegates with a grant in force, of all agencies or of one, who may do more than read. One query."""
    grants = policy.in_force(on).filter(role__in=HEADS, reads_only=False)
    grants = grants.filter(Q(organization=agency) | Q(under__organization=agency)) if agency else grants
    found = grants.select_related("account", "basis", "organization", "under__account").order_by("role", "pk")
    return [_officer(each) for each in found]


def _officer(grant: Grant) -> Officer:
    above, basis = grant.under, str(grant.basis)
    if above is None:
        return Officer(grant.account, grant.role, grant.organization_id, basis, grant.until)
    part = grant.organization.name if grant.organization_id != above.organization_id else ""
    said = f"{basis}, ủy quyền của {above.account.name}"
    return Officer(grant.account, grant.role, above.organization_id, said, grant.until, part, above.account.person_id)


def lifted(on: date) -> dict[object, Lifted]:
    """Person → where the record of an agency's only head goes: the next agency up with another head, in the end the
    Department of Home Affairs. Two queries, however many agencies."""
    agencies: dict[Any, Organization] = {each.pk: each for each in orgs.agencies()}
    by_agency: dict[object, list[Officer]] = {}
    for each in officers(on):
        by_agency.setdefault(each.organization_id, []).append(each)
    found: dict[object, Lifted] = {}
    for key, here in by_agency.items():
        for person in {each.account.behind.person_id for each in here} - {None}:
            if key in agencies and not _others(here, person):
                found[person] = Lifted(agencies[key], _above(agencies[key], person, agencies.values(), by_agency))
    return found


def _others(officers_: Iterable[Officer], person: object) -> bool:
    """Whether somebody else of these could confirm a person's record; an agency's account belongs to no person."""
    return any(each.may_confirm(person) for each in officers_)


def _above(
    agency: Organization, person: object, agencies: Iterable[Organization], heads: Mapping[object, list[Officer]]
) -> Organization:
    higher = [each for each in agencies if agency.path.startswith(f"{each.path}.")]
    for each in sorted(higher, key=lambda one: -len(one.path)):
        if _others(heads.get(each.pk, ()), person):
            return each
    return next((each for each in agencies if each.kind == Kind.HOME_AFFAIRS), agency)


def agency(agency_id: Any) -> Organization:
    """An agency that confirms; NotFound."""
    found = Organization.objects.filter(pk=agency_id, is_agency=True).first()
    if found is None:
        raise NotFound("no_such_organization", code="")
    return found
