"""The documents on which rights rest are kept, with their scans."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from hoso.access import queries
from hoso.access.models import Account, Basis
from hoso.access.rules import Paper, why_not_keep
from hoso.audit import actions as audit
from hoso.base import envelope
from hoso.base.clock import day
from hoso.base.errors import refuse_if
from hoso.base.files import inspection, store
from hoso.base.ids import uuid7
from hoso.orgs.models import Organization


@transaction.atomic
def keep(paper: Paper, *, organization: Organization | None, by: Account, at: datetime) -> Basis:
    """Keep a document that gives a right, inside the act that rests on it: that act asks whether `by` may.

    Its scan, if there is one, is kept encrypted under a key of its own; what it is, is found from its content. Refused
    with `basis_missing`, `basis_not_yet`; Invalid as `inspection.inspect` says.
    """
    refuse_if(why_not_keep(paper, day(at)))
    row = Basis(
        kind=paper.kind,
        number=paper.number.strip(),
        date=paper.date,
        issuer=" ".join(paper.issuer.split()),
        subject=" ".join(paper.subject.split()),
        organization=organization,
        added_at=at,
        added_by=by,
    )
    if paper.data is not None:
        _keep_scan(row, paper.data, paper.name)
    row.save(force_insert=True)
    audit.record(
        "basis.kept",
        by=by,
        object=row,
        at=at,
        organization=organization or "",
        rows=[row],
        kind=row.kind,
        number=row.number,
        date=row.date.isoformat(),
        sha256=row.sha256,
    )
    return row


def _keep_scan(row: Basis, data: bytes, name: str) -> None:
    """The file is on disk before its row is: a crash between leaves a file that nobody mentions, never the reverse."""
    found = inspection.inspect(data)
    row.file = uuid7()
    wrapped = store.put(Path(settings.HOSO_FILES), envelope.ring(), row.file, data)
    row.file_name, row.media_type, row.size = inspection.clean_name(name), found.media_type, found.size
    row.pages, row.sha256, row.key_by, row.key_token = found.pages, wrapped.sha256, wrapped.ring_key, wrapped.wrapped


@transaction.atomic
def read_page(basis_id: Any, *, page: int, width: int, noted: bool, by: Account, at: datetime) -> bytes:
    """One page of a scan as a picture (WebP); `noted`: the log says who looked. NotFound."""
    found = queries.basis(basis_id, by, on=day(at))
    picture = queries.basis_page(found, page, width)
    if noted:
        audit.record("basis.read", by=by, object=found, at=at, organization=found.organization_id or "", page=page)
    return picture
