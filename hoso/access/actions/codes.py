"""One-time codes: given in person, on a slip or as a link; they open an account once (never by e-mail)."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from hoso.access import policy, queries
from hoso.access.actions.factors import reset_factors
from hoso.access.actions.history import note_act
from hoso.access.actions.living import lock_for, settle, void_codes
from hoso.access.models import Account, OneTimeCode, TwoHands
from hoso.access.queries import living
from hoso.access.roles import Permission
from hoso.access.rules import (
    CODE_LIFE,
    OPEN,
    TWO_HANDS_LIFE,
    AccountStatus,
    CodeUse,
    after,
    one_time_code,
    tidy_code,
    why_not_act,
)
from hoso.audit import actions as audit
from hoso.base import keys
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound, refuse_if
from hoso.base.ids import uuid7
from hoso.orgs.models import Organization
from hoso.people.queries import index_key


class Given(NamedTuple):
    """A code that was just made; it is shown once and kept nowhere."""

    account: Account
    code: str
    expires_at: datetime


def _digest(code: str) -> str:
    return keys.blind_index(index_key(), "one-time-code", tidy_code(code)).hex()


@transaction.atomic
def make_code(account: Account, *, by: Account, at: datetime) -> Given:
    """A code for an account, inside the act that gives it; the ones before are void."""
    void_codes(account, by=by, at=at)
    given, row = _make(account, by, at)
    row.save(force_insert=True)
    audit.record(
        "account.code_given",
        by=by,
        object=account,
        at=at,
        person=account.person_id or "",
        organization=living.home(account),
        rows=[row],
        use=row.use,
    )
    return given


def _make(account: Account, by: Account, at: datetime) -> tuple[Given, OneTimeCode]:
    use = CodeUse.ACTIVATE if account.status == AccountStatus.WAITING else CodeUse.RECOVER
    code, expires = one_time_code(), at + CODE_LIFE[use]
    row = OneTimeCode(
        id=uuid7(), account=account, use=use, digest=_digest(code), expires_at=expires, made_at=at, made_by=by
    )
    return Given(account, code, expires), row


@transaction.atomic
def give_codes(organization: Organization, *, most: int, by: Account, at: datetime) -> list[Given]:
    """Codes for everybody in a part of the tree who has not activated yet, for slips on paper; those before are void.
    Who has wider rights than the giver is left out. One event for each person."""
    if by.kind != "system":
        policy.require(by, Permission.ACCOUNT_RECOVER, organization, on=day(at))
    under = Organization.objects.under([organization.path])
    waiting = Account.objects.filter(living.of_units(under), status=AccountStatus.WAITING).select_related("person")
    found = [each for each in waiting.order_by("name", "pk") if _may_have(each, by, at)]
    refuse_if(None if found else "nobody_waits")
    refuse_if("too_many_slips" if len(found) > most else None, most=most)
    return [make_code(each, by=by, at=at) for each in found]


def _may_have(account: Account, by: Account, at: datetime) -> bool:
    if living.needs_two_hands(account, on=day(at)) and by.kind != "system":
        return False
    try:
        living.require("recover", account, by, on=day(at))
    except NotAllowed:
        return False
    return True


@transaction.atomic
def activate(*, sign_in: str, code: str, password: str, at: datetime, by: Account | None) -> Account:
    """Open an account with its code and a first, or another, password. Refused with `wrong_activation`, which does not
    say what was wrong, and with `code_expired`, which only whoever has the code learns."""
    account = queries.by_sign_in(sign_in)
    row = (
        OneTimeCode.objects.select_for_update(of=("self",)).filter(account=account, digest=_digest(code)).first()
        if account is not None
        else None
    )
    refuse_if("wrong_activation" if row is None or row.used_at or row.void_at else None)
    assert row is not None
    refuse_if("code_expired" if row.expires_at <= at else None)
    account = Account.objects.select_for_update(of=("self",)).get(pk=row.account_id)
    first = account.status == AccountStatus.WAITING
    refuse_if(why_not_act("activate", account.status) if not first and account.status not in OPEN else None)
    account.set_password(password)
    account.must_change_password = False
    if first:
        account.status = after("activate", account.status)
    account.save()
    row.used_at = at
    row.save(update_fields=["used_at"])
    rows: list[Any] = [account, row]
    if first:
        rows.append(note_act(account, "activate", reason="", basis=None, until=None, by=account, at=at))
    audit.record(
        "account.activated", by=account, object=account, at=at, person=account.person_id or "", rows=rows, use=row.use
    )
    return account


@transaction.atomic
def recover(account_id: Any, *, seen_in_person: bool, reason: str, by: Account, at: datetime) -> Given:
    """Another code for somebody who stands there in person and showed who they are: the password and every session are
    gone at once. Not for the department's own: those need two hands, as do second factors."""
    account = lock_for("recover", account_id, by=by, at=at)
    refuse_if(None if seen_in_person else "identity_not_checked")
    if by.kind != "system":
        refuse_if("two_hands_needed" if living.needs_two_hands(account, on=day(at)) else None)
    return _recover(account, reason, by, at)


def _recover(account: Account, reason: str, by: Account, at: datetime) -> Given:
    account.password = make_password(None)
    settle("recover", account, reason=reason, basis=None, until=None, rows=(), by=by, at=at)
    return make_code(account, by=by, at=at)


@transaction.atomic
def ask_second(
    account_id: Any, *, act: str, seen_in_person: bool, reason: str, certificate: str, by: Account, at: datetime
) -> TwoHands:
    """The first hand: ask for another code (`recover`), for taking away second factors too (`factors`), or for
    registering a certificate (`certificate`, with its PEM), after seeing the person; another hand confirms."""
    refuse_if(None if act in ("recover", "factors", "certificate") else "no_such_act")
    account = lock_for("recover", account_id, by=by, at=at)
    refuse_if(None if seen_in_person else "identity_not_checked")
    refuse_if(None if reason.strip() else "reason_missing")
    row = TwoHands.objects.create(
        account=account, act=act, certificate=certificate, reason=reason.strip()[:500], asked_at=at, asked_by=by
    )
    audit.record(
        "account.second_asked",
        by=by,
        object=row,
        at=at,
        person=account.person_id or "",
        organization=living.home(account),
        rows=[row],
        wanted=act,
    )
    return row


def _take(two_hands_id: Any, by: Account, at: datetime) -> TwoHands:
    row = TwoHands.objects.select_for_update(of=("self",)).select_related("account", "asked_by").filter(pk=two_hands_id)
    found = row.first()
    if found is None:
        raise NotFound("no_such_request")
    living.require_second(found, by, at=at)
    refuse_if("decided_already" if found.decided_at else None)
    assert found.asked_at is not None
    refuse_if("request_expired" if found.asked_at + TWO_HANDS_LIFE <= at else None)
    return found


@transaction.atomic
def confirm_second(two_hands_id: Any, *, by: Account, at: datetime) -> Given | None:
    """The second hand confirms and gets the code to hand out; for a certificate nothing but the
    confirmation is kept: registering one does not ask for it yet."""
    row = _take(two_hands_id, by, at)
    _decide(row, True, by, at)
    if row.act == "certificate":
        return None
    account = Account.objects.select_for_update(of=("self",)).get(pk=row.account_id)
    refuse_if(why_not_act("recover", account.status))
    if row.act == "factors":
        reset_factors(account, by=by, at=at)
    return _recover(account, row.reason, by, at)


@transaction.atomic
def refuse_second(two_hands_id: Any, *, by: Account, at: datetime) -> TwoHands:
    """The second hand does not confirm."""
    return _decide(_take(two_hands_id, by, at), False, by, at)


def _decide(row: TwoHands, confirmed: bool, by: Account, at: datetime) -> TwoHands:
    row.confirmed, row.decided_at, row.decided_by = confirmed, at, by
    row.save()
    audit.record(
        "account.second_decided",
        by=by,
        object=row,
        at=at,
        person=row.account.person_id or "",
        organization=living.home(row.account),
        rows=[row],
        confirmed=confirmed,
        wanted=row.act,
    )
    return row
