"""What is guarded rests encrypted: AES-256-GCM under a key of the person, which is wrapped by a key kept elsewhere."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hoso.base.canonical import canonical
from hoso.records.paths import Document, put_all
from hoso.records.versions import Version, commitment, guarded, replaced, salt_of

BLOCK = 32  # lengths are rounded up to this, so that they give little away


def protect(version: Version, key: bytes) -> Version:
    """The version as it is stored: what is guarded is sealed beside its commitment, and the digest is the same."""
    sealed = {path: _seal(version, key, path, value) for path, value in guarded(version).items()}
    sealed["nonce"]["salt"] = salt_of(version)
    return replaced(version, sealed)


def reveal(version: Version, key: bytes) -> Version:
    """The version as it was written."""
    return replaced(version, {path: unseal(version, key, path, value) for path, value in guarded(version).items()})


def revealed(version: Version, key: bytes, sections: Collection[str]) -> Document:
    """The document with the guarded values of some sections opened: for who reads no more than those."""
    wanted = {path: value for path, value in guarded(version).items() if path.partition(".")[0] in sections}
    return put_all(version.document, {path: unseal(version, key, path, value) for path, value in wanted.items()})


def unseal(version: Version, key: bytes, path: str, value: Mapping[str, str]) -> Any:
    """One guarded value; InvalidTag if it was changed, or comes from another place, version or person."""
    token = urlsafe_b64decode(value["sealed"])
    return json.loads(AESGCM(key).decrypt(token[:12], token[12:], _bound(version, path, value["commitment"])))


def _seal(version: Version, key: bytes, path: str, value: Any) -> dict[str, str]:
    plain, nonce, committed = canonical(value), token_bytes(12), commitment(version, path, value)
    padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)  # in JSON, spaces after a value are nothing
    token = nonce + AESGCM(key).encrypt(nonce, padded, _bound(version, path, committed))
    return {"sealed": urlsafe_b64encode(token).decode(), "commitment": committed}


def _bound(version: Version, path: str, committed: str) -> bytes:
    return canonical([version.person, version.seq, path, committed])
