"""The node's secrets: files beside the data, never in the database, readable by their owner only."""

import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


def secret(folder: Path, name: str) -> bytes:
    """32 random bytes that stay the same for ever once the file exists; two processes that ask at once get the same."""
    path = folder / f"{name}.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(b64encode(secrets.token_bytes(32)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # whoever links first has made the key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return b64decode(path.read_bytes())


def ring(folder: Path) -> tuple[str, dict[str, bytes]]:
    """The wrapping keys by name, and the name of the one used now: the newest `wrap-*.key`, made at first use."""
    if not list(folder.glob("wrap-*.key")):
        secret(folder, "wrap-0001")
    names = sorted(path.stem for path in folder.glob("wrap-*.key"))
    return names[-1], {name: secret(folder, name) for name in names}


@cache
def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which no other can be found."""
    return HKDFExpand(hashes.SHA256(), 32, purpose.encode()).derive(key)


def blind_index(key: bytes, purpose: str, value: str) -> bytes:
    """What equal values share and nobody without the key can turn back: HMAC-SHA256, 16 bytes."""
    return hmac.digest(derived(key, f"index:{purpose}"), value.encode(), "sha256")[:16]


def seal(key: bytes, bound: str, value: object) -> bytes:
    """A JSON value encrypted for one place (`bound`): AES-256-GCM, 12 bytes of nonce first."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(value, ensure_ascii=False).encode(), bound.encode())


def unseal(key: bytes, bound: str, token: bytes) -> object:
    """The value; InvalidTag if it was changed or comes from another place."""
    return json.loads(AESGCM(key).decrypt(token[:12], token[12:], bound.encode()))
