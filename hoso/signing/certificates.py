"""A certification authority for demonstration and tests. Real certificates come from the Government's CA; everything
issued here says "TEST … DỮ LIỆU MINH HỌA" in its subject, so that nobody takes it for one of theirs."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK = "DỮ LIỆU MINH HỌA"
NO_VALUE = f"{MARK} - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
LISTS_LAST = timedelta(days=366)
EARLIER = timedelta(days=2)  # clocks differ; a certificate issued today must be valid yesterday evening

Kind = Literal["person", "seal"]


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, ready to be handed over: `p12` opens with the passphrase given to `issue`."""

    certificate: x509.Certificate
    p12: bytes
    issuer: str
    serial: str


@dataclass(frozen=True)
class Authority:
    """Root → agency CA (people, seals) and root → time-stamp authority; keys, certificates and lists are files."""

    folder: Path

    def certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / f"{name}.crt").read_bytes())

    def key(self, name: str) -> RSAPrivateKey:
        key = serialization.load_pem_private_key((self.folder / f"{name}.key").read_bytes(), None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("keys of the test authority are RSA")
        return key

    def revocation_list(self, name: str) -> x509.CertificateRevocationList:
        return x509.load_pem_x509_crl((self.folder / f"{name}.crl").read_bytes())


def make_authority(folder: Path, at: datetime, *, bits: int = 3072) -> Authority:
    """Make keys, certificates and empty revocation lists in `folder`, or open what is there already."""
    authority = Authority(folder)
    if (folder / "tsa.crt").exists():
        return authority
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root, agency, stamps = (generate_private_key(65537, size) for size in (bits, bits, 2048))
    root_name = _name("TEST CA gốc", "TEST CA")
    root_certificate = _certificate(root_name, root.public_key(), root_name, root, at, days=7300, ca=1)
    agency_certificate = _certificate(
        _name("TEST CA cơ quan nhà nước", "TEST CA"), agency.public_key(), root_name, root, at, days=3650, ca=0
    )
    stamp_certificate = _certificate(
        _name("TEST Máy chủ cấp dấu thời gian", "TEST CA"),
        stamps.public_key(),
        root_name,
        root,
        at,
        days=3650,
        stamps=True,
    )
    for name, key, certificate in (
        ("root", root, root_certificate),
        ("agency", agency, agency_certificate),
        ("tsa", stamps, stamp_certificate),
    ):
        _write(folder / f"{name}.key", _pem(key), mode=0o600)
        _write(folder / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM))
    publish_lists(authority, at)
    return authority


def issue(
    authority: Authority,
    name: str,
    *,
    organization: str,
    passphrase: str,
    at: datetime,
    kind: Kind = "person",
    title: str = "",
    days: int = 1095,
    bits: int = 2048,
) -> Issued:
    """A certificate for a person (leader, head) or a department's seal; it carries no identification number."""
    key = generate_private_key(65537, bits)
    parent = authority.certificate("agency")
    certificate = _certificate(
        _name(name, organization, title), key.public_key(), parent.subject, authority.key("agency"), at, days=days
    )
    chain = [parent, authority.certificate("root")]
    locked = serialization.BestAvailableEncryption(passphrase.encode())
    return Issued(
        certificate,
        pkcs12.serialize_key_and_certificates(f"hoso-test-{kind}".encode(), key, certificate, chain, locked),
        certificate.issuer.rfc4514_string(),
        serial_text(certificate.serial_number),
    )


def revoke(authority: Authority, serial: str, *, at: datetime) -> None:
    """Put the serial number (hexadecimal) on the agency CA's list, as of `at`."""
    entry = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(at).build()
    _publish(authority, "agency", at, [*authority.revocation_list("agency"), entry])


def publish_lists(authority: Authority, at: datetime) -> None:
    """Renew both revocation lists; they last 366 days."""
    for name in ("root", "agency"):
        known = list(authority.revocation_list(name)) if (authority.folder / f"{name}.crl").exists() else []
        _publish(authority, name, at, known)


def serial_text(serial: int) -> str:
    """A serial number as registered and shown: upper-case hexadecimal, no leading zeros."""
    return f"{serial:X}"


def _publish(authority: Authority, name: str, at: datetime, revoked: Iterable[x509.RevokedCertificate]) -> None:
    key = authority.key(name)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate(name).subject)
        .last_update(at - timedelta(hours=1))
        .next_update(at + LISTS_LAST)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(entry)
    signed = builder.sign(key, hashes.SHA256())
    _write(authority.folder / f"{name}.crl", signed.public_bytes(serialization.Encoding.PEM))


def _name(name: str, organization: str, title: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"TEST - {NO_VALUE}"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if title:
        parts.insert(3, x509.NameAttribute(NameOID.TITLE, title))
    return x509.Name(parts)


def _certificate(
    subject: x509.Name,
    public_key: object,
    issuer: x509.Name,
    issuer_key: RSAPrivateKey,
    at: datetime,
    *,
    days: int,
    ca: int | None = None,
    stamps: bool = False,
) -> x509.Certificate:
    """`ca` is the number of further authorities allowed below, or None for an end certificate."""
    is_ca = ca is not None
    usage = x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=not is_ca and not stamps,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - EARLIER)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_ca, ca), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)  # type: ignore[arg-type]
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Whole or not at all, and never readable by others for a moment."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
