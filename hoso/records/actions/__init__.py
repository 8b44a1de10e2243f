"""Every write to records. One function, one act, one transaction."""

from hoso.records.actions.keys import rewrap_keys
from hoso.records.actions.letting import let_read
from hoso.records.actions.looking import (
    note_read,
    note_revealed,
    note_scan_read,
    print_document,
    print_form,
    reveal,
)
from hoso.records.actions.making import Loaded, append_version, load, lock, open_

__all__ = [
    "Loaded",
    "append_version",
    "let_read",
    "load",
    "lock",
    "note_read",
    "note_revealed",
    "note_scan_read",
    "open_",
    "print_document",
    "print_form",
    "reveal",
    "rewrap_keys",
]
