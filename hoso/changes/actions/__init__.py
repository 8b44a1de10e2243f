"""Every write to a change. One function, one act, one transaction."""

from hoso.changes.actions.drafting import (
    Saved,
    answer_report,
    attach,
    detach,
    expect_entry,
    hand,
    open_draft,
    put_image,
    report_error,
    save,
)
from hoso.changes.actions.scans import open_scan
from hoso.changes.actions.sending import submit, withdraw
from hoso.changes.actions.supporting import support
from hoso.changes.actions.verifying import decide, note_queue_read, open_for_verifying, release, take

__all__ = [
    "Saved",
    "answer_report",
    "attach",
    "decide",
    "detach",
    "expect_entry",
    "hand",
    "note_queue_read",
    "open_draft",
    "open_for_verifying",
    "open_scan",
    "put_image",
    "release",
    "report_error",
    "save",
    "submit",
    "support",
    "take",
    "withdraw",
]
