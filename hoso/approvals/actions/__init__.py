"""Every write of the month. One function, one act, one transaction."""

from hoso.approvals.actions.confirming import confirm, find, note_compared, send_back
from hoso.approvals.actions.keys import rewrap_keys
from hoso.approvals.actions.rounds import open_round
from hoso.approvals.actions.signing import build, export, finish, sign_by_upload, sign_with_pkcs12, unfinished

__all__ = [
    "build",
    "confirm",
    "export",
    "find",
    "finish",
    "note_compared",
    "open_round",
    "rewrap_keys",
    "send_back",
    "sign_by_upload",
    "sign_with_pkcs12",
    "unfinished",
]
