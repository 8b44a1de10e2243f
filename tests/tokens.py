"""A hardware module for tests: SoftHSM, with a token of its own in a folder of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


class Token(NamedTuple):
    """What HOSO_PKCS11_MODULE, HOSO_PKCS11_TOKEN and HOSO_PKCS11_PIN_FILE say of it; called, it sets them."""

    module: str
    label: str
    pin_file: Path

    def __call__(self, settings: Any) -> None:
        settings.HOSO_PKCS11_MODULE, settings.HOSO_PKCS11_TOKEN = self.module, self.label
        settings.HOSO_PKCS11_PIN_FILE = str(self.pin_file)


def missing() -> str:
    """Why there is no module to test with, or nothing."""
    return "" if any(map(os.path.exists, MODULES)) else "SoftHSM is missing: apt-get install softhsm2"


@contextmanager
def token(folder: Path, label: str = "hoso-test") -> Iterator[Token]:
    """A new token, and a module that forgets it afterwards."""
    from hoso.base.envelope import device

    (folder / "tokens").mkdir()
    told = f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    (folder / "softhsm2.conf").write_text(told)
    (folder / "pin").write_text("1234\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", "1234", "--so-pin", "567890"]
    subprocess.run(command, check=True, capture_output=True)
    made = Token(next(filter(os.path.exists, MODULES)), label, folder / "pin")
    yield made
    device.leave()
    device.pkcs11.unload(made.module)
    del os.environ["SOFTHSM2_CONF"]
