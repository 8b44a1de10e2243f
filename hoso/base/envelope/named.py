"""The node's own data keys: files `keys/NAME.wrapped` that open nothing without the ring."""

from base64 import b64decode, b64encode
from pathlib import Path

from hoso.base import keys
from hoso.base.envelope import shelf
from hoso.base.envelope.ring import Ring, Wrapped, new_data_key

NAMES = {
    "identity": "personal numbers at rest",
    "index": "blind index of personal numbers and sign-in names",
    "accounts": "what was typed to ask for an account",
    "factors": "secrets of second factors",
}


def named_key(name: str) -> bytes:
    """One of NAMES, made at first use; the same for as long as the node lives. KeyError for another name."""
    assert NAMES[name]
    path = _path(name)
    if not path.exists():
        _make(name)
    return shelf.ring().unwrap(_read(path))


def seal(name: str, bound: str, value: object) -> bytes:
    """A JSON value encrypted under one of NAMES for one place (`bound`, for example “people.Person:id”)."""
    return keys.seal(named_key(name), bound, value)


def unseal(name: str, bound: str, token: bytes) -> object:
    """The value; InvalidTag if it was changed or comes from another place."""
    return keys.unseal(named_key(name), bound, bytes(token))


def wrapped_by() -> dict[str, str]:
    """Which wrapping key each of the node's data keys names, as far as they were made."""
    return {name: _read(_path(name)).by for name in NAMES if _path(name).exists()}


def rewrap(ring: Ring) -> int:
    """Wrap anew what another key than the ring's current one wraps; how many. Each file is replaced whole or not."""
    for name in NAMES:
        if _bare(name).exists():
            _make(name)
    stale = [name for name, by in wrapped_by().items() if by != ring.current]
    for name in stale:
        keys.replace(_path(name), _said(ring.rewrap(_read(_path(name)))))
    return len(stale)


def _make(name: str) -> None:
    """The key, wrapped; a bare one from before there was a ring for it is taken over and removed."""
    bare = _bare(name)
    value = b64decode(bare.read_bytes()) if bare.exists() else new_data_key()
    keys.write_once(_path(name), _said(shelf.ring().wrap(value)))
    bare.unlink(missing_ok=True)


def _path(name: str) -> Path:
    return shelf.folder() / f"{name}.wrapped"


def _bare(name: str) -> Path:
    return shelf.folder() / f"{name}.key"


def _read(path: Path) -> Wrapped:
    by, _, token = path.read_text().strip().partition(" ")
    return Wrapped(by, b64decode(token))


def _said(wrapped: Wrapped) -> bytes:
    return f"{wrapped.by} {b64encode(wrapped.token).decode()}\n".encode()
