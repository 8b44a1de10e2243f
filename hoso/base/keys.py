"""The node's secrets: files beside the data, never in the database, readable by their owner only."""

import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

DEMO_MARK = "DEMO"  # a file beside the keys that `hoso demo` made: a real node does not start with them


def secret(folder: Path, name: str) -> bytes:
    """32 random bytes that stay the same for ever once the file exists; two processes that ask at once get the same."""
    path = folder / f"{name}.key"
    if not path.exists():
        write_once(path, b64encode(secrets.token_bytes(32)))
    return b64decode(path.read_bytes())


def write_once(path: Path, data: bytes) -> bool:
    """Write a file that is there whole, on the disk, or not at all; False if somebody else was first."""
    fresh = _aside(path, data)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    settle(path.parent)
    return True


def replace(path: Path, data: bytes) -> None:
    """Put other bytes into a file: at every moment it holds the old ones or the new ones, whole."""
    _aside(path, data).rename(path)
    settle(path.parent)


def settle(*folders: Path) -> None:
    """The names in these folders reach the disk."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _aside(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which no other can be found: HKDF-Expand (RFC 5869), one block; never remembered."""
    return hmac.digest(key, purpose.encode() + b"\x01", "sha256")


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
