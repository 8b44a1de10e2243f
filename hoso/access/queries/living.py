"""Accounts in their life: whose they are, what may be done to them by whom, what was done, and who asks for one."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from hoso.access import policy
from hoso.access.models import Account, AccountAct, AccountRequest, Grant, Handover, TwoHands
from hoso.access.roles import SOLE, Permission
from hoso.access.rules import (
    ACCOUNT_ACTS,
    CLOSING,
    TOP,
    TWO_HANDS_LIFE,
    AccountStatus,
    Hand,
    why_closed,
    why_not_act,
)
from hoso.base import envelope
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound, Refused, refuse_if
from hoso.orgs.models import Organization
from hoso.orgs.queries import root
from hoso.orgs.rules import Kind
from hoso.people import queries as people
from hoso.people.models import Employment, Person
from hoso.regulation import rules as regulation


def home(account: Account) -> Organization:
    """Whose account it is: where its person works, or worked last; of an agency's account that agency; else the root's,
    so that only the department reaches it. One query, remembered for this account object."""
    found: Organization | None = account.__dict__.get("_home")
    if found is None:
        found = account.__dict__["_home"] = _home(account)
    return found


def _home(account: Account) -> Organization:
    if account.organization_id is not None:
        return Organization.objects.get(pk=account.organization_id)
    if account.person_id is not None:
        job = Employment.objects.filter(person=account.person_id).select_related("organization")
        last = job.order_by("-since", "-pk").first()
        if last is not None:
            return last.organization
    return root()


def says(rule: str, organization: Organization, *, on: date) -> Any:
    """What the organisation's profile says about accounts."""
    return regulation.setting(rule, on=on, code=organization.profile)


def needs_document(act: str, account: Account, *, on: date) -> bool:
    """Whether the regulation wants a document for an act on an account (Tây Ninh: on written request)."""
    return act in says("account.document", home(account), on=on)


def needs_two_hands(account: Account, *, on: date) -> bool:
    """Whether no single hand may give a code for it: the department's administrators and leaders."""
    return any(each.role in TOP for each in policy.reaches(account, on))


def require(act: str, account: Account, by: Account, *, on: date) -> None:
    """Whether somebody may do an act to an account at all: in their own subtree, never to their own nor to one with
    wider rights; NotAllowed."""
    if by.kind == "system":
        return
    if policy.same_human(by, account):
        raise NotAllowed("own_account")
    where = home(account)
    if act == "recover":
        policy.require(by, Permission.ACCOUNT_RECOVER, where, on=on)
    elif policy.allows(by, Permission.ACCOUNT_MANAGE, where, on=on):
        policy.require(by, Permission.ACCOUNT_MANAGE, where, on=on)
    else:
        policy.require(by, Permission.ACCOUNT_LOCAL, where, on=on)
        if not says("account.heads_manage", where, on=on):
            raise NotAllowed("not_allowed")
    policy.require_not_wider(by, account, on=on)


def require_creator(by: Account, organization: Organization, *, on: date) -> None:
    """Whether somebody may make a personal account there: the department, or the agency where the profile lets it."""
    if policy.allows(by, Permission.ACCOUNT_MANAGE, organization, on=on):
        policy.require(by, Permission.ACCOUNT_MANAGE, organization, on=on)
        return
    policy.require(by, Permission.ACCOUNT_CREATE, organization, on=on)
    if not says("account.agency_creates", organization, on=on):
        raise NotAllowed("not_allowed")


def possible_acts(account: Account, viewer: Account, *, on: date) -> list[str]:
    """What this viewer may do to an account now, in the order of the table; `hand` only to an agency's."""
    return [act for act in ACCOUNT_ACTS if act != "activate" and _may(act, account, viewer, on)]


def _may(act: str, account: Account, viewer: Account, on: date) -> bool:
    if why_not_act(act, account.status) or (act == "hand" and account.kind != "agency"):
        return False
    try:
        require(act, account, viewer, on=on)
    except Refused:
        return False
    return True


class Asked(NamedTuple):
    """What a list of accounts is asked for."""

    text: str = ""
    status: str = ""  # of AccountStatus, or expired
    kind: str = ""
    unit: str = ""


def accounts(viewer: Account, *, on: date, asked: Asked = Asked()) -> QuerySet[Account]:  # noqa: B008 (a value)
    """The accounts of the viewer's part of the tree, by name; NotAllowed for those who have none to look after."""
    under = Organization.objects.under(policy.require_any(viewer, Permission.ACCOUNT_VIEW, on=on))
    if asked.unit:
        start = under.filter(pk=asked.unit).first()
        under = Organization.objects.under([start.path] if start else [])
    found = Account.objects.filter(of_units(under)).exclude(kind="system")
    if asked.status == "expired":
        found = found.filter(valid_until__lt=on).exclude(status=AccountStatus.ENDED)
    elif asked.status:
        found = found.filter(status=asked.status)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.text.strip():
        words = Q(person=None)
        for word in asked.text.split():
            words &= Q(name__icontains=word)
        found = found.filter(people.named(asked.text) | words)
    return found.select_related("person", "organization").order_by("name", "pk")


def of_units(under: QuerySet[Organization]) -> Q:
    """Of accounts: they belong to one of these organisations."""
    job = Employment.objects.current().filter(person=OuterRef("person"), organization__in=under)
    return Q(organization__in=under) | Q(Exists(job))


def viewable_account(account_id: Any, viewer: Account, *, on: date) -> Account:
    """An account that the viewer looks after; NotFound for any other."""
    found = accounts(viewer, on=on).filter(pk=account_id).first()
    if found is None:
        raise NotFound("no_such_account")
    return found


def units(viewer: Account, permission: Permission, *, on: date) -> QuerySet[Organization]:
    """The organisations where the viewer holds a permission, in the order of the tree."""
    found = Organization.objects.under(policy.scope(viewer, permission, on=on)).filter(until=None)
    return found.order_by("path")


def creator_units(viewer: Account, *, on: date) -> list[Organization]:
    """The organisations for which the viewer may make personal accounts without asking."""
    managed = list(units(viewer, Permission.ACCOUNT_MANAGE, on=on))
    if managed:
        return managed
    return [
        each for each in units(viewer, Permission.ACCOUNT_CREATE, on=on) if says("account.agency_creates", each, on=on)
    ]


def homes(found: Iterable[Account]) -> dict[Any, str]:
    """Account → the name of its organisation, for a page of a list. One query."""
    rows = list(found)
    jobs = Employment.objects.current().filter(person__in=[each.person_id for each in rows if each.person_id])
    names = dict(jobs.values_list("person", "organization__name"))
    return {
        each.pk: names.get(each.person_id, "")
        if each.person_id
        else (each.organization.name if each.organization else "")
        for each in rows
    }


def history(account: Account) -> QuerySet[AccountAct]:
    """What was done to an account, newest first."""
    return AccountAct.objects.filter(account=account).select_related("basis", "done_by").order_by("-pk")


def handovers(account: Account) -> QuerySet[Handover]:
    """In whose hands an agency's account was, newest first."""
    return Handover.objects.filter(account=account).select_related("basis", "handed_by").order_by("-since", "-pk")


def grants_of(account: Account, *, on: date) -> QuerySet[Grant]:
    """What an account holds on a day, or will."""
    running = Q(until=None) | Q(until__gte=on)
    return Grant.objects.filter(running, account=account).select_related("organization", "basis").order_by("pk")


def without_administrator(viewer: Account, *, on: date) -> QuerySet[Organization]:
    """Agencies that have no administrator today whose account is open: for whoever names them (QĐ 31 Điều 4.5). The
    department's own are those of the whole."""
    paths = policy.scope(viewer, Permission.GRANT_GIVE, on=on)
    sole = policy.in_force(on).filter(role__in=SOLE, deputy=False, organization=OuterRef("pk"))
    found = Organization.objects.under(paths).filter(is_agency=True, until=None)
    return found.exclude(kind=Kind.HOME_AFFAIRS).exclude(Exists(sole.order_by())).order_by("path")


def why_signed_out(account_id: Any, *, on: date) -> str:
    """Why a session of this account was closed, for who comes back with it; empty if nothing is known."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return ""
    last = AccountAct.objects.filter(account=account, act__in=CLOSING).order_by("-pk").first()
    if last is not None and last.act in ("recover", "hand"):
        return f"signed_out_{last.act}"
    closed = why_closed(account.status, account.valid_until, on)
    if closed:
        return closed
    return f"signed_out_{last.act}" if last is not None else ""


def hand_of(pin: str, name: str) -> Hand:
    """The human somebody means, by number where the node keeps them, else by name. Refused with `no_such_person`."""
    person: Person | None = None
    if pin.strip():
        person = people.by_pin("".join(char for char in pin if char.isdigit()))
        refuse_if(None if person else "no_such_person")
    said = person.full_name if person else " ".join(name.split())
    refuse_if(None if said else "name_missing")
    return Hand(person.pk if person else None, said, None)


# -- requests ---------------------------------------------------------------------------------------------------------


def asked_of(request: AccountRequest) -> dict[str, str]:
    """What was typed of the person or the account that is asked for."""
    opened = envelope.unseal("accounts", f"access.AccountRequest:{request.pk}", bytes(request.asked_sealed))
    assert isinstance(opened, dict)
    return opened


def requests(viewer: Account, *, on: date, waiting: bool | None = None) -> QuerySet[AccountRequest]:
    """Requests that the viewer decides or may ask, those that wait first by age, the others newest first."""
    may = policy.scope(viewer, Permission.ACCOUNT_ASK, on=on) + policy.scope(viewer, Permission.ACCOUNT_MANAGE, on=on)
    found = AccountRequest.objects.filter(organization__in=Organization.objects.under(may))
    if waiting is not None:
        found = found.filter(decided_at__isnull=waiting)
    found = found.select_related("organization", "asked_by", "decided_by", "account", "basis", "agreement")
    return found.order_by("pk" if waiting else "-pk")


def request(request_id: Any, viewer: Account, *, on: date) -> AccountRequest:
    """One of them; NotFound."""
    found = requests(viewer, on=on).filter(pk=request_id).first()
    if found is None:
        raise NotFound("no_such_request")
    return found


def decides(viewer: Account, organization: Organization, kind: str, *, on: date) -> bool:
    """Whether the viewer decides a request of an organisation."""
    try:
        require_decider(viewer, organization, kind, on=on)
    except NotAllowed:
        return False
    return True


def require_decider(by: Account, organization: Organization, kind: str, *, on: date) -> None:
    """The department decides; of a personal account also the agency, where the profile lets it create. NotAllowed."""
    if kind == "personal":
        require_creator(by, organization, on=on)
    else:
        policy.require(by, Permission.ACCOUNT_MANAGE, organization, on=on)


# -- two hands --------------------------------------------------------------------------------------------------------


def two_hands(viewer: Account, *, at: datetime) -> list[TwoHands]:
    """What waits for a second hand, if the viewer could be it. One query and some for each that waits."""
    since = at - TWO_HANDS_LIFE
    rows = TwoHands.objects.filter(decided_at=None, asked_at__gt=since).select_related("account", "asked_by")
    return [each for each in rows.order_by("pk") if _may_confirm(each, viewer, at)]


def _may_confirm(row: TwoHands, viewer: Account, at: datetime) -> bool:
    try:
        require_second(row, viewer, at=at)
    except Refused:
        return False
    return True


def require_second(row: TwoHands, by: Account, *, at: datetime) -> None:
    """The second hand: another human than who asked and than whose account it is, who holds the permission there and
    no narrower rights; NotAllowed."""
    assert row.asked_by is not None
    if policy.same_human(by, row.asked_by) or policy.same_human(by, row.account):
        raise NotAllowed("second_hand_needed")
    policy.require(by, Permission.ACCOUNT_CONFIRM, home(row.account), on=day(at))
    if not needs_two_hands(row.account, on=day(at)):
        policy.require_not_wider(by, row.account, on=day(at))
