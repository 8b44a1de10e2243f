"""Where files are kept: each encrypted under a key of its own, which is wrapped by the node's keyring.

Layout: folder/ab/cd/<id>, where abcd are the last four digits of the id (its first ones are the time).
Format: 8 bytes of magic, 7 random bytes, then pieces of 64 KiB, each AES-256-GCM with 16 bytes more. A piece's nonce
is the 7 bytes, its number and whether it is the last; the id is bound in. So no piece can be moved, left out, repeated
or put in another file without being noticed.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hoso.base import keys
from hoso.base.envelope.ring import Ring, Wrapped, new_data_key
from hoso.base.errors import NotFound, Refused

MAGIC = b"HOSOFIL1"
PREFIX, TAG = 7, 16
PIECE = 64 * 1024


@dataclass(frozen=True)
class WrappedKey:
    """What the database keeps of a file: without the ring it opens nothing."""

    ring_key: str
    wrapped: bytes
    sha256: str
    size: int


def put(folder: Path, ring: Ring, id: UUID, data: bytes | IO[bytes]) -> WrappedKey:
    """Write the file so that it is there whole, on the disk, or not at all; FileExistsError if the id is used."""
    key = new_data_key()
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    path = where(folder, id)
    for place in (folder, path.parent.parent, path.parent):  # `parents=True` would leave those above open to all
        place.mkdir(exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            prefix = secrets.token_bytes(PREFIX)
            file.write(MAGIC + prefix)
            for number, piece, last in _pieces(source):
                digest.update(piece)
                size += len(piece)
                file.write(AESGCM(key).encrypt(_nonce(prefix, number, last=last), piece, id.bytes))
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    keys.settle(path.parent, path.parent.parent, folder)
    return WrappedKey(*ring.wrap(key), digest.hexdigest(), size)


def get(folder: Path, ring: Ring, id: UUID, key: WrappedKey) -> bytes:
    """The whole file; NotFound with `file_missing`, Refused with `file_changed`."""
    return b"".join(stream(folder, ring, id, key))


def stream(folder: Path, ring: Ring, id: UUID, key: WrappedKey) -> Iterator[bytes]:
    """Piece by piece, each checked before it is given; the digest is checked before the last one."""
    cipher = AESGCM(ring.unwrap(Wrapped(key.ring_key, key.wrapped)))
    try:
        file = where(folder, id).open("rb")
    except FileNotFoundError as trouble:
        raise NotFound("file_missing") from trouble
    digest = hashlib.sha256()
    with file:
        head = file.read(len(MAGIC) + PREFIX)
        if not head.startswith(MAGIC):
            raise Refused("file_changed")
        for number, sealed, last in _pieces(file, PIECE + TAG):
            try:
                piece = cipher.decrypt(_nonce(head[len(MAGIC) :], number, last=last), sealed, id.bytes)
            except InvalidTag as trouble:
                raise Refused("file_changed") from trouble
            digest.update(piece)
            if last and digest.hexdigest() != key.sha256:
                raise Refused("file_changed")
            yield piece


def remove(folder: Path, id: UUID) -> None:
    """Nothing is left; to remove what is not there is no error."""
    where(folder, id).unlink(missing_ok=True)


def where(folder: Path, id: UUID) -> Path:
    """The path of a file: folder/ab/cd/<id>."""
    return folder / id.hex[-4:-2] / id.hex[-2:] / str(id)


def _pieces(source: IO[bytes], length: int = PIECE) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes, and whether it is the last; an empty file is one empty piece."""
    number, piece = 0, source.read(length)
    while True:
        following = source.read(length) if len(piece) == length else b""
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
