"""A certificate with its key in one file (.p12, .pfx), opened by a passphrase that is not kept."""

from asn1crypto import x509 as asn1_x509
from pyhanko.sign.signers import SimpleSigner

from hoso.base.errors import Refused


def signer(p12: bytes, passphrase: str, others: tuple[bytes, ...] = ()) -> SimpleSigner:
    """Refuses with `wrong_passphrase`, which also stands for a file that is none: the file cannot say which."""
    try:
        opened: SimpleSigner = SimpleSigner.load_pkcs12_data(
            p12, [asn1_x509.Certificate.load(der) for der in others], passphrase.encode()
        )
    except Exception as trouble:  # whatever a broken file makes the parsers say
        raise Refused("wrong_passphrase") from trouble
    return opened
