"""A person's signature over given bytes: a head who confirms with a certificate (QĐ 31/2023/QĐ-UBND Điều 14.3).

Detached CMS (CAdES baseline): the bytes stay where they are, the signature is kept beside them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms as asn1_cms
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

from hoso.signing import chains
from hoso.signing.chains import Who
from hoso.signing.pades import run
from hoso.signing.signers import pkcs12
from hoso.signing.trust import Trust

MOST_BYTES = 256 * 1024


@dataclass(frozen=True)
class Verdict:
    """Whether the signature holds over the bytes, by whom, and why not: `altered`, `untrusted`, `revoked`, …"""

    reason: str | None
    who: Who | None = None
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None

    @property
    def good(self) -> bool:
        return self.reason is None


def cms_sign(data: bytes, p12: bytes, passphrase: str, *, at: datetime, timestamper: TimeStamper | None) -> bytes:
    """The signature (DER); refuses with `wrong_passphrase`."""
    answer = pkcs12.signer(p12, passphrase).async_sign_general_data(
        data,
        "sha256",
        detached=True,
        use_cades=True,
        timestamper=timestamper,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
    )
    return bytes(run(answer).dump())


def cms_verify(data: bytes, signature: bytes, *, trust: Trust, at: datetime) -> Verdict:
    """Never raises; a trusted time-stamp moves the judgement to its moment, else it is `at`."""
    try:
        return _verify(data, signature, trust, at)
    except Exception:  # noqa: BLE001 (hostile bytes break parsers in every way there is)
        return Verdict("altered")


def _verify(data: bytes, signature: bytes, trust: Trust, at: datetime) -> Verdict:
    if len(signature) > MOST_BYTES:
        return Verdict("altered")
    signed = asn1_cms.ContentInfo.load(signature, strict=True)["content"]
    status = run(async_validate_detached_cms(data, signed, trust.context(at, revocation=False)))
    others = [choice.chosen for choice in signed["certificates"]]
    stamp: Any = status.timestamp_validity
    stamped_at = stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None
    if stamped_at and not chains.judge(stamp.signing_cert, trust, stamped_at, list(stamp.validation_path or ())).good:
        stamped_at = None
    chain = chains.judge(status.signing_cert, trust, stamped_at or at, others)
    said = (
        ("altered", not (status.intact and status.valid)),
        ("untrusted", not chain.trusted),
        ("revoked", chain.revoked),
        ("expired", not chain.valid_at_time),
        ("revocation_unknown", not chain.revocation_known),
    )
    reason = next((word for word, wrong in said if wrong), None)
    return Verdict(reason, chains.who(status.signing_cert), status.signer_reported_dt, stamped_at)
