"""The head confirms, or sends back."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.approvals import queries, rules
from hoso.approvals.actions.rounds import open_next
from hoso.approvals.models import Confirmation, Round, SentBack
from hoso.approvals.queries import Waiting
from hoso.approvals.queries.months import why_not_confirm_now
from hoso.audit import actions as audit
from hoso.base import keys
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound, Stale, refuse_if
from hoso.base.ids import uuid7
from hoso.duties import actions as duties
from hoso.orgs.models import Organization
from hoso.records import queries as records
from hoso.signing import cms
from hoso.signing import queries as signing

Signer = Callable[[bytes], bytes]
"""The lines' digest (64 hexadecimal digits) → a detached signature over it (CMS, DER)."""

ROLES = ("agency_head", "head_delegate", "agency_admin")
NOT_GOOD = {"untrusted": "untrusted_signer", "revoked": "revoked_certificate", "expired": "expired_certificate"}
MOST_TEXT = 2000
MOST_BASIS = 200


@transaction.atomic
def confirm(
    round_id: Any,
    *,
    agency: Organization,
    version_ids: Sequence[Any],
    statement: bool,
    sign: Signer | None,
    by: Account,
    at: datetime,
) -> list[Confirmation]:
    """Confirm versions of an agency's people for the month (QĐ 31 Điều 7.1), one, several or all that may go together.

    `sign` makes a detached signature over the digest of the lines; it is demanded where a certificate is registered to
    the officer (QĐ 31 Điều 14.3); the caller has otherwise asked for the password again. What is confirmed already is
    left as it is. In a month that was signed, and while its window is open, this begins a supplement. Stale if a record
    moved on since the page was shown.
    """
    basis = _require_officer(agency, by, at)
    round_ = _take_round(round_id, by, at)
    refuse_if(None if statement else "statement_missing")
    refuse_if(None if version_ids else "nobody_chosen")
    waiting = {str(each.version.pk): each for each in queries.waiting_for(agency, by, round_, on=day(at))}
    chosen = {str(each) for each in version_ids}
    confirmed = Confirmation.objects.filter(version__in=list(version_ids), agency=agency)
    before = {str(row.version_id): row for row in confirmed}
    if chosen - waiting.keys() - before.keys():
        raise Stale("record_moved_on")
    asked = [waiting[each] for each in sorted(chosen & waiting.keys())]
    if not asked:
        return list(before.values())
    for each in asked:
        refuse_if(each.blocked or None, who=each.version.record.person.full_name)
    refuse_if(rules.why_not_together([each.alone for each in asked]))
    digest = rules.lines_digest(_line(each) for each in asked)
    made = _keep(asked, round_, agency, basis, _signature(digest, sign, by, at), by, at)
    _corrected(made, at)
    told = [audit.Thing(row.version, row.version.record.person_id, _told(row, digest), [row]) for row in made]
    audit.record_each("round.confirmed", told, by=by, at=at, organization=agency, role=basis.role, basis=basis.basis)
    return made


def _require_officer(agency: Organization, by: Account, at: datetime) -> policy.Held:
    """The grant by which the officer confirms here: as head before as delegate, as delegate before as administrator."""
    if agency not in queries.confirmable_agencies(by, on=day(at)):
        raise NotAllowed("not_allowed")
    held = [each for each in policy.held(by, day(at)) if queries.confirms_at(each, agency)]
    used = min(held, key=lambda each: ROLES.index(each.role))
    policy.act_by(by, used)
    return used


def _take_round(round_id: Any, by: Account, at: datetime) -> Round:
    """The round, locked, with its window open; its supplement if it was sealed meanwhile."""
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound("no_such_round")
    refuse_if(why_not_confirm_now(found, day(at)))
    return open_next(found.month, by=by, at=at) if found.closed_at else found


def _line(each: Waiting) -> rules.Line:
    row = each.version
    return rules.Line(str(row.record.person_id), row.form, row.seq, row.digest)


def _signature(digest: str, sign: Signer | None, by: Account, at: datetime) -> str:
    """The officer's own signature (base64), proven to be theirs; empty for those without a registered certificate."""
    registered = signing.registered(by, on=day(at))
    if not registered:
        return ""
    refuse_if("signature_missing" if sign is None else None)
    assert sign is not None
    signature = sign(digest.encode())
    verdict = cms.cms_verify(digest.encode(), signature, trust=signing.trust(), at=at)
    reason = verdict.reason
    refuse_if(NOT_GOOD.get(reason, reason) if reason else None)
    theirs = verdict.who is not None and (verdict.who.issuer, verdict.who.serial) in registered
    refuse_if(None if theirs else "other_signer")
    return base64.b64encode(signature).decode()


def _keep(
    asked: Sequence[Waiting],
    round_: Round,
    agency: Organization,
    basis: policy.Held,
    signature: str,
    by: Account,
    at: datetime,
) -> list[Confirmation]:
    batch = uuid7()
    return Confirmation.objects.bulk_create(
        [
            Confirmation(
                round=round_,
                record_id=each.version.record_id,
                version=each.version,
                seq=each.version.seq,
                digest=each.version.digest,
                agency=agency,
                role=basis.role,
                basis=basis.basis[:MOST_BASIS],
                batch=batch,
                signature=signature,
                confirmed_at=at,
                confirmed_by=by,
            )
            for each in asked
        ]
    )


def _told(row: Confirmation, lines: str) -> dict[str, Any]:
    return {"seq": row.seq, "digest": row.digest, "batch": str(row.batch), "lines": lines}


def _corrected(made: Sequence[Confirmation], at: datetime) -> None:
    """What was sent back is corrected once its version, or a later one of the record, is confirmed."""
    seqs = {row.record_id: row.seq for row in made}
    for back in SentBack.objects.filter(version__record__in=list(seqs)).select_related("version"):
        if back.version.seq <= seqs[back.version.record_id]:
            duties.close("change.correct", subject=back.version, at=at)


@transaction.atomic
def send_back(
    round_id: Any, *, agency: Organization, version_id: Any, reason: str, by: Account, at: datetime
) -> SentBack:
    """Not confirmed, with a reason: the version stays; the agency's administrator has to have it corrected."""
    _require_officer(agency, by, at)
    round_ = _take_round(round_id, by, at)
    refuse_if(None if reason.strip() else "reason_missing")
    refuse_if("text_too_long" if len(reason) > MOST_TEXT else None)
    waiting = find(agency, version_id, round_, by=by, at=at)
    refuse_if("sent_back_already" if waiting.blocked == "sent_back" else waiting.blocked or None)
    version = waiting.version
    kept_by = waiting.from_below or agency
    row = SentBack(id=uuid7(), round=round_, version=version, agency=kept_by, sent_at=at, sent_by=by)
    key = records.person_key(version.record.person_id)
    row.reason_sealed = keys.seal(key, f"approvals.SentBack:{row.pk}", reason.strip())
    row.save(force_insert=True)
    duties.open_("change.correct", subject=version, organization=kept_by, role="agency_admin", account=None, at=at)
    audit.record(
        "round.sent_back",
        by=by,
        object=version,
        at=at,
        person=version.record.person_id,
        organization=agency,
        rows=[row],
    )
    return row


def find(agency: Organization, version_id: Any, round_: Round, *, by: Account, at: datetime) -> Waiting:
    """One record that waits at an agency; Stale if it is not there any more."""
    for each in queries.waiting_for(agency, by, round_, on=day(at)):
        if str(each.version.pk) == str(version_id):
            return each
    raise Stale("record_moved_on")


@transaction.atomic
def note_compared(waiting: Waiting, *, agency: Organization, by: Account, at: datetime) -> None:
    """Log that an officer looked at what changed in somebody's record, before confirming it."""
    row = waiting.version
    if by.person_id == row.record.person_id:
        return
    audit.record(
        "record.compared",
        by=by,
        object=row,
        at=at,
        person=row.record.person_id,
        organization=agency,
        purpose="round.confirm",
        sections=sorted(waiting.sections),
        seq=row.seq,
        since=waiting.since_seq,
    )
