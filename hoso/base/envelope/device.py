"""Wrapping keys that never leave a hardware module (PKCS#11): the module wraps and unwraps, CKM_AES_KEY_WRAP.

The data key itself comes out, because what it encrypts is too much to send through a module. One session for each
process and token, opened anew when the module was away; calls take turns, since a module may not be safe for threads.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar

import pkcs11
from django.conf import settings
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass

from hoso.base.errors import Refused, Unreachable

T = TypeVar("T")

_TURN = threading.Lock()
_SESSIONS: dict[tuple[int, str], Any] = {}


class DeviceKey(NamedTuple):
    """An AES key of 256 bits in a token, found by both labels."""

    token: str
    label: str

    @classmethod
    def generate(cls, token: str, name: str) -> "DeviceKey":
        """A new key that cannot be taken out, made inside the token. Unreachable with `wrapping_device_unreachable`."""
        label = f"hoso-{name}-{token_hex(4)}"
        template = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True}
        template |= {Attribute.WRAP: True, Attribute.UNWRAP: True, Attribute.ENCRYPT: False, Attribute.DECRYPT: False}
        _in_session(token, lambda it: it.generate_key(KeyType.AES, 256, label=label, store=True, template=template))
        return cls(token, label)

    def wrap(self, key: bytes) -> bytes:
        """40 bytes for the 32 of a data key."""

        def work(session: Any) -> bytes:
            held = session.create_object(_DATA_KEY | {Attribute.VALUE: key})
            try:
                return bytes(self._key(session).wrap_key(held, mechanism=Mechanism.AES_KEY_WRAP))
            finally:
                held.destroy()

        return _in_session(self.token, work)

    def unwrap(self, token: bytes) -> bytes:
        """The data key; Refused with `data_key_damaged`, Unreachable with `wrapping_device_unreachable`."""

        def work(session: Any) -> bytes:
            held = self._key(session).unwrap_key(
                ObjectClass.SECRET_KEY,
                KeyType.AES,
                token,
                mechanism=Mechanism.AES_KEY_WRAP,
                store=False,
                template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
            )
            try:
                return bytes(held[Attribute.VALUE])
            finally:
                held.destroy()

        try:
            return _in_session(self.token, work)
        except Unreachable as trouble:  # some modules have only a general error for a token that they do not like
            self.wrap(bytes(32))
            raise Refused("data_key_damaged") from trouble

    def destroy(self) -> None:
        """Take the key out of the token for ever."""
        _in_session(self.token, lambda session: self._key(session).destroy())

    def _key(self, session: Any) -> Any:
        return session.get_key(object_class=ObjectClass.SECRET_KEY, label=self.label)


_DATA_KEY = {
    Attribute.CLASS: ObjectClass.SECRET_KEY,
    Attribute.KEY_TYPE: KeyType.AES,
    Attribute.TOKEN: False,
    Attribute.SENSITIVE: False,
    Attribute.EXTRACTABLE: True,
}


def leave() -> None:
    """Close every session of this process; the next call opens one."""
    with _TURN:
        for _, token in list(_SESSIONS):
            _forget(token)


def _in_session(token: str, work: Callable[[Any], T]) -> T:
    """What the work answers, if need be the second time, in a new session: the module may have been away meanwhile."""
    with _TURN:
        try:
            return work(_session(token))
        except pkcs11.PKCS11Error:
            _forget(token)
        try:
            return work(_session(token))
        except pkcs11.PKCS11Error as trouble:
            _forget(token)
            raise _unreachable(token, type(trouble).__name__) from trouble


def _session(token: str) -> Any:
    here = os.getpid(), token
    if here not in _SESSIONS:
        if not settings.HOSO_PKCS11_MODULE:
            raise _unreachable(token, "HOSO_PKCS11_MODULE")
        try:
            library = pkcs11.lib(settings.HOSO_PKCS11_MODULE)
            pin = Path(settings.HOSO_PKCS11_PIN_FILE).read_text().strip()
        except (OSError, RuntimeError) as trouble:
            raise _unreachable(token, type(trouble).__name__) from trouble
        if any(process != here[0] for process, _ in _SESSIONS):  # a fork inherits nothing that works
            _SESSIONS.clear()
            library.reinitialize()
        _SESSIONS[here] = library.get_token(token_label=token).open(rw=True, user_pin=pin)
    return _SESSIONS[here]


def _forget(token: str) -> None:
    session = _SESSIONS.pop((os.getpid(), token), None)
    try:
        if session is not None:
            session.close()
    except pkcs11.PKCS11Error:
        pass  # it is gone already
    if not _SESSIONS and settings.HOSO_PKCS11_MODULE:
        try:
            pkcs11.lib(settings.HOSO_PKCS11_MODULE).reinitialize()  # a token that came back has another slot
        except (pkcs11.PKCS11Error, RuntimeError):
            pkcs11.unload(settings.HOSO_PKCS11_MODULE)


def _unreachable(token: str, why: str) -> Unreachable:
    return Unreachable("wrapping_device_unreachable", token=token, why=why)
