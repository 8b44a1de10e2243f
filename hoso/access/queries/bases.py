"""Reading the documents on which rights rest."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from hoso.access import policy
from hoso.access.models import Account, Basis, Consent, Grant
from hoso.access.queries.consents import person_name
from hoso.access.roles import Permission
from hoso.base import envelope
from hoso.base.errors import NotFound
from hoso.base.files import pages, store
from hoso.orgs.models import Organization


def bases(viewer: Account, *, on: date, text: str = "", kind: str = "") -> QuerySet[Basis]:
    """The documents that the viewer may read because of a role, newest first; those of no organisation belong to the
    root. NotAllowed for those without such a role."""
    paths = policy.require_any(viewer, Permission.BASIS_READ, on=on)
    under = Organization.objects.under(paths)
    whole = under.filter(parent=None).exists()
    wanted = Q(organization__in=under) | (Q(organization=None) if whole else Q(pk__in=[]))
    found = Basis.objects.filter(wanted).select_related("organization").order_by("-pk")
    if kind:
        found = found.filter(kind=kind)
    for word in text.split():
        found = found.filter(Q(number__icontains=word) | Q(issuer__icontains=word) | Q(subject__icontains=word))
    return found


def basis(basis_id: Any, viewer: Account, *, on: date) -> Basis:
    """A document that the viewer may read: by a role, or because it gives or takes a right of theirs; NotFound."""
    found = Basis.objects.select_related("organization", "added_by").filter(pk=basis_id).first()
    if found is None or not (_by_role(found, viewer, on) or concerns(found, viewer)):
        raise NotFound("no_such_basis")
    return found


def _by_role(found: Basis, viewer: Account, on: date) -> bool:
    where = found.organization or Organization.objects.filter(parent=None).first()
    return where is not None and policy.allows(viewer, Permission.BASIS_READ, where, on=on)


def concerns(found: Basis, viewer: Account) -> bool:
    """Whether the document gives or takes a right of the viewer's own, or opens the viewer's own record to somebody."""
    mine = Q(grants__account=viewer) | Q(consents__reader=viewer) | Q(added_by=viewer)
    if viewer.person_id is not None:
        mine |= Q(consents__person=viewer.person_id)
    return Basis.objects.filter(mine, pk=found.pk).exists()


class Resting(NamedTuple):
    """What rests on a document, as far as the viewer may know."""

    grants: list[Grant]
    consents: list[Consent]


def resting_on(found: Basis, viewer: Account, *, on: date) -> Resting:
    """The rights and consents that a document gives: all for who reads documents by a role, else one's own."""
    grants = found.grants.select_related("account", "organization").order_by("pk")
    consents = found.consents.select_related("reader").annotate(person_name=person_name()).order_by("pk")
    if not _by_role(found, viewer, on):
        grants = grants.filter(Q(account=viewer) | Q(under__account=viewer))
        own = Q(person=viewer.person_id) if viewer.person_id else Q(pk__in=[])
        consents = consents.filter(Q(reader=viewer) | own)
    return Resting(list(grants), list(consents))


def basis_page(found: Basis, page: int, width: int) -> bytes:
    """One page of the scan as a picture (WebP), about `width` pixels wide; NotFound beyond the last or without one."""
    if found.file is None or found.key_token is None or not 1 <= page <= found.pages:
        raise NotFound("no_such_page")
    wrapped = store.WrappedKey(found.key_by, bytes(found.key_token), found.sha256, found.size)
    data = store.get(Path(settings.HOSO_FILES), envelope.ring(), found.file, wrapped)
    return pages.render_page(data, found.media_type, page, width)
