"""Reading changes: drafts, what waits for whom, and what a verifier compares."""

from hoso.changes.queries.desk import Desk, desk_for, why_not_verifier
from hoso.changes.queries.lists import counts, mine, of_record, reports_for, reports_of, to_verify, waiting_for_person
from hoso.changes.queries.verification import Proposal, Verification, for_verifying, verification
from hoso.changes.queries.working import (
    Returned,
    Work,
    draft_of,
    form_for,
    image_evidence,
    is_first_entry,
    open_draft,
    readable_evidence,
    reason_of,
    returned,
    work,
    writable,
)

__all__ = [
    "Desk",
    "Proposal",
    "Returned",
    "Verification",
    "Walk",
    "Work",
    "counts",
    "desk_for",
    "draft_of",
    "for_verifying",
    "form_for",
    "image_evidence",
    "is_first_entry",
    "mine",
    "next_to_verify",
    "of_record",
    "open_draft",
    "readable_evidence",
    "reason_of",
    "reports_for",
    "reports_of",
    "returned",
    "to_verify",
    "verification",
    "waiting_for_person",
    "walk",
    "why_not_verifier",
    "work",
    "writable",
]
