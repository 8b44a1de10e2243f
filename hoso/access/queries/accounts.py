"""Reading accounts and grants."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from hoso.access import devices, policy, throttle
from hoso.access.models import Account, Device, Grant
from hoso.access.roles import Permission
from hoso.access.rules import AccountStatus
from hoso.audit import queries as audit
from hoso.audit.models import Event
from hoso.base import keys
from hoso.base.errors import NotFound
from hoso.base.text import plain
from hoso.orgs.models import Organization
from hoso.people import queries as people

SYSTEM = "system"


def sign_in_index(typed: str) -> str:
    """What the database knows of a sign-in name: a number loses its spaces and dots, an agency's name its case."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    digits = re.sub(r"[ .-]", "", name)
    return keys.blind_index(people.index_key(), "sign-in", digits if digits.isdigit() else name).hex()


def by_sign_in(typed: str) -> Account | None:
    """The account of what somebody typed to sign in."""
    return Account.objects.filter(sign_in_index=sign_in_index(typed)).first()


def knows_device(index: str, token: str) -> bool:
    """Whether the account of a sign-in name's keyed hash has signed in from this device before."""
    return Device.objects.filter(account__sign_in_index=index, token_digest=devices.digest(token)).exists()


def shut_until(account: Account) -> datetime | None:
    """Until when sign-ins are refused because somebody tried too often; None if they are not."""
    return throttle.locked_until(account.sign_in_index)


def system() -> Account:
    """The node's own account, for timers; NotFound before `hoso init`."""
    found = Account.objects.filter(kind="system").first()
    if found is None:
        raise NotFound("no_node")
    return found


def grants(viewer: Account, *, on: date) -> QuerySet[Grant]:
    """Grants where the viewer may give them, newest first."""
    paths = policy.require_any(viewer, Permission.GRANT_GIVE, on=on)
    return (
        Grant.objects.filter(organization__in=Organization.objects.under(paths))
        .select_related("account", "organization", "basis")
        .order_by("-pk")
    )


def by_id(account_id: Any) -> Account:
    """An account; NotFound."""
    found = Account.objects.select_related("person").filter(pk=account_id).first()
    if found is None:
        raise NotFound("no_such_account")
    return found


def names(ids: Iterable[str]) -> dict[str, str]:
    """Account id → who is behind it, for the ids that a log mentions. One query."""
    wanted = [each for each in {*ids} if _is_id(each)]
    with connection.cursor() as cursor:  # written out: every record page asks it
        cursor.execute("SELECT id::text, name FROM access_account WHERE id = ANY(%s::uuid[])", [wanted])
        return dict(cursor.fetchall())


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def people_accounts(viewer: Account, *, on: date, text: str = "", most: int = 20) -> QuerySet[Account]:
    """Accounts that the viewer may give roles to, by name; of nobody while nothing is typed."""
    policy.require_any(viewer, Permission.GRANT_GIVE, on=on)
    return named(text)[:most]


def named(text: str) -> QuerySet[Account]:
    """Accounts in use, by name; none while nothing is typed. Whoever asks has seen that the viewer may."""
    found = (
        Account.objects.exclude(kind="system")
        .exclude(status=AccountStatus.ENDED)
        .select_related("person")
        .order_by("name", "pk")
    )
    words = Q(person=None)
    for word in plain(text).split():
        words &= Q(name__icontains=word)
    found = found.filter(people.named(text) | words)
    return found if text.strip() else found.none()


def log(
    viewer: Account,
    *,
    on: date,
    action: str = "",
    name: str = "",
    person: str = "",
    organization: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    most: int = 50,
) -> list[Event]:
    """The newest events that the viewer may read: all of them, or those that happened under a part of the tree.

    `name` is of who did it, `person` of who it concerns: both are found among accounts, never among the people behind
    the wall, whom an inspector does not see.
    """
    paths = policy.require_any(viewer, Permission.LOG_READ, on=on)
    under = Organization.objects.under(paths)
    whole = under.filter(parent=None).exists()
    wanted = None if whole else _as_text(under)
    if organization:
        start = under.filter(pk=organization).first() if _is_id(organization) else None
        wanted = _as_text(Organization.objects.under([start.path] if start else []))
    found = audit.newest(
        most,
        before,
        action=action,
        accounts=_called(name, "pk") if name.strip() else None,
        persons=_called(person, "person_id") if person.strip() else None,
        organizations=wanted,
        since=since,
        until=until,
    )
    return list(found)


def _called(name: str, field: str) -> list[str]:
    known = Account.objects.exclude(**{f"{field}__isnull": True})
    for word in name.split():
        known = known.filter(name__icontains=word)
    return [str(each) for each in known.values_list(field, flat=True)[:200]]


def named_in(events: Iterable[Event]) -> tuple[dict[str, str], dict[str, str]]:
    """For lines of the log: account id → who is behind it, and person id → the name of their own account, which is all
    that its reader learns of a person. One query."""
    told = list(events)
    ids = {each.account for each in told if _is_id(each.account)}
    people = {each.person for each in told if _is_id(each.person)}
    found = Account.objects.filter(Q(pk__in=ids) | Q(person_id__in=people, kind="personal"))
    rows = list(found.values_list("pk", "person_id", "name", "kind"))
    return (
        {str(pk): name for pk, _, name, _ in rows},
        {str(person): name for _, person, name, kind in rows if person and kind == "personal"},
    )


def _as_text(organizations: QuerySet[Organization]) -> Any:
    return organizations.annotate(said=Cast("pk", TextField())).values("said")


def log_units(viewer: Account, *, on: date) -> QuerySet[Organization]:
    """The organisations by which the viewer may filter the log, in the order of the tree."""
    return Organization.objects.under(policy.require_any(viewer, Permission.LOG_READ, on=on)).order_by("path")


def grant_units(viewer: Account, *, on: date) -> QuerySet[Organization]:
    """The organisations where the viewer may give roles, in the order of the tree."""
    paths = policy.require_any(viewer, Permission.GRANT_GIVE, on=on)
    return Organization.objects.under(paths).filter(until=None).order_by("path")


def own_grants(account: Account, *, on: date) -> QuerySet[Grant]:
    """The grants that an account holds on a day."""
    in_force = Q(until=None) | Q(until__gte=on)
    return Grant.objects.filter(in_force, account=account, since__lte=on).select_related("organization").order_by("pk")
