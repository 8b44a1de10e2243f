"""A ring of wrapping keys, wherever each of them is kept. Pure."""

from collections.abc import Mapping
from secrets import token_bytes
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from hoso.base.errors import Refused, Unreachable


class Wrapped(NamedTuple):
    """A data key as it is kept: the name of the wrapping key, and 40 bytes that without it open nothing."""

    by: str
    token: bytes


class WrappingKey(Protocol):
    """What wraps data keys as RFC 3394 says, which every hardware module can do: what is wrapped looks the same."""

    def wrap(self, key: bytes) -> bytes:
        """40 bytes for the 32 of a data key."""
        ...

    def unwrap(self, token: bytes) -> bytes:
        """The data key; Refused with `data_key_damaged` if the token was changed or is another key's."""
        ...


class Bare(NamedTuple):
    """A wrapping key that is in our hands: 32 bytes."""

    value: bytes

    def wrap(self, key: bytes) -> bytes:
        """40 bytes for the 32 of a data key."""
        return aes_key_wrap(self.value, key)

    def unwrap(self, token: bytes) -> bytes:
        """The data key; Refused with `data_key_damaged`."""
        try:
            return aes_key_unwrap(self.value, token)
        except InvalidUnwrap as trouble:
            raise Refused("data_key_damaged") from trouble


class Ring(NamedTuple):
    """The wrapping keys by name, and the name of the one that new data keys are wrapped with."""

    current: str
    keys: Mapping[str, WrappingKey]

    def wrap(self, key: bytes) -> Wrapped:
        """A data key under the wrapping key used now."""
        return Wrapped(self.current, self.keys[self.current].wrap(key))

    def unwrap(self, wrapped: Wrapped) -> bytes:
        """The data key, to be kept no longer than for this request; Unreachable if its wrapping key is not here."""
        if wrapped.by not in self.keys:
            raise Unreachable("wrapping_key_missing", name=wrapped.by)
        return self.keys[wrapped.by].unwrap(bytes(wrapped.token))

    def rewrap(self, wrapped: Wrapped) -> Wrapped:
        """The same data key under the wrapping key used now; nothing that it encrypts is touched."""
        return self.wrap(self.unwrap(wrapped))


def new_data_key() -> bytes:
    """256 random bits."""
    return token_bytes(32)
