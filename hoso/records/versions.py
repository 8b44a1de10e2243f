"""A version is one state of a person's record: never changed, only followed; what is signed is its digest.

The digest covers a commitment to every value, not the values, so that any part of a version can be proved without
the rest. The nonce is as secret as the protected values; the commitments of what lies open anyway hang on a salt made
from it, which lies open too: so a stored version is verified without any key.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from hoso.base.canonical import canonical
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import PROTECTED, Form, walk
from hoso.records.paths import Document, find, get, pattern_of, put_all, within


class Version(NamedTuple):
    """The envelope of a document; `person` is an opaque identifier, `nonce` is secret (sealed where it is stored)."""

    form: str
    person: str
    seq: int
    prev: str | None
    nonce: Any
    document: Document


class Proof(NamedTuple):
    """Some values of a version, each with the key of its commitment, in an envelope that hides all others."""

    envelope: Document
    opened: Mapping[str, tuple[str, Any]]


def new_nonce() -> str:
    """128 random bits, the first argument of every new version."""
    return secrets.token_hex(16)


def follow(previous: Version, document: Document, *, nonce: str, form: str | None = None) -> Version:
    """The version after a version."""
    return Version(form or previous.form, previous.person, previous.seq + 1, digest(previous), nonce, document)


def guarded(version: Version) -> dict[str, Any]:
    """What must not lie open, by path: the protected values, and the nonce, which would let them be guessed."""
    found = {path: value for leaf in _protected(_form(version)) for path, value in find(version.document, leaf)}
    return {"nonce": version.nonce, **found}


def replaced(version: Version, values: Mapping[str, Any]) -> Version:
    """The version with other things in the places of what is guarded."""
    inside = {path: value for path, value in values.items() if path != "nonce"}
    return version._replace(nonce=values["nonce"], document=put_all(version.document, inside))


def salt_of(version: Version) -> str:
    """From what the commitments of open values are made; it tells nothing about the nonce it is made from."""
    if isinstance(version.nonce, dict):
        return str(version.nonce["salt"])
    return hmac.digest(bytes.fromhex(version.nonce), b"salt", "sha256").hex()


def commitment(version: Version, path: str, value: Any) -> str:
    """What stands for a value in the digest: it binds to the value and, without the leaf's key, hides it."""
    return str(value["commitment"]) if is_sealed(value) else _committed(leaf_key(version, path), value)


def is_sealed(value: Any) -> bool:
    """Whether this is what is stored for a guarded value; anything else in its place is an ordinary, wrong value."""
    return isinstance(value, dict) and value.keys() - {"salt"} == {"sealed", "commitment"}


def leaf_key(version: Version, path: str) -> bytes:
    """The key of one value's commitment; who gets it learns nothing of any other. KeyError for a sealed version's
    protected values.
    """
    is_guarded = path == "nonce" or pattern_of(path) in _protected(_form(version))
    if is_guarded and isinstance(version.nonce, dict):
        raise KeyError(path)
    secret = version.nonce if is_guarded else salt_of(version)
    return _key(bytes.fromhex(secret), path)


def digest(version: Version) -> str:
    """SHA-256 of the envelope with commitments for all values: the same whether they lie open or are sealed."""
    return hashlib.sha256(canonical(_envelope(version))).hexdigest()


def prove(version: Version, *scopes: str) -> Proof:
    """The values inside some scopes (a section, a table, a row, a value), to show to somebody who has the digest."""
    inside = [(path, value) for path, value in leaves(version.document) if any(within(path, each) for each in scopes)]
    opened = {path: (leaf_key(version, path).hex(), value) for path, value in inside}
    return Proof(_envelope(version), opened)


def proved(proof: Proof, said: str) -> Document | None:
    """What a proof shows of the version with this digest; None if it is not of that version."""
    if hashlib.sha256(canonical(proof.envelope)).hexdigest() != said:
        return None
    for path, (key, value) in proof.opened.items():
        if get(proof.envelope["document"], path) != _committed(bytes.fromhex(key), value):
            return None
    return put_all({}, {path: value for path, (_, value) in proof.opened.items()})


def leaves(document: Document, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document, open or sealed, with its path."""
    for key, value in document.items():
        if isinstance(value, dict) and not is_sealed(value):
            yield from leaves(value, f"{at}{key}.")
        else:
            yield f"{at}{key}", value


def why_not_follow(version: Version, previous: Version | None) -> str | None:
    """Why a version is not the next link after another (or, after None, not a first one)."""
    if version.seq != (previous.seq + 1 if previous else 1):
        return "other_seq"
    if version.prev != (digest(previous) if previous else None):
        return "other_prev"
    if previous and version.person != previous.person:
        return "other_person"
    return None


def first_broken(chain: Sequence[Version], head: str) -> int | None:
    """The seq of the first version that is missing, or is not what the next one, or `head` of the last one, says."""
    said = [*(version.prev for version in chain[1:]), head]
    found = (_found(version) if version.seq == seq else "" for seq, version in enumerate(chain, start=1))
    return next((seq for seq, pair in enumerate(zip(found, said, strict=False), start=1) if len({*pair}) > 1), None)


def _found(version: Version) -> str:
    """The digest of what lies there; nothing where that has no spelling any more."""
    try:
        return digest(version)
    except (KeyError, TypeError, ValueError):
        return ""


def _form(version: Version) -> type[Form]:
    return FORMS[version.form]


@cache
def _protected(form: type[Form]) -> tuple[str, ...]:
    return tuple(leaf.path for leaf in walk(form) if leaf.tier is PROTECTED)


def _envelope(version: Version) -> Document:
    protected, salt = frozenset(_protected(_form(version))), bytes.fromhex(salt_of(version))
    nonce = b"" if isinstance(version.nonce, dict) else bytes.fromhex(version.nonce)

    def committed(part: Document, at: str) -> Document:
        result: Document = {}
        for key, value in part.items():
            path, is_protected = (here := f"{at}{key}"), pattern_of(here) in protected
            if is_protected and is_sealed(value):
                result[key] = value["commitment"]
            elif isinstance(value, dict):
                result[key] = committed(value, f"{path}.")
            else:
                result[key] = _committed(_key(nonce if is_protected else salt, path), value)
        return result

    found = version._asdict() | {"document": committed(version.document, "")}
    found["nonce"] = commitment(version, "nonce", version.nonce)
    return {key: value for key, value in found.items() if value is not None}


def _key(secret: bytes, path: str) -> bytes:
    if not secret:
        raise ValueError("a protected value lies open in a sealed version")
    return hmac.digest(secret, f"leaf:{path}".encode(), "sha256")


def _committed(key: bytes, value: Any) -> str:
    return hmac.digest(key, canonical(value), "sha256").hex()
