"""A hardware module for tests: SoftHSM, with a token of its own in a folder of its own."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


class Token(NamedTuple):
    """What HOSO_PKCS11_MODULE, HOSO_PKCS11_TOKEN and HOSO_PKCS11_PIN_FILE say of it."""

    module: str
    label: str
    pin_file: Path


def missing() -> str:
    """Why there is no module to test with, or nothing."""
    return "" if any(map(os.path.exists, MODULES)) else "SoftHSM is missing: apt-get install softhsm2"


def initialize(folder: Path, label: str = "hoso-test") -> Token:
    """A new token; SOFTHSM2_CONF must name `configure(folder)` before the module is loaded."""
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", "1234", "--so-pin", "567890"]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "pin").write_text("1234\n")
    return Token(next(filter(os.path.exists, MODULES)), label, folder / "pin")


def configure(folder: Path) -> Path:
    """The module's own settings: where its tokens lie."""
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    path = folder / "softhsm2.conf"
    path.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    return path
