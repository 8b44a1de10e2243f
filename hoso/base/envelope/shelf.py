"""Where the ring is kept: `keys/wrap-NNNN.key` is a wrapping key, `keys/wrap-NNNN.pkcs11` says which key of a hardware
module is one. The highest number is used for new data keys; the folder is looked at each time, so that every process
notices a new key at its next use.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from hoso.base import keys
from hoso.base.envelope.ring import Bare, Ring, WrappingKey
from hoso.base.errors import Unreachable

NAME = re.compile(r"(wrap-\d{4})\.(key|pkcs11)")
RETIRED = "retired"


class KeyFile(NamedTuple):
    """A wrapping key in a file, read when it is needed."""

    path: Path

    def wrap(self, key: bytes) -> bytes:
        """40 bytes for the 32 of a data key."""
        return self._read().wrap(key)

    def unwrap(self, token: bytes) -> bytes:
        """The data key; Refused with `data_key_damaged`."""
        return self._read().unwrap(token)

    def _read(self) -> Bare:
        try:
            return Bare(b64decode(self.path.read_bytes()))
        except OSError as trouble:
            raise Unreachable("wrapping_key_missing", name=self.path.stem) from trouble


class KeyInDevice(NamedTuple):
    """A wrapping key in a hardware module; its file names token and label and is no secret."""

    path: Path

    def wrap(self, key: bytes) -> bytes:
        """40 bytes for the 32 of a data key."""
        return self._found().wrap(key)

    def unwrap(self, token: bytes) -> bytes:
        """The data key; Refused with `data_key_damaged`, Unreachable with `wrapping_device_unreachable`."""
        return self._found().unwrap(token)

    def _found(self) -> WrappingKey:
        from hoso.base.envelope.device import DeviceKey

        try:
            return DeviceKey(**json.loads(self.path.read_bytes()))
        except OSError as trouble:
            raise Unreachable("wrapping_key_missing", name=self.path.stem) from trouble


def ring() -> Ring:
    """The node's ring as it is at this moment; its first key is made at first use."""
    found = _shelf()
    if not found:
        add("wrap-0001")
        found = _shelf()
    return Ring(max(found), found)


def add(name: str) -> None:
    """A new wrapping key of this name, in the hardware module if one is set; nothing happens if the name is taken."""
    if settings.HOSO_PKCS11_MODULE:
        from hoso.base.envelope.device import DeviceKey  # a third of a second to load

        made = DeviceKey.generate(settings.HOSO_PKCS11_TOKEN, name)
        said = json.dumps(made._asdict()).encode()
        if not keys.write_once(folder() / f"{name}.pkcs11", said):
            made.destroy()  # somebody else was first
    else:
        keys.secret(folder(), name)


def next_name() -> str:
    """The name of the key after the newest one, used ones that were moved out included."""
    used = [*_shelf(), *(path.stem for path in (folder() / RETIRED).glob("wrap-*"))]
    return f"wrap-{max(int(name[-4:]) for name in used) + 1:04}"


def retire(name: str) -> Path:
    """Move a wrapping key out of the ring; where it lies now."""
    [path] = [each for each in folder().glob(f"{name}.*") if NAME.fullmatch(each.name)]
    place = folder() / RETIRED
    place.mkdir(exist_ok=True, mode=0o700)
    moved = path.rename(place / path.name)
    keys.settle(place, folder())
    return moved


def folder() -> Path:
    """HOSO_HOME/keys."""
    return Path(settings.HOSO_KEYS)


def _shelf() -> dict[str, WrappingKey]:
    kinds: dict[str, Callable[[Path], WrappingKey]] = {"key": KeyFile, "pkcs11": KeyInDevice}
    found = (NAME.fullmatch(path.name) for path in folder().glob("wrap-*.*"))
    return {match[1]: kinds[match[2]](folder() / match[0]) for match in found if match}
