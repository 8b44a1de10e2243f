"""An agency asks for an account; what comes of it (QĐ 31 Điều 6.2, 8.1-8.4). Those who make accounts call this."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access import policy
from hoso.access.actions.bases import keep
from hoso.access.models import Account, AccountRequest
from hoso.access.queries import living
from hoso.access.roles import Permission
from hoso.access.rules import Paper, why_not_ask
from hoso.audit import actions as audit
from hoso.base import envelope
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if
from hoso.base.ids import uuid7
from hoso.orgs.models import Organization


@transaction.atomic
def ask(
    organization: Organization,
    *,
    kind: str,
    asked: Mapping[str, str],
    paper: Paper | None,
    agreement: Paper | None,
    by: Account,
    at: datetime,
) -> AccountRequest:
    """Ask for a personal account (the fields of taking somebody in), or an agency's or a sub-unit's (`sign_in`, `name`,
    `pin`, `role`), which need the decision that names a person; a sub-unit's also the department's written agreement.
    What was typed is kept encrypted."""
    policy.require(by, Permission.ACCOUNT_ASK, organization, on=day(at))
    refuse_if(why_not_ask(kind, asked, decision=paper, agreement=agreement, is_agency=organization.is_agency))
    request_id = uuid7()
    row = AccountRequest.objects.create(
        id=request_id,
        organization=organization,
        kind=kind,
        name=" ".join(asked["full_name" if kind == "personal" else "name"].split())[:200],
        asked_sealed=envelope.seal("accounts", f"access.AccountRequest:{request_id}", dict(asked)),
        basis=keep(paper, organization=organization, by=by, at=at) if paper else None,
        agreement=keep(agreement, organization=organization, by=by, at=at) if agreement else None,
        asked_at=at,
        asked_by=by,
    )
    audit.record("account.requested", by=by, object=row, at=at, organization=organization, rows=[row], kind=kind)
    return row


def lock_request(request_id: Any, *, by: Account, at: datetime) -> AccountRequest:
    """A request that waits, held until the transaction ends, for who decides it; NotFound, NotAllowed, Refused."""
    found = AccountRequest.objects.select_for_update(of=("self",)).select_related("organization", "basis", "agreement")
    row = found.filter(pk=request_id).first()
    if row is None:
        raise NotFound("no_such_request")
    living.require_decider(by, row.organization, row.kind, on=day(at))
    refuse_if("decided_already" if row.decided_at else None)
    return row


@transaction.atomic
def settle_request(
    row: AccountRequest, *, account: Account | None, reason: str, by: Account, at: datetime
) -> AccountRequest:
    """What came of it: the account, or why not."""
    refuse_if("reason_missing" if account is None and not reason.strip() else None)
    row.account, row.reason = account, reason.strip()[:500]
    row.decided_at, row.decided_by = at, by
    row.save()
    done = "account.request_met" if account else "account.request_declined"
    audit.record(done, by=by, object=row, at=at, organization=row.organization, rows=[row], kind=row.kind)
    return row
