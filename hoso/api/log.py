"""Whether the log is whole."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.api.http import Request
from hoso.audit import queries
from hoso.ops import sealing

router = Router(tags=["log"])
NEWEST = 3  # manifests that a request opens; the command opens all


class SealOut(Schema):
    """The newest link of the chain."""

    number: int
    at: datetime
    count: int
    root: str
    previous: str
    digest: str
    signature: str


class ChainOut(Schema):
    """`broken` says what does not hold, empty if all does; `unsealed` events are not proved yet."""

    events: int
    seals: int
    unsealed: int
    first_unsealed: int | None
    rows: int
    manifests: int
    broken: str


@router.get("/log/seal", response=SealOut | None)
def newest_seal(request: Request) -> Any:
    """The newest seal, to be kept elsewhere."""
    policy.require_any(request.user, Permission.LOG_READ, on=request.today)
    return queries.newest_seal()


@router.post("/log/verification", response=ChainOut)
def verify(request: Request) -> dict[str, Any]:
    """Walk the whole chain now: every digest, link and signature, and the anchor outside the database."""
    policy.require_any(request.user, Permission.LOG_READ, on=request.today)
    return sealing.verify_all(at=request.at, newest=NEWEST)._asdict()
