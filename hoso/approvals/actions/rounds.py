"""Opening a round."""

from datetime import date, datetime

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.approvals import rules
from hoso.approvals.models import Round
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.db import lock
from hoso.base.errors import refuse_if
from hoso.orgs import queries as orgs
from hoso.regulation import rules as regulation

ROUNDS = 727_003


@transaction.atomic
def open_round(month: str, *, by: Account, at: datetime) -> Round:
    """The open round of a month 'YYYY-MM': the first is opened by the timer; when that one is sealed, or its month is
    over, the department opens a numbered supplement, marked late if the month is over."""
    lock(ROUNDS)
    newest = Round.objects.filter(month=month).order_by("-supplement").first()
    if newest is not None and newest.closed_at is None:
        return newest
    if by.kind != "system":
        policy.require(by, Permission.ROUND_SIGN, orgs.root(), on=day(at))
    refuse_if("month_not_begun" if month > rules.month_of(day(at)) else None)
    code = orgs.root().profile
    confirm = regulation.window("round.confirm", month=month, code=code)
    sign = regulation.window("round.sign", month=month, code=code)
    opened = Round.objects.create(
        month=month,
        supplement=newest.supplement + 1 if newest else 0,
        late=month < rules.month_of(day(at)),
        confirm_from=confirm.opens,
        confirm_to=confirm.closes,
        confirm_article=confirm.article,
        sign_from=sign.opens,
        sign_to=sign.closes,
        sign_article=sign.article,
        opened_at=at,
        opened_by=by,
    )
    audit.record("round.opened", by=by, object=opened, at=at, month=month, supplement=opened.supplement)
    return opened


def why_not_now(opens: date, closes: date, round_: Round, on: date) -> str | None:
    """A window that is not open yet never lets anyone in; after its end only a late round goes on."""
    if round_.closed_at is not None:
        return "round_closed"
    if on < opens:
        return "window_not_open"
    return "window_closed" if on > closes and not round_.late else None
