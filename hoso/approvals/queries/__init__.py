"""Reading the month: levels, what waits for a head, what waits for the leader, what was signed."""

from hoso.approvals.queries.levels import covered, levels, part_levels
from hoso.approvals.queries.manifests import (
    lines_of,
    manifest_of,
    manifests,
    original_pdf,
    signed_month,
    signed_pdf,
)
from hoso.approvals.queries.months import (
    AgencyState,
    Waiting,
    agency_states,
    confirmable_agencies,
    current_round,
    ready,
    rounds,
    waiting_for,
)

__all__ = [
    "AgencyState",
    "Waiting",
    "agency_states",
    "confirmable_agencies",
    "covered",
    "current_round",
    "levels",
    "lines_of",
    "manifest_of",
    "manifests",
    "original_pdf",
    "part_levels",
    "ready",
    "rounds",
    "signed_month",
    "signed_pdf",
    "waiting_for",
]
