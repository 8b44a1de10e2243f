"""Every write to the tree of organisations."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from hoso.audit import actions as audit
from hoso.base.db import lock
from hoso.base.errors import refuse_if
from hoso.orgs import rules
from hoso.orgs.models import Organization, OrganizationName

TREE = 727_002  # numbers in a path are given one at a time


@transaction.atomic
def open_(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Organization | None,
    is_agency: bool,
    profile: str,
    since: date,
    by: Any,
    at: datetime,
) -> Organization:
    """Add an organisation under another; its path is its parent's and the next free number."""
    lock(TREE)
    refuse_if(rules.why_not_open(kind, parent.kind if parent else None))
    number = Organization.objects.filter(parent=parent).count() + 1
    path = f"{parent.path}.{number:03}" if parent else "001"
    made = Organization.objects.create(
        code=code, name=name, kind=kind, parent=parent, path=path, is_agency=is_agency, profile=profile, since=since
    )
    called = OrganizationName.objects.create(organization=made, name=name, since=since)
    audit.record("organization.created", by=by, object=made, at=at, organization=made, rows=[made, called], code=code)
    return made


@transaction.atomic
def rename(organization: Organization, *, name: str, since: date, by: Any, at: datetime) -> Organization:
    """Give an organisation another name from a day on; the old name stays with its dates."""
    held = Organization.objects.select_for_update().get(pk=organization.pk)
    refuse_if("same_name" if held.name == name else None)
    names = OrganizationName.objects.filter(organization=held)
    before = list(names.filter(until=None))
    names.filter(until=None).update(until=since)
    called = OrganizationName.objects.create(organization=held, name=name, since=since)
    held.name = name
    held.save(update_fields=["name"])
    audit.record(
        "organization.renamed",
        by=by,
        object=held,
        at=at,
        organization=held,
        rows=[held, called, *before],
        since=since.isoformat(),
    )
    return held
