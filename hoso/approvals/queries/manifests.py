"""Manifests: their lines, and their files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from hoso.approvals.models import Manifest, ManifestLine, Round
from hoso.approvals.rules import ManifestStatus
from hoso.base import envelope
from hoso.base.errors import NotFound
from hoso.base.files import store


def manifests() -> QuerySet[Manifest]:
    """Every manifest that counts, newest first."""
    return (
        Manifest.objects.exclude(status=ManifestStatus.DROPPED)
        .select_related("round", "signed_by")
        .order_by("-round__month", "-round__supplement")
    )


def manifest(manifest_id: Any) -> Manifest:
    """A manifest that counts; NotFound."""
    found = manifests().filter(pk=manifest_id).first()
    if found is None:
        raise NotFound("no_such_manifest")
    return found


def manifest_of(round_: Round) -> Manifest | None:
    """The manifest of a round that is built or signed."""
    return manifests().filter(round=round_).first()


def signed_month(month: str) -> Manifest:
    """The sealed manifest of a month 'YYYY-MM', its newest supplement; NotFound."""
    found = manifests().filter(round__month=month, status=ManifestStatus.SEALED).first()
    if found is None:
        raise NotFound("no_signed_manifest", month=month)
    return found


def signed_months(month: str = "") -> QuerySet[Manifest]:
    """The sealed manifests, newest first; of a month 'YYYY-MM' only, with its supplements, if one is named."""
    found = manifests().filter(status=ManifestStatus.SEALED)
    return found.filter(round__month=month) if month else found


def known(sha256: str) -> Manifest | None:
    """The sealed manifest with exactly these bytes, if it is one of this node's."""
    return manifests().filter(signed_sha256=sha256, status=ManifestStatus.SEALED).first()


def lines_of(manifest: Manifest) -> QuerySet[ManifestLine]:
    """The lines of a manifest, by agency and given name."""
    return manifest.lines.select_related("record__person", "agency", "version").order_by(
        "agency__path", "record__person__name_sort", "pk"
    )


def agencies_of(manifest: Manifest) -> list[Any]:
    """The ids of the agencies in a manifest. One query."""
    return list(manifest.lines.order_by().values_list("agency", flat=True).distinct())


def original_pdf(manifest: Manifest) -> bytes:
    """The file as it was built, before anybody signed."""
    key = store.WrappedKey(manifest.key_by, bytes(manifest.key_token), manifest.file_sha256, manifest.file_size)
    return store.get(Path(settings.HOSO_FILES), envelope.ring(), manifest.file, key)


def signed_pdf(manifest: Manifest) -> bytes:
    """The file with its signatures; NotFound before the leader signed."""
    if manifest.signed_file is None:
        raise NotFound("not_signed_yet")
    token = bytes(manifest.signed_key_token or b"")
    key = store.WrappedKey(manifest.signed_key_by, token, manifest.signed_sha256, manifest.signed_size)
    return store.get(Path(settings.HOSO_FILES), envelope.ring(), manifest.signed_file, key)
