"""The history of an account: one row for each act; rows are only added."""

from datetime import date, datetime

from hoso.access.models import Account, AccountAct, Basis


def note_act(
    account: Account, act: str, *, reason: str, basis: Basis | None, until: date | None, by: Account, at: datetime
) -> AccountAct:
    """A row of an account's history; the event of the act that calls witnesses it."""
    return AccountAct.objects.create(
        account=account, act=act, reason=reason.strip(), basis=basis, until=until, done_at=at, done_by=by
    )
