"""An agency's account goes into the hands of a named person, by a decision (QĐ 31 Điều 3.2, 8.4)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from hoso.access.actions.bases import keep
from hoso.access.actions.codes import Given, make_code
from hoso.access.actions.living import lock_for, settle
from hoso.access.models import Account, Basis, Handover
from hoso.access.policy import same
from hoso.access.queries import living
from hoso.access.rules import Hand, Paper
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, refuse_if


@transaction.atomic
def hand_over(
    account_id: Any, *, pin: str, name: str, since: date, reason: str, paper: Paper, by: Account, at: datetime
) -> Given:
    """End the old hand's sessions and password, and give the new hand a code; `pin` names a person of this node, else
    the name alone stands for somebody whom it does not keep. Nobody hands an account to themselves."""
    account = lock_for("hand", account_id, by=by, at=at)
    refuse_if(None if account.kind == "agency" else "not_an_agency_account")
    refuse_if("day_to_come" if since > day(at) else None)
    hand = living.hand_of(pin, name)
    if by.kind != "system" and same(by.behind, hand):
        raise NotAllowed("own_account")
    refuse_if("same_hand" if account.handovers.exists() and same(account.behind, hand) else None)
    basis = keep(paper, organization=living.home(account), by=by, at=at)
    rows = _take(account, hand, basis, since, by, at)
    account.password = make_password(None)
    settle("hand", account, reason=reason, basis=basis, until=None, rows=rows, by=by, at=at)
    return make_code(account, by=by, at=at)


@transaction.atomic
def first_hand(account: Account, hand: Hand, *, basis: Basis, since: date, by: Account, at: datetime) -> None:
    """A new account of an agency goes to whom the decision names, inside the act that makes it."""
    rows = _take(account, hand, basis, since, by, at)
    audit.record(
        "account.handed",
        by=by,
        object=account,
        at=at,
        organization=living.home(account),
        rows=rows,
        on_basis=str(basis),
    )


def _take(account: Account, hand: Hand, basis: Basis, since: date, by: Account, at: datetime) -> list[Handover]:
    """The rows of a hand-over: the old one ends the day before; the account is called after its new hand."""
    rows = list(Handover.objects.select_for_update().filter(account=account, until=None))
    for old in rows:
        old.until = max(old.since, since - timedelta(days=1))
        old.save(update_fields=["until"])
    made = Handover.objects.create(
        account=account,
        person_id=hand.person_id,
        name=hand.name[:200],
        basis=basis,
        since=since,
        handed_at=at,
        handed_by=by,
    )
    account.name = hand.name[:200]
    account.__dict__.pop("behind", None)
    return [*rows, made]
