"""Why a signed file that comes back is not taken: one word each, the first that applies."""

from collections.abc import Iterable

from hoso.signing.verify import Examination, Signature

Registered = Iterable[tuple[str, str]]
"""Issuer (RFC 4514) and serial number (hexadecimal) of the certificates registered to the leader's account."""

SAME_MONTH = ("node", "month", "number")


def why_not_accept_upload(examination: Examination, registered: Registered) -> str | None:
    """The file must be the very manifest handed out, with this leader's valid signature added and nothing else."""
    if not examination.readable:
        return examination.trouble if examination.trouble in ("too_large", "encrypted_pdf", "not_pdf") else "not_pdf"
    if not examination.begins_with_original:
        return _why_not_the_original(examination)
    signatures = [signature for signature in examination.signatures if not signature.is_time_stamp]
    if not signatures:
        return "not_signed"
    if not examination.only_signatures_added or not all(signature.intact for signature in signatures):
        return "altered"
    if not all(signature.padding_clean for signature in signatures):
        return "altered"
    if not examination.covered or not all(signature.unchanged for signature in signatures):
        return "no_coverage"
    return _why_not_this_signer(signatures, set(registered))


def _why_not_the_original(examination: Examination) -> str:
    """Another month's manifest, this month's with other bytes, or something else altogether."""
    theirs, ours = examination.manifest, examination.original_manifest
    if theirs is None or ours is None:
        return "other_document"
    if any(theirs.get(key) != ours.get(key) for key in SAME_MONTH):
        return "other_manifest"
    return "altered"


def _why_not_this_signer(signatures: list[Signature], registered: set[tuple[str, str]]) -> str | None:
    theirs = [one for one in signatures if (one.who.issuer, one.who.serial) in registered]
    if not theirs:
        return "other_signer" if all(one.trusted for one in signatures) else "untrusted_signer"
    if len(signatures) > len(theirs):
        return "other_signer"
    for signature in theirs:
        if not signature.trusted:
            return "untrusted_signer"
        if signature.revoked:
            return "revoked_certificate"
        if not signature.valid_at_time:
            return "expired_certificate"
        if not signature.revocation_known:
            return "revocation_unknown"
    return None
