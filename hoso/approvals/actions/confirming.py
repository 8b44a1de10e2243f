"""The head confirms, or sends back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.approvals import queries, rules
from hoso.approvals.actions.rounds import why_not_now
from hoso.approvals.models import Confirmation, Round, SentBack
from hoso.approvals.queries import months
from hoso.audit import actions as audit
from hoso.base import keys
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound, Refused, Stale, refuse_if
from hoso.base.ids import uuid7
from hoso.duties import actions as duties
from hoso.orgs.models import Organization
from hoso.records import queries as records
from hoso.records.models import Version
from hoso.signing import queries as signing

Signer = Callable[[bytes], str]


def _take_round(round_id: object) -> Round:
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound("no_such_round")
    return found


@transaction.atomic
def confirm(
    round_id: object,
    *,
    agency: Organization,
    version_ids: Sequence[object],
    statement: bool,
    sign: Signer | None,
    by: Account,
    at: datetime,
) -> list[Confirmation]:
    """Confirm versions of an agency's people for the month (QĐ 31 Điều 7.1), one, several or all that may go together.

    `sign` makes a detached signature over the digest of the lines; it is demanded where a certificate is registered to
    the officer (QĐ 31 Điều 14.3); the caller has otherwise asked for the password again. What is confirmed already is
    left as it is. Stale if a record moved on since the page was shown.
    """
    round_ = _take_round(round_id)
    basis = _require_officer(agency, by, at)
    refuse_if(why_not_now(round_.confirm_from, round_.confirm_to, round_, day(at)))
    refuse_if(None if statement else "statement_missing")
    refuse_if(None if version_ids else "nobody_chosen")
    chosen = {str(each) for each in version_ids}
    waiting = {str(each.version.pk): each for each in months.waiting_for(agency, by, round_, on=day(at))}
    missing = chosen - waiting.keys() - _confirmed_before(chosen)
    if missing:
        raise Stale("record_moved_on")
    asked = [waiting[each] for each in sorted(chosen & waiting.keys())]
    if not asked:
        return list(Confirmation.objects.filter(version__in=chosen))
    for each in asked:
        refuse_if(each.blocked or None, who=each.version.record.person.full_name)
    refuse_if(rules.why_not_together([each.alone for each in asked]))
    certificates = signing.registered(by, on=day(at))
    refuse_if("signature_missing" if certificates and sign is None else None)
    lines = [
        rules.Line(str(each.version.record.person_id), each.version.form, each.version.seq, each.version.digest)
        for each in asked
    ]
    digest = rules.lines_digest(lines)
    signature = sign(digest.encode()) if sign and certificates else ""
    batch = uuid7()
    rows = [
        Confirmation(
            round=round_,
            record_id=each.version.record_id,
            version=each.version,
            seq=each.version.seq,
            digest=each.version.digest,
            agency=agency,
            role=basis.role,
            basis=basis.basis,
            batch=batch,
            signature=signature,
            confirmed_at=at,
            confirmed_by=by,
        )
        for each in asked
    ]
    again = Confirmation.objects.filter(round=round_, record__in=[each.version.record_id for each in asked])
    refuse_if("confirmed_this_month" if again.exists() else None)
    made = Confirmation.objects.bulk_create(rows)
    for row in made:
        duties.close("change.correct", subject=row.version, at=at)
        audit.record(
            "round.confirmed",
            by=by,
            object=row.version,
            at=at,
            person=row.version.record.person_id,
            organization=agency,
            role=basis.role,
            seq=row.seq,
            digest=row.digest,
            batch=str(batch),
            lines=digest,
        )
    return made


def _confirmed_before(version_ids: set[str]) -> set[str]:
    found = Confirmation.objects.filter(version__in=version_ids).values_list("version", flat=True)
    return {str(each) for each in found}


def _require_officer(agency: Organization, by: Account, at: datetime) -> policy.Held:
    if agency.pk not in {each.pk for each in queries.confirmable_agencies(by, on=day(at))}:
        raise NotAllowed("not_allowed")
    held = [each for each in policy.held(by, day(at)) if each.organization_id == agency.pk]
    return min(held, key=lambda each: ("agency_head", "head_delegate", "agency_admin").index(each.role) if each.role in ("agency_head", "head_delegate", "agency_admin") else 9)


@transaction.atomic
def send_back(
    round_id: object, *, agency: Organization, version_id: object, reason: str, by: Account, at: datetime
) -> SentBack:
    """Not confirmed, with a reason: the version stays, the agency's administrator gets the duty to have it corrected."""
    round_ = _take_round(round_id)
    _require_officer(agency, by, at)
    refuse_if(why_not_now(round_.confirm_from, round_.confirm_to, round_, day(at)))
    refuse_if(None if reason.strip() else "reason_missing")
    refuse_if("text_too_long" if len(reason) > 2000 else None)
    version = Version.objects.filter(pk=version_id).select_related("record__person").first()
    if version is None:
        raise NotFound("no_such_version")
    waiting = {each.version.pk: each for each in months.waiting_for(agency, by, round_, on=day(at))}
    if version.pk not in waiting:
        raise Stale("record_moved_on")
    if waiting[version.pk].blocked == "sent_back":
        raise Refused("sent_back_already")
    row = SentBack(id=uuid7(), round=round_, version=version, agency=agency, sent_at=at, sent_by=by)
    key = records.person_key(version.record.person_id)
    row.reason_sealed = keys.seal(key, f"approvals.SentBack:{row.pk}", reason.strip())
    row.save(force_insert=True)
    duties.open_(
        "change.correct", subject=version, organization=agency, role="agency_admin", account=None, at=at
    )
    audit.record(
        "round.sent_back", by=by, object=version, at=at, person=version.record.person_id, organization=agency
    )
    return row
