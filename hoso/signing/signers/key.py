"""A key the server holds: the department's seal, which must answer at night when nobody is there (PEM files)."""

from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from hoso.base.errors import Refused


def signer(key: Path, certificates: Path, passphrase: str | None = None) -> SimpleSigner:
    """`certificates` holds the seal's certificate first, then its chain. Refuses with `seal_unavailable`."""
    try:
        private = load_pem_private_key(key.read_bytes(), passphrase.encode() if passphrase else None)
        chain = [
            asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
            for certificate in x509.load_pem_x509_certificates(certificates.read_bytes())
        ]
    except (OSError, ValueError, TypeError) as trouble:
        raise Refused("seal_unavailable") from trouble
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=chain[0],
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore.from_certs(chain[1:]),
    )
