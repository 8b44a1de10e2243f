"""What somebody tried and was refused: outside the transaction of the request, which has been rolled back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hoso.access.models import Account
from hoso.audit import actions as audit
from hoso.audit import queries as log

MOST = 20  # of one account in a minute: a loop fills no log
STEPS = frozenset({"password_again", "csrf"})  # and whatever has to come first


@transaction.atomic
def note_refused(
    *, route: str, thing: UUID | None, status: int, code: str, method: str, by: Account | str, at: datetime
) -> None:
    """Log a refused attempt: which address by its name, the id that it named, never a value. What only asks for another
    step first is none. Of a flood the first twenty in a minute are told, the last of them as such."""
    if code in STEPS or code.endswith("_first"):
        return
    account = str(getattr(by, "pk", by))
    newest = log.newest_refusals(account, since=at - timedelta(minutes=1), most=MOST)
    if newest >= MOST:
        return
    audit.record(
        "access.refused",
        by=by,
        object=f"{route}:{thing}" if thing else route,
        at=at,
        route=route,
        status=status,
        code=code,
        method=method,
        more=newest + 1 == MOST,
    )
