"""Where the parts of a cluster lie, what is there, and which processes work in it."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hoso.base import keys

SOCKET_NAME = ".s.PGSQL.5432"


class Unusable(Exception):
    """The embedded database cannot be used; the text says why and what to do, in one line."""


@dataclass(frozen=True)
class Status:
    """What is there: `pid` is None when nothing runs."""

    data: Path
    socket: Path
    made: bool
    pid: int | None


class Place:
    """Where the parts of one home's cluster lie."""

    def __init__(self, home: Path) -> None:
        self.home = Path(home).resolve()
        self.pg = self.home / "pg"
        self.data = self.pg / "data"
        self.log = self.pg / "log" / "postgres.log"
        # A socket's name is limited to 107 bytes, so it cannot lie under the home.
        self.sockets = Path("/tmp") / f"hoso-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"  # noqa: S108 (checked)

    def key(self, role: str) -> Path:
        """The file that a role's password comes from."""
        return self.home / "keys" / f"pg-{role}.key"

    def password(self, role: str) -> str:
        """A role's password, made when first asked for."""
        return keys.secret(self.home / "keys", f"pg-{role}").hex()

    def lines(self) -> list[str]:
        """The lines of the server's own lock file: process, folder, start, port, sockets, address, memory, state."""
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError:
            raise Unusable(f"{self.data} belongs to another user: run hoso as that user, or set HOSO_HOME.") from None

    def postmaster(self) -> int | None:
        """The server's process, if the one named in the lock file truly works in this folder."""
        lines = self.lines()
        pid = int(lines[0]) if lines and lines[0].isdigit() else 0
        return pid if pid and _works_in(pid, self.data) else None

    def serves(self) -> bool:
        """Whether a server of this folder takes connections where `url` points to."""
        return (
            (self.sockets / SOCKET_NAME).exists()
            and self.postmaster() is not None
            and self.lines()[4:5] + self.lines()[7:8] == [str(self.sockets), "ready"]
        )


def _works_in(pid: int, folder: Path) -> bool:
    """Every PostgreSQL process has its data folder as working folder, which tells it from any other program."""
    try:
        return Path("/proc", str(pid), "cwd").readlink() == folder
    except OSError:
        return False


def workers(folder: Path) -> list[int]:
    """The processes that work in a folder, whether their server lives or not."""
    running = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [pid for pid in running if _works_in(pid, folder)]


def until(holds: Callable[[], bool], patience: float) -> bool:
    """Wait for something, at most `patience` seconds; whether it came."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() >= end:
            return False
        time.sleep(0.02)
    return True
