"""Opening a round."""

import re
from datetime import datetime

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.approvals import rules
from hoso.approvals.models import Round
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.db import lock
from hoso.base.errors import Invalid, refuse_if
from hoso.orgs import queries as orgs
from hoso.regulation import rules as regulation

ROUNDS = 727_003
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@transaction.atomic
def open_round(month: str, *, by: Account, at: datetime) -> Round:
    """The open round of a month 'YYYY-MM': the first is opened by the timer; when that one is sealed, or its month is
    over, the department's leader opens a numbered supplement, marked late if the month is over."""
    refuse_if(None if MONTH.fullmatch(month) else "no_such_month", Invalid)
    if by.kind != "system":
        policy.require(by, Permission.ROUND_SIGN, orgs.root(), on=day(at))
    refuse_if("month_not_begun" if month > rules.month_of(day(at)) else None)
    return open_next(month, by=by, at=at)


def open_next(month: str, *, by: Account, at: datetime) -> Round:
    """The round of a month that can be worked on, opened now if there is none; part of another act."""
    lock(ROUNDS)
    newest = Round.objects.filter(month=month).order_by("-supplement").first()
    late = month < rules.month_of(day(at))
    if newest is not None and newest.closed_at is None and newest.late == late:
        return newest
    code = orgs.root().profile
    confirm = regulation.window("round.confirm", month=month, code=code)
    sign = regulation.window("round.sign", month=month, code=code)
    opened = Round.objects.create(
        month=month,
        supplement=newest.supplement + 1 if newest else 0,
        late=late,
        confirm_from=confirm.opens,
        confirm_to=confirm.closes,
        confirm_article=confirm.article,
        sign_from=sign.opens,
        sign_to=sign.closes,
        sign_article=sign.article,
        opened_at=at,
        opened_by=by,
    )
    audit.record("round.opened", by=by, object=opened, at=at, month=month, supplement=opened.supplement, rows=[opened])
    return opened
