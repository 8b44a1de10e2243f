"""A tiny certification authority for tests: whom the node believes, its seal, and certificates for the cast."""

import atexit
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from hoso.signing import actions, certificates
from tests.environment import HOME

PASSPHRASE = "mật-khẩu-chứng-thư"
LISTS = ("root.crl", "agency.crl")
BELIEVED = ("root.crt", "agency.crt", "tsa.crt", *LISTS)


@cache
def _made(at: datetime, folder: str) -> Path:
    """Keys take a second to make: once for a session and moment, in a folder that no other session has."""
    HOME.mkdir(parents=True, exist_ok=True)
    place = Path(mkdtemp(prefix=f"{folder}-", dir=HOME)) / "ca"
    atexit.register(shutil.rmtree, place.parent, ignore_errors=True)
    authority = certificates.make_authority(place, at, bits=2048)
    issued = certificates.issue(
        authority, "Sở Nội vụ", organization="Tỉnh Quảng Ninh", passphrase=PASSPHRASE, at=at, kind="seal"
    )
    (place / "department.p12").write_bytes(issued.p12)
    return place


class Office:
    """What lies under HOSO_HOME for signing: ca, trust, and the department's key among the secrets."""

    def __init__(self, home: Path, at: datetime) -> None:
        self.home, self.at = home, at
        made = _made(at, "authority")
        shutil.copytree(made, home / "ca")
        self.authority = certificates.Authority(home / "ca")
        self.believe(*BELIEVED)
        key, certificate, chain = pkcs12.load_key_and_certificates(
            (home / "ca" / "department.p12").read_bytes(), PASSPHRASE.encode()
        )
        assert key and certificate
        (home / "keys").mkdir(exist_ok=True)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (home / "keys" / "department.pem").write_bytes(pem)
        together = b"".join(each.public_bytes(Encoding.PEM) for each in (certificate, *chain))
        (home / "keys" / "department.crt").write_bytes(together)

    def believe(self, *names: str) -> None:
        """Copy certificates and lists of the authority to where the node looks."""
        (self.home / "trust").mkdir(exist_ok=True)
        for name in names:
            shutil.copy(self.home / "ca" / name, self.home / "trust" / name)

    def issue(self, name: str, *, days: int = 1095, at: datetime | None = None) -> certificates.Issued:
        """A certificate of somebody that nobody has registered."""
        at = at or self.at
        return certificates.issue(
            self.authority, name, organization="Sở Nội vụ", passphrase=PASSPHRASE, at=at, days=days
        )

    def register(self, account: Any, *, by: Any, days: int = 1095, at: datetime | None = None) -> certificates.Issued:
        """A certificate of an account, registered on the department's word."""
        issued = self.issue(account.name, days=days, at=at)
        pem = issued.certificate.public_bytes(Encoding.PEM)
        actions.register(account, pem=pem, basis="15/QĐ-SNV", by=by, at=self.at)
        return issued

    def stranger(self, folder: Path) -> certificates.Issued:
        """A certificate of an authority that this node does not believe."""
        other = certificates.make_authority(folder, self.at, bits=2048)
        return certificates.issue(other, "Người Lạ", organization="Nơi khác", passphrase=PASSPHRASE, at=self.at)

    def revoke(self, issued: certificates.Issued, *, at: datetime) -> None:
        """Put it on the list, and let the node know the list."""
        certificates.revoke(self.authority, issued.serial, at=at)
        self.believe(*LISTS)

    def forgive(self) -> None:
        """The lists as they were before anybody was revoked."""
        for name in LISTS:
            shutil.copy(_made(self.at, "authority") / name, self.home / "trust" / name)


def office(settings: Any, home: Path, at: datetime) -> Office:
    """The node's folders moved to `home`, with everything that signing needs."""
    settings.HOSO_HOME, settings.HOSO_KEYS, settings.HOSO_FILES = home, home / "keys", home / "files"
    return Office(home, at)
