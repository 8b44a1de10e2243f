"""Every write of the month. One function, one act, one transaction."""

from hoso.approvals.actions.confirming import confirm, send_back
from hoso.approvals.actions.rounds import open_round
from hoso.approvals.actions.signing import build, finish, sign_by_upload, sign_with_pkcs12

__all__ = [
    "build",
    "confirm",
    "finish",
    "open_round",
    "send_back",
    "sign_by_upload",
    "sign_with_pkcs12",
]
