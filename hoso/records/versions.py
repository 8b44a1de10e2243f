"""A version is one state of a person's record: never changed, only followed; what is signed is its digest."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hoso.base.canonical import canonical
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import PROTECTED, walk
from hoso.records.paths import Document, find, put_all


class Version(NamedTuple):
    """The envelope of a document; `person` is an opaque identifier and `nonce` is as secret as the protected values."""

    form: str
    person: str
    seq: int
    prev: str | None
    nonce: Any
    document: Document


def new_nonce() -> str:
    """128 random bits, the first argument of every new version."""
    return secrets.token_hex(16)


def follow(previous: Version, document: Document, *, nonce: str, form: str | None = None) -> Version:
    """The version after a version."""
    return Version(form or previous.form, previous.person, previous.seq + 1, digest(previous), nonce, document)


def guarded(version: Version) -> dict[str, Any]:
    """What must not lie open, by path: the protected values, and the nonce, which would let them be guessed."""
    protected = [leaf.path for leaf in walk(FORMS[version.form]) if leaf.tier is PROTECTED]
    found = {path: value for pattern in protected for path, value in find(version.document, pattern)}
    return {"nonce": version.nonce, **found}


def replaced(version: Version, values: Mapping[str, Any]) -> Version:
    """The version with other things in the places of what is guarded."""
    inside = {path: value for path, value in values.items() if path != "nonce"}
    return version._replace(nonce=values["nonce"], document=put_all(version.document, inside))


def commitment(version: Version, path: str, value: Any) -> str:
    """What stands for a guarded value in the digest: it binds to the value and, without the nonce, hides it."""
    if isinstance(value, dict):
        return str(value["commitment"])
    return hmac.digest(bytes.fromhex(version.nonce), canonical([path, value]), "sha256").hex()


def digest(version: Version) -> str:
    """SHA-256 of the envelope with commitments for what is guarded: the same whether that lies open or is sealed."""
    committed = {path: commitment(version, path, value) for path, value in guarded(version).items()}
    envelope = replaced(version, committed)._asdict()
    return hashlib.sha256(canonical({key: value for key, value in envelope.items() if value is not None})).hexdigest()


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
    found = (digest(version) if version.seq == seq else None for seq, version in enumerate(chain, start=1))
    return next((seq for seq, pair in enumerate(zip(found, said, strict=False), start=1) if len({*pair}) > 1), None)
