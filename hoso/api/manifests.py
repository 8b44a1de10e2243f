"""The month's manifest: building, downloading, signing; and, for anybody, whether a signed one holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.http import HttpResponse
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.api import pages
from hoso.api.door import TooMany, again
from hoso.api.http import Request, gives, part, query
from hoso.api.months import P12
from hoso.api.pages import Page
from hoso.approvals import actions, queries
from hoso.approvals.verifying import MOST_BYTES, Verified, digest_of, verify
from hoso.base import downloads
from hoso.base.errors import Invalid, refuse_if
from hoso.orgs import queries as orgs
from hoso.signing import queries as signing
from hoso.signing.verify import Signature

router = Router(tags=["manifests"])
RATE = {"verify_file": "20/m/ip"}
MOST_SIGNED = 80 * 1024 * 1024


class ManifestOut(Schema):
    """`status`: built, signed (by the leader), sealed (by the department)."""

    id: UUID
    round_id: UUID
    month: str = Field(alias="round.month")
    supplement: int = Field(alias="round.supplement")
    number: str
    status: str
    count: int
    lines_digest: str
    file_sha256: str
    signed_sha256: str
    built_at: datetime | None
    signed_at: datetime | None
    sealed_at: datetime | None


class ManifestLineOut(Schema):
    record_id: UUID
    version_id: UUID
    seq: int
    digest: str
    person: str = Field(alias="record.person.full_name")
    agency: str = Field(alias="agency.name")


class SignatureOut(Schema):
    name: str
    issuer: str
    serial: str
    good: bool
    at: datetime | None
    proven: bool
    problems: list[str]


class VerifiedOut(Schema):
    """`verdict`: valid, incomplete, invalid, unsigned, unreadable; `codes` say why. `known`: it is this node's very
    file. `covers`: with a `digest`, whether the manifest lists that version, with initials only."""

    verdict: str
    codes: list[str]
    sha256: str
    known: bool
    number: str | None
    month: str | None
    node: str | None
    records: int | None
    covers: bool | None
    initials: str | None
    signatures: list[SignatureOut]


@router.post("/rounds/{uuid:round_id}/manifests", response={201: ManifestOut})
def build(request: Request, round_id: UUID) -> Status[Any]:
    """Make the manifest of what is confirmed now."""
    return Status(201, actions.build(round_id, by=request.user, at=request.at))


@router.get("/manifests", response=Page[ManifestOut])
def manifests(
    request: Request, after: str = query("", max_length=300), limit: int = query(50, ge=1, le=pages.MOST)
) -> dict[str, Any]:
    """Every manifest that counts, newest first."""
    _require_watcher(request)
    return pages.page(queries.manifests(), ("-round__month", "-round__supplement", "-pk"), after=after, limit=limit)


@router.get("/manifests/{uuid:manifest_id}", response=ManifestOut)
def manifest(request: Request, manifest_id: UUID) -> Any:
    """One manifest."""
    _require_watcher(request)
    return queries.manifest(manifest_id)


@router.get("/manifests/{uuid:manifest_id}/lines", response=Page[ManifestLineOut])
def lines(
    request: Request,
    manifest_id: UUID,
    after: str = query("", max_length=900),
    limit: int = query(50, ge=1, le=pages.MOST),
) -> dict[str, Any]:
    """Whose versions it lists, by agency and given name."""
    _require_watcher(request)
    found = queries.lines_of(queries.manifest(manifest_id))
    return pages.page(found, ("agency__path", "record__person__name_sort", "pk"), after=after, limit=limit)


@router.get("/manifests/{uuid:manifest_id}/file", openapi_extra=gives("application/pdf"))
def download(request: Request, manifest_id: UUID) -> HttpResponse:
    """The PDF with whatever signatures it has; logged."""
    found, pdf = actions.export(manifest_id, by=request.user, at=request.at)
    return downloads.download(pdf, "application/pdf", f"bang-ke-{found.round.month}.pdf")


@router.post(
    "/manifests/{uuid:manifest_id}/signed-file", response=ManifestOut, openapi_extra={"x-most-bytes": MOST_SIGNED}
)
def sign_by_upload(
    request: Request,
    manifest_id: UUID,
    signed: File[UploadedFile],
    password: str | None = part(None, max_length=200),
) -> Any:
    """The leader signed the downloaded PDF with a tool of their own; the department's seal follows."""
    again(request, password)
    return actions.sign_by_upload(manifest_id, signed=_read(signed, MOST_SIGNED), by=request.user, at=request.at)


@router.post("/manifests/{uuid:manifest_id}/signature", response=ManifestOut, openapi_extra={"x-most-bytes": P12})
def sign_with_pkcs12(
    request: Request,
    manifest_id: UUID,
    p12: File[UploadedFile],
    passphrase: str = part(max_length=200),
    password: str | None = part(None, max_length=200),
) -> Any:
    """The leader signs here with a certificate file, of which nothing is kept; the department's seal follows."""
    again(request, password)
    who: dict[str, Any] = {"by": request.user, "at": request.at}
    return actions.sign_with_pkcs12(manifest_id, p12=_read(p12, P12), passphrase=passphrase, **who)


@router.post("/manifests/{uuid:manifest_id}/seal", response=ManifestOut)
def seal(request: Request, manifest_id: UUID) -> Any:
    """Put the seal on what was signed, where something stopped in between."""
    policy.require(request.user, Permission.ROUND_SIGN, orgs.root(), on=request.today)
    return actions.finish(manifest_id, by=request.user, at=request.at)


@router.post("/verify", response=VerifiedOut, auth=None, openapi_extra={"x-most-bytes": MOST_BYTES})
def verify_file(request: Request, pdf: File[UploadedFile], digest: str = part("", max_length=200)) -> dict[str, Any]:
    """For anybody: whether a signed manifest holds, and whether it lists the version with a digest. Nothing is kept."""
    if not ratelimit.consume(request, app="allauth.account", action="verify_file", config=RATE):
        raise TooMany("too_many_attempts")
    refuse_if("unprocessable" if digest and not digest_of(digest) else None, Invalid)
    found = verify(pdf.read(MOST_BYTES + 1), trust=signing.trust(), at=request.at, digest=digest)
    return _verified(found)


def _require_watcher(request: Request) -> None:
    policy.require(request.user, Permission.ROUND_WATCH, orgs.root(), on=request.today)


def _read(sent: UploadedFile, most: int) -> bytes:
    refuse_if("too_large" if (sent.size or 0) > most else None)
    return bytes(sent.read())


def _verified(found: Verified) -> dict[str, Any]:
    told = found.summary
    return {
        "verdict": found.verdict,
        "codes": list(found.codes),
        "sha256": found.examination.sha256,
        "known": queries.known(found.examination.sha256) is not None,
        "number": told.number if told else None,
        "month": told.month if told else None,
        "node": told.node if told else None,
        "records": told.records if told else None,
        "covers": found.covered is not None if found.digest else None,
        "initials": ". ".join(word[0].upper() for word in found.covered.name.split()) + "." if found.covered else None,
        "signatures": [_signature(each) for each in found.signatures],
    }


def _signature(each: Signature) -> dict[str, Any]:
    return {
        "name": each.who.name,
        "issuer": each.who.issuer,
        "serial": each.who.serial,
        "good": each.good,
        "at": each.proven_at or each.claimed_at,
        "proven": each.proven_at is not None,
        "problems": list(each.problems),
    }
