"""Which places of a draft a scan supports, said again later without another upload."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hoso.access.models import Account
from hoso.base.clock import day
from hoso.base.errors import NotFound, refuse_if
from hoso.changes import rules
from hoso.changes.actions.moving import note, take_change
from hoso.changes.models import Evidence
from hoso.changes.queries import working
from hoso.records.forms import FORMS


@transaction.atomic
def support(evidence_id: UUID | str, *, paths: Sequence[str], by: Account, at: datetime) -> Evidence:
    """Let a scan of an open draft support other places (Điều 6 Quy chế TT 06/2023): values, rows, tables or sections.

    Refused with `evidence_supports_nothing` where none is left, `no_such_field` for a section the form does not have.
    """
    evidence = Evidence.objects.select_for_update().filter(pk=evidence_id, removed_at=None).first()
    if evidence is None:
        raise NotFound("no_such_evidence")
    change = take_change(evidence.change_id)
    working.require_writer(change, by, on=day(at))
    refuse_if(None if change.status in rules.OPEN else f"cannot_save_when_{change.status}")
    refuse_if(None if paths else "evidence_supports_nothing")
    known = FORMS[change.form].model_fields
    refuse_if(None if all(path.split(".")[0] in known for path in paths) else "no_such_field")
    chosen = list(dict.fromkeys(paths))
    if chosen == evidence.paths:
        return evidence
    evidence.paths = chosen
    evidence.save(update_fields=["paths"])
    change.saved_at, change.saved_by = at, by
    change.save(update_fields=["saved_at", "saved_by"])
    note("change.evidence_supports", change, by=by, at=at, evidence=str(evidence.pk))
    return evidence
