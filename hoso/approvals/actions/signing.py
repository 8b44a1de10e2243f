"""The department builds the month's manifest, its leader signs it, the department's seal follows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.approvals import printing, queries, rules
from hoso.approvals.models import Manifest, ManifestLine, Round
from hoso.approvals.queries.months import why_not_sign_now
from hoso.approvals.rules import ManifestStatus
from hoso.audit import actions as audit
from hoso.audit.queries import newest_seal
from hoso.base import envelope
from hoso.base.clock import day
from hoso.base.errors import NotFound, Refused, refuse_if
from hoso.base.files import store
from hoso.base.ids import uuid7
from hoso.orgs import queries as orgs
from hoso.signing import pades
from hoso.signing import queries as signing
from hoso.signing.signers import upload
from hoso.signing.verify import examine


@transaction.atomic
def build(round_id: Any, *, by: Account, at: datetime) -> Manifest:
    """Make the manifest of what is confirmed now; one that was built and not signed is replaced.

    The leader's own line is left out: it goes into a supplement that a second leader signs. Refused with
    `nothing_ready`.
    """
    round_ = Round.objects.select_for_update().filter(pk=round_id).first()
    if round_ is None:
        raise NotFound("no_such_round")
    policy.require(by, Permission.ROUND_SIGN, orgs.root(), on=day(at))
    refuse_if(why_not_sign_now(round_, day(at)))
    old = queries.manifest_of(round_)
    dropped = _drop(old, by, at) if old is not None else None
    versions = [row for row in queries.ready(round_) if not policy.may_be(by, row.record.person)]
    refuse_if(None if versions else "nothing_ready")
    lines = printing.manifest_lines(versions)
    data = printing.manifest_data(round_, lines, seal=newest_seal(), by=by, at=at)
    pdf = pades.add_fields(printing.manifest_pdf(data, lines, at=at))
    manifest = Manifest(
        id=uuid7(),
        round=round_,
        number=data["number"],
        count=len(lines),
        lines_digest=data["lines_digest"],
        file=uuid7(),
        seal_number=data["seal"]["number"] if data["seal"] else None,
        built_at=at,
        built_by=by,
    )
    wrapped = store.put(Path(settings.HOSO_FILES), envelope.ring(), manifest.file, pdf)
    manifest.key_by, manifest.key_token = wrapped.ring_key, wrapped.wrapped
    manifest.file_sha256, manifest.file_size = wrapped.sha256, wrapped.size
    manifest.save(force_insert=True)
    made = ManifestLine.objects.bulk_create(
        [
            ManifestLine(
                manifest=manifest,
                record_id=line.version.record_id,
                version=line.version,
                seq=line.version.seq,
                digest=line.version.digest,
                agency=line.agency,
            )
            for line in lines
        ],
        batch_size=2000,
    )
    audit.record(
        "manifest.built",
        by=by,
        object=manifest,
        at=at,
        organization=orgs.home_affairs(),
        rows=[manifest, *made, *([dropped] if dropped else [])],
        number=manifest.number,
        count=manifest.count,
        lines=manifest.lines_digest,
    )
    return manifest


def _drop(manifest: Manifest, by: Account, at: datetime) -> Manifest:
    manifest = Manifest.objects.select_for_update().get(pk=manifest.pk)  # its leader may be signing it this moment
    refuse_if(rules.why_not("drop", manifest.status))
    manifest.status = ManifestStatus.DROPPED
    manifest.dropped_at, manifest.dropped_by = at, by
    manifest.save(update_fields=["status", "dropped_at", "dropped_by"])
    return manifest


def sign_with_pkcs12(manifest_id: Any, *, p12: bytes, passphrase: str, by: Account, at: datetime) -> Manifest:
    """The leader signs with a certificate file and its passphrase, neither of which is kept; then the seal follows.

    Refused with `wrong_passphrase`, or with the word of `why_not_accept_upload` if the certificate is not the leader's.
    """
    with transaction.atomic():
        manifest = _take(manifest_id, by, at)
        if manifest.status == ManifestStatus.BUILT:
            original = queries.original_pdf(manifest)
            signed = pades.sign_with_pkcs12(
                original,
                p12,
                passphrase,
                reason=f"Phê duyệt {manifest.number}",
                at=at,
                timestamper=signing.timestamper(at),
                trust=None,  # the proofs go in before the seal, whatever tool the leader used
                stamp=printing.leader_stamp(by, at),
            )
            _keep_signed(manifest, signed, original, "pkcs12", by, at)
    return finish(manifest_id, by=by, at=at)


def sign_by_upload(manifest_id: Any, *, signed: bytes, by: Account, at: datetime) -> Manifest:
    """The leader signed the downloaded manifest with a tool of their own; refused unless it is the very manifest, not
    altered, signed with a valid, trusted certificate registered to this leader."""
    with transaction.atomic():
        manifest = _take(manifest_id, by, at)
        if manifest.status == ManifestStatus.BUILT:
            _keep_signed(manifest, signed, queries.original_pdf(manifest), "upload", by, at)
    return finish(manifest_id, by=by, at=at)


def _take(manifest_id: Any, by: Account, at: datetime) -> Manifest:
    manifest = Manifest.objects.select_for_update(of=("self",)).select_related("round").filter(pk=manifest_id).first()
    if manifest is None:
        raise NotFound("no_such_manifest")
    policy.require(by, Permission.ROUND_SIGN, orgs.root(), on=day(at))
    if manifest.status in (ManifestStatus.SIGNED, ManifestStatus.SEALED):
        refuse_if(None if manifest.signed_by_id == by.pk else rules.why_not("sign", manifest.status))
        return manifest  # the same command again: go on where it stopped
    refuse_if(rules.why_not("sign", manifest.status))
    refuse_if(why_not_sign_now(manifest.round, day(at)))
    lines = manifest.lines.filter(policy.own(by, "record__person"))
    refuse_if("own_record" if lines.exists() else None)
    refuse_if(None if signing.registered(by, on=day(at)) else "no_certificate")
    return manifest


def _keep_signed(manifest: Manifest, signed: bytes, original: bytes, way: str, by: Account, at: datetime) -> None:
    examination = upload.accept(
        signed,
        original=original,
        trust=signing.trust(),
        registered=signing.registered(by, on=day(at)),
        at=at,
    )
    _store_signed(manifest, signed)
    manifest.status = ManifestStatus.SIGNED
    manifest.signed_at, manifest.signed_by = at, by
    manifest.save()
    serials = [each.who.serial for each in examination.signatures if not each.is_time_stamp]
    audit.record(
        "manifest.signed",
        by=by,
        object=manifest,
        at=at,
        organization=orgs.home_affairs(),
        rows=[manifest],
        way=way,
        serials=serials,
        sha256=manifest.signed_sha256,
    )


def _store_signed(manifest: Manifest, pdf: bytes) -> None:
    manifest.signed_file = uuid7()
    wrapped = store.put(Path(settings.HOSO_FILES), envelope.ring(), manifest.signed_file, pdf)
    manifest.signed_key_by, manifest.signed_key_token = wrapped.ring_key, wrapped.wrapped
    manifest.signed_sha256, manifest.signed_size = wrapped.sha256, wrapped.size


@transaction.atomic
def finish(manifest_id: Any, *, by: Account, at: datetime) -> Manifest:
    """Put the department's seal after the leader's signature and close the round: from now on the level of every
    version listed is “đã ký”. Doing it again changes nothing; whoever runs it only finishes what the leader began."""
    manifest = Manifest.objects.select_for_update(of=("self",)).select_related("round").filter(pk=manifest_id).first()
    if manifest is None:
        raise NotFound("no_such_manifest")
    if manifest.status == ManifestStatus.SEALED:
        return manifest
    refuse_if(rules.why_not("seal", manifest.status))
    department = orgs.home_affairs()
    sealed = pades.seal(
        queries.signed_pdf(manifest),
        signing.department_signer(),
        reason=f"Đóng dấu {manifest.number}",
        at=at,
        timestamper=signing.timestamper(at),
        trust=signing.trust(),
        stamp=printing.seal_stamp(department, at),
    )
    checked = examine(sealed, trust=signing.trust(), at=at, most_bytes=len(sealed))
    if checked.verdict != "valid":
        raise Refused("seal_not_valid", codes=", ".join(checked.codes))
    _store_signed(manifest, sealed)
    manifest.status = ManifestStatus.SEALED
    manifest.sealed_at, manifest.sealed_by = at, by
    manifest.save()
    round_ = Round.objects.select_for_update().get(pk=manifest.round_id)
    round_.closed_at, round_.closed_by = at, by
    round_.save(update_fields=["closed_at", "closed_by"])
    audit.record(
        "manifest.sealed",
        by=by,
        object=manifest,
        at=at,
        organization=department,
        rows=[manifest, round_],
        number=manifest.number,
        sha256=manifest.signed_sha256,
    )
    return manifest


def unfinished() -> list[Manifest]:
    """Manifests whose leader has signed and whose seal is missing: the timer finishes them."""
    return list(Manifest.objects.filter(status=ManifestStatus.SIGNED))


@transaction.atomic
def export(manifest_id: Any, *, by: Account, at: datetime) -> tuple[Manifest, bytes]:
    """The file of a manifest, with whatever signatures it has, for those who watch the month; logged."""
    manifest = Manifest.objects.select_related("round").filter(pk=manifest_id).first()
    if manifest is None:
        raise NotFound("no_such_manifest")
    if by.kind != "system":
        policy.require(by, Permission.ROUND_WATCH, orgs.root(), on=day(at))
    pdf = queries.original_pdf(manifest) if manifest.signed_file is None else queries.signed_pdf(manifest)
    audit.record(
        "manifest.exported",
        by=by,
        object=manifest,
        at=at,
        organization=orgs.home_affairs(),
        number=manifest.number,
        sha256=manifest.signed_sha256 or manifest.file_sha256,
    )
    return manifest, pdf
