"""From a certificate to somebody this node believes: trusted, in time, not revoked; three questions, three answers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import RevokedError

from hoso.signing.certificates import serial_text
from hoso.signing.pades import run
from hoso.signing.trust import Trust


@dataclass(frozen=True)
class Who:
    """Whose certificate: `issuer` (RFC 4514) and `serial` (hexadecimal) are what a registration names."""

    name: str
    organization: str
    title: str
    issuer: str
    serial: str
    fingerprint: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Chain:
    """`trusted`: a chain to a root; `valid_at_time`: inside its dates; `revocation_known`: current lists answered."""

    trusted: bool
    valid_at_time: bool
    revoked: bool
    revocation_known: bool

    @property
    def good(self) -> bool:
        return self.trusted and self.valid_at_time and self.revocation_known and not self.revoked


def who(certificate: asn1_x509.Certificate) -> Who:
    """Subject, issuer and serial of a certificate, as people and registers write them."""
    der = certificate.dump()
    parsed = x509.load_der_x509_certificate(der)

    def part(oid: x509.ObjectIdentifier) -> str:
        values = parsed.subject.get_attributes_for_oid(oid)
        return str(values[0].value) if values else ""

    return Who(
        name=part(x509.NameOID.COMMON_NAME),
        organization=part(x509.NameOID.ORGANIZATION_NAME),
        title=part(x509.NameOID.TITLE),
        issuer=parsed.issuer.rfc4514_string(),
        serial=serial_text(parsed.serial_number),
        fingerprint=hashlib.sha256(der).hexdigest(),
        since=parsed.not_valid_before_utc,
        until=parsed.not_valid_after_utc,
    )


def judge(
    certificate: asn1_x509.Certificate, trust: Trust, moment: datetime, others: Iterable[asn1_x509.Certificate]
) -> Chain:
    """Each answer on its own, so that an expired certificate of a stranger is a stranger's and ours is expired."""
    since, until = certificate.not_valid_before, certificate.not_valid_after
    others = list(others)
    trusted = not certificate.ca and _holds(certificate, trust, min(max(moment, since), until), others, lists=False)
    if not trusted or not trust.check_revocation:
        return Chain(trusted, since <= moment <= until, revoked=False, revocation_known=not trust.check_revocation)
    known, revoked = _revocation(certificate, trust, min(max(moment, since), until), others)
    return Chain(trusted, since <= moment <= until, revoked=revoked, revocation_known=known)


def _holds(
    certificate: asn1_x509.Certificate,
    trust: Trust,
    moment: datetime,
    others: list[asn1_x509.Certificate],
    *,
    lists: bool,
) -> bool:
    context = trust.context(moment, revocation=lists, others=others)
    validator = CertificateValidator(certificate, others, context)
    try:
        run(validator.async_validate_path())
    except RevokedError:
        raise
    except Exception:  # noqa: BLE001 (every way a chain can fail to hold, broken certificates included)
        return False
    return True


def _revocation(
    certificate: asn1_x509.Certificate, trust: Trust, moment: datetime, others: list[asn1_x509.Certificate]
) -> tuple[bool, bool]:
    """Whether current lists answer for the whole chain, and whether one of them says revoked."""
    try:
        return _holds(certificate, trust, moment, others, lists=True), False
    except RevokedError:
        return True, True
