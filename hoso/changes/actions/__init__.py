"""Every write to a change. One function, one act, one transaction."""

from hoso.changes.actions.drafting import (
    Saved,
    answer_report,
    attach,
    detach,
    expect_entry,
    hand,
    open_draft,
    report_error,
    save,
)
from hoso.changes.actions.sending import submit, withdraw
from hoso.changes.actions.verifying import decide, release, take

__all__ = [
    "Saved",
    "answer_report",
    "attach",
    "decide",
    "detach",
    "expect_entry",
    "hand",
    "open_draft",
    "release",
    "report_error",
    "save",
    "submit",
    "take",
    "withdraw",
]
