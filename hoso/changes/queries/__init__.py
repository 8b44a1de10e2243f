"""Reading changes: drafts, what waits for whom, and what a verifier compares."""

from hoso.changes.queries.desk import Desk, desk_for, why_not_verifier
from hoso.changes.queries.lists import counts, mine, of_record, reports_for, to_verify, waiting_for_person
from hoso.changes.queries.verification import Proposal, Verification, verification
from hoso.changes.queries.working import Work, draft_of, form_for, is_first_entry, open_draft, reason_of, work

__all__ = [
    "Desk",
    "Proposal",
    "Verification",
    "Work",
    "counts",
    "desk_for",
    "draft_of",
    "form_for",
    "is_first_entry",
    "mine",
    "of_record",
    "open_draft",
    "reason_of",
    "reports_for",
    "to_verify",
    "verification",
    "waiting_for_person",
    "why_not_verifier",
    "work",
]
