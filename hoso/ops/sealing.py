"""Sealing the log, and proving it: the key that signs is handed to the log from here."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from hoso.audit import actions as audit
from hoso.audit import queries
from hoso.audit.models import Seal
from hoso.audit.proving import Chain, verify_chain
from hoso.signing import seals
from hoso.signing.queries import log_key


def seal_now(*, at: datetime) -> Sequence[Seal]:
    """Seal what is finished and not sealed yet; somebody else may be at it, then this waits."""
    return audit.seal(at=at, sign=log_key().sign)


def verify() -> Chain:
    """Walk the whole chain with this node's public key, and hold it against the newest anchor outside the database."""
    public = log_key().public
    chain = verify_chain(lambda data, signature: seals.verify(public, data, signature))
    anchor = newest_anchor()
    if not chain.broken and anchor:
        head = Seal.objects.filter(number=anchor["number"], digest=anchor["digest"]).exists()
        if not head:
            return chain._replace(broken=f"niêm phong số {anchor['number']} đã neo ngoài cơ sở dữ liệu không còn")
    return chain


def anchor_now(*, at: datetime) -> Path | None:
    """Write the newest seal to a file outside the database, once an hour; None if there is nothing new."""
    seal = queries.newest_seal()
    held = newest_anchor()
    if seal is None or (held and held["number"] == seal.number):
        return None
    path = _anchors()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"number": seal.number, "digest": seal.digest, "signature": seal.signature, "at": at.isoformat()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return path


def newest_anchor() -> dict[str, Any] | None:
    """The last line of the file of anchors."""
    path = _anchors()
    if not path.exists():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(json.loads(lines[-1])) if lines else None


def _anchors() -> Path:
    return Path(settings.HOSO_HOME) / "anchors" / "seals.jsonl"
