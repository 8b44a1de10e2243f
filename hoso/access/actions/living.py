"""What is done to an account in its life: each act has a reason, a row of its history, an event (QĐ 31 Điều 3.4)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hoso.access.actions.bases import keep
from hoso.access.actions.grants import end_running
from hoso.access.actions.history import note_act
from hoso.access.actions.sessions import close_sessions
from hoso.access.models import Account, Basis, Handover, OneTimeCode
from hoso.access.queries import living
from hoso.access.rules import CLOSING, Paper, after, why_not_act
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if

EVENTS = {
    "restrict": "account.restricted",
    "extend": "account.extended",
    "suspend": "account.suspended",
    "restore": "account.restored",
    "end": "account.ended",
    "recover": "account.recovered",
    "hand": "account.handed",
}


@transaction.atomic
def restrict(account_id: Any, *, reason: str, paper: Paper | None, by: Account, at: datetime) -> Account:
    """From now on it reads and changes nothing, not even its own record."""
    return _act("restrict", account_id, reason, paper, None, by, at)


@transaction.atomic
def extend(
    account_id: Any, *, until: date | None, reason: str, paper: Paper | None, by: Account, at: datetime
) -> Account:
    """Another last day, or none."""
    refuse_if("day_gone_by" if until is not None and until < day(at) else None)
    return _act("extend", account_id, reason, paper, until, by, at)


@transaction.atomic
def suspend(account_id: Any, *, reason: str, paper: Paper | None, by: Account, at: datetime) -> Account:
    """Nobody signs in with it until it is restored; whoever is in is out."""
    return _act("suspend", account_id, reason, paper, None, by, at)


@transaction.atomic
def restore(account_id: Any, *, reason: str, paper: Paper | None, by: Account, at: datetime) -> Account:
    """Back to full use, from a restriction or a suspension."""
    return _act("restore", account_id, reason, paper, None, by, at)


@transaction.atomic
def end_account(account_id: Any, *, reason: str, paper: Paper | None, by: Account, at: datetime) -> Account:
    """For good: its grants end with it; an agency that loses its administrator so stands on the department's page."""
    account = _act("end", account_id, reason, paper, None, by, at)
    end_running(account, until=day(at) - timedelta(days=1), by=by, at=at)
    return account


def _act(
    act: str, account_id: Any, reason: str, paper: Paper | None, until: date | None, by: Account, at: datetime
) -> Account:
    account = lock_for(act, account_id, by=by, at=at)
    refuse_if(None if reason.strip() else "reason_missing")
    refuse_if("text_too_long" if len(reason) > 500 else None)
    needs = living.needs_document(act, account, on=day(at))
    refuse_if("basis_missing" if needs and paper is None else None)
    basis = keep(paper, organization=living.home(account), by=by, at=at) if paper is not None else None
    if act == "extend":
        account.valid_until = until
    if act in ("suspend", "end"):
        void_codes(account, by=by, at=at)
    return settle(act, account, reason=reason, basis=basis, until=until, rows=(), by=by, at=at)


def lock_for(act: str, account_id: Any, *, by: Account, at: datetime) -> Account:
    """The account, held until the transaction ends, if this may be done to it now; NotFound, NotAllowed, Refused."""
    account = Account.objects.select_for_update(of=("self",)).filter(pk=account_id).exclude(kind="system").first()
    if account is None:
        raise NotFound("no_such_account")
    living.require(act, account, by, on=day(at))
    refuse_if(why_not_act(act, account.status))
    return account


@transaction.atomic
def settle(
    act: str,
    account: Account,
    *,
    reason: str,
    basis: Basis | None,
    until: date | None,
    rows: Sequence[Handover],
    by: Account,
    at: datetime,
) -> Account:
    """The last line of every act: the status it leaves, the row of the history, the event, the sessions."""
    account.status = after(act, account.status)
    account.save()
    row = note_act(account, act, reason=reason, basis=basis, until=until, by=by, at=at)
    audit.record(
        EVENTS[act],
        by=by,
        object=account,
        at=at,
        person=account.person_id or "",
        organization=living.home(account),
        rows=[account, row, *rows],
        on_basis=str(basis or ""),
    )
    if act in CLOSING:
        close_sessions(account, by=by, at=at)
    return account


@transaction.atomic
def void_codes(account: Account, *, by: Account, at: datetime) -> list[OneTimeCode]:
    """No code that is still out opens the account any more."""
    rows = list(OneTimeCode.objects.filter(account=account, used_at=None, void_at=None))
    for row in rows:
        row.void_at = at
        row.save(update_fields=["void_at"])
    if rows:
        audit.record("account.codes_voided", by=by, object=account, at=at, rows=rows, count=len(rows))
    return rows
