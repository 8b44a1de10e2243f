"""Sealing the log, and proving it: the key that signs is handed to the log from here."""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from hoso.approvals.proving import why_not_as_signed
from hoso.approvals.queries import signed_months
from hoso.audit import actions as audit
from hoso.audit import queries
from hoso.audit.models import Seal
from hoso.audit.proving import Chain, verify_chain
from hoso.base.identity import NODE, acting_as
from hoso.signing import seals
from hoso.signing.queries import log_key


def seal_now(*, at: datetime) -> Sequence[Seal]:
    """Seal what is finished and not sealed yet; somebody else may be at it, then this waits."""
    return audit.seal(at=at, sign=log_key().sign)


def verify() -> Chain:
    """Walk along the whole log and the rows it witnesses with this node's public key, and along the anchors outside the
    database; sealed manifests are not opened."""
    public = log_key().public
    with acting_as(NODE):  # whoever asks sees few of the rows that are proved, and is told of none
        chain = verify_chain(lambda data, signature: seals.verify(public, data, signature))
    return chain if chain.broken else chain._replace(broken=_why_not_anchored(public))


def verify_all(*, at: datetime, newest: int | None = None) -> Chain:
    """The same, and hold the sealed manifests (None: all, else the newest) against their signed files."""
    chain = verify()
    if chain.broken:
        return chain
    count = 0
    with acting_as(NODE):
        for count, manifest in enumerate(signed_months()[:newest], 1):
            if reason := why_not_as_signed(manifest, at=at):
                return chain._replace(broken=reason, manifests=count - 1)
    return chain._replace(manifests=count)


def _why_not_anchored(public: bytes) -> str:
    """Whether every seal that was noted outside the database is there still, as it was: not cut off, not replaced."""
    try:
        held = anchors()
    except ValueError:
        return "tệp neo ngoài cơ sở dữ liệu có dòng không đọc được"
    known = dict(Seal.objects.filter(number__in=[each["number"] for each in held]).values_list("number", "digest"))
    for each in held:
        if not seals.verify(public, bytes.fromhex(each["digest"]), each["signature"]):
            return f"neo của niêm phong số {each['number']} không mang chữ ký của nút này"
        if known.get(each["number"]) != each["digest"]:
            return f"niêm phong số {each['number']} đã neo ngoài cơ sở dữ liệu không còn"
    return ""


def anchor_now(*, at: datetime) -> Path | None:
    """Write the newest seal to a file outside the database, once an hour; None if there is nothing new."""
    seal = queries.newest_seal()
    held = newest_anchor()
    if seal is None or (held and held["number"] == seal.number):
        return None
    path = _anchors()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"number": seal.number, "digest": seal.digest, "signature": seal.signature, "at": at.isoformat()}
    with path.open("a+b") as file:
        file.truncate(sum(map(len, _lines())))  # a line that a crash cut short
        file.write(json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def anchors() -> list[dict[str, Any]]:
    """Number, digest and signature of every seal in the file of anchors; ValueError for a line that is no anchor."""
    try:
        held = [json.loads(line) for line in _lines()]
        return [{name: each[name] for name in ("number", "digest", "signature")} for each in held]
    except (KeyError, TypeError) as error:
        raise ValueError("not an anchor") from error


def newest_anchor() -> dict[str, Any] | None:
    """The last line of the file of anchors, if it is one."""
    try:
        return anchors()[-1]
    except (IndexError, ValueError):
        return None


def _lines() -> list[bytes]:
    path = _anchors()
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return lines if not lines or lines[-1].endswith(b"\n") else lines[:-1]


def _anchors() -> Path:
    return Path(settings.HOSO_HOME) / "anchors" / "seals.jsonl"
