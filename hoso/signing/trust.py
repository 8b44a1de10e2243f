"""Whom this node believes: roots, intermediate certificates and revocation lists, as files in a folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class Trust:
    """DER certificates and lists. `check_revocation`: a chain counts only if current lists answer for all of it."""

    roots: tuple[bytes, ...]
    others: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    check_revocation: bool = True

    @classmethod
    def from_folder(cls, folder: Path, *, check_revocation: bool = True) -> "Trust":
        """Every *.crt and *.crl (PEM) of a folder; a certificate that issued itself is a root."""
        certificates = [
            certificate
            for path in sorted(folder.glob("*.crt"))
            for certificate in x509.load_pem_x509_certificates(path.read_bytes())
        ]
        return cls(
            roots=tuple(c.public_bytes(Encoding.DER) for c in certificates if c.subject == c.issuer),
            others=tuple(c.public_bytes(Encoding.DER) for c in certificates if c.subject != c.issuer),
            lists=tuple(
                x509.load_pem_x509_crl(path.read_bytes()).public_bytes(Encoding.DER)
                for path in sorted(folder.glob("*.crl"))
            ),
            check_revocation=check_revocation,
        )

    def context(
        self, moment: datetime, *, revocation: bool | None = None, others: Iterable[asn1_x509.Certificate] = ()
    ) -> ValidationContext:
        """What pyHanko needs to judge a chain at a moment; nothing is ever fetched."""
        checked = self.check_revocation if revocation is None else revocation
        return ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(der) for der in self.roots],
            other_certs=[*(asn1_x509.Certificate.load(der) for der in self.others), *others],
            crls=[asn1_crl.CertificateList.load(der) for der in self.lists] if checked else [],
            moment=moment,
            best_signature_time=moment,
            allow_fetching=False,
            revocation_mode="require" if checked else "soft-fail",
            retroactive_revinfo=True,  # a newer list knows more about an older signature
        )
