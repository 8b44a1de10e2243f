"""The whole log as a file that anybody can verify with `tools/verify_log.py`: JSON lines, the public key first."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.audit import proving, queries, rules
from hoso.base.clock import day
from hoso.base.errors import NotAllowed
from hoso.orgs.queries import root
from hoso.signing.queries import log_key


@transaction.atomic
def begin(*, by: Account, at: datetime) -> None:
    """Log the export, by the node itself or by who may read the log of the whole node; NotAllowed."""
    if by.kind != "system" and root().path not in policy.require_any(by, Permission.LOG_READ, on=day(at)):
        raise NotAllowed("not_allowed")
    audit.record("log.exported", by=by, object="audit", at=at)


def lines(*, at: datetime) -> Iterator[str]:
    """The file line by line; memory stays flat."""
    pem = log_key().key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    yield _line({"hoso": "log/1", "key": pem, "exported_at": rules.moment(at)})
    count = {"events": 0, "seals": 0, "loose": 0}
    for seals in proving.portions():
        known = {row["id"]: row for row in queries.said([each for seal in seals for each in seal.events])}
        for seal in seals:
            names = ("number", "count", "events", "root", "previous", "digest", "signature")
            yield _line({"seal": {name: getattr(seal, name) for name in names} | {"at": rules.moment(seal.at)}})
            yield from (_line({"event": rules.said(known[each])}) for each in seal.events if each in known)
            count["seals"] += 1
            count["events"] += seal.count
    reached = -(2**62)
    while found := proving.loose_after(reached):
        reached = found[-1]
        count["loose"] += len(found)
        yield from (_line({"loose": rules.said(each)}) for each in queries.said(found))
    yield _line({"end": count})


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
