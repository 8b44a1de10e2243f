"""Starting and stopping the server, one process at a time."""

import fcntl
import os
import pwd
import shlex
import signal
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from hoso.base.cluster.making import make
from hoso.base.cluster.mending import clear_stale_lock, drop_half_made, refuse_foreign, refuse_other_version
from hoso.base.cluster.place import Place, Unusable, until
from hoso.base.cluster.programs import Runner, runner_of, service_user

PATIENCE = 600  # seconds for a start: recovery after a crash of a large database takes minutes
LONGEST_PATH = 900  # bytes of the data folder's name; PostgreSQL cuts at 1,024
SETTINGS = {
    "listen_addresses": "",
    "cluster_name": "hoso",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # An error quotes values, and its statement holds whole rows: the program that met it logs its kind.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """One process at a time starts, makes or stops this cluster."""
    try:
        place.pg.mkdir(parents=True, exist_ok=True)
        handle = os.open(place.home / "pg.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unusable(f"{place.home} cannot be used for the database: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def start(place: Place, settings: Mapping[str, str]) -> None:
    """Make the cluster if there is none, put right what a crash left, and start it; only inside `alone`."""
    if len(os.fsencode(place.data)) > LONGEST_PATH:
        raise Unusable(f"The name of HOSO_HOME is too long for PostgreSQL ({LONGEST_PATH} bytes at most): shorten it.")
    refuse_foreign(place)
    runner = runner_of(place)
    runner.take(place.log.parent, 0o700)
    _sockets(place, runner)
    drop_half_made(place)
    if not place.data.exists():
        make(place, runner)
    refuse_other_version(place, runner)
    if place.postmaster() is not None:
        if until(place.serves, PATIENCE if place.lines()[7:8] != ["ready"] else 0):
            return
        stop(place, 120)  # it runs, but where nobody can reach it: the home was moved, or /tmp was cleaned
    clear_stale_lock(place)
    runner.take(place.data, 0o700)
    if place.log.exists() and place.log.stat().st_size > 10_000_000:
        place.log.replace(place.log.with_suffix(".old"))
    options = ["-k", str(place.sockets)]
    for name, value in settings.items():
        options += ["-c", f"{name}={value}"]
    words = ("-D", place.data, "-w", "-t", PATIENCE, "-l", place.log, "-o", shlex.join(options))
    if not runner.run("pg_ctl", "start", *words, quiet=True).well or not place.serves():
        raise Unusable(f"PostgreSQL does not start: {_last_words(place.log)} (see {place.log})")


def stop(place: Place, patience: float) -> None:
    """End the server and wait for its last write; only inside `alone`."""
    pid = place.postmaster()
    if pid is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast": no new work, open transactions are rolled back
    if not until(lambda: place.postmaster() is None, patience):
        raise Unusable(f"PostgreSQL (process {pid}) did not stop within {patience:.0f} seconds.")


def _sockets(place: Place, runner: Runner) -> None:
    """Anybody can make a folder in /tmp, so one that is there must be ours."""
    with suppress(FileExistsError):
        place.sockets.mkdir()
    ours = {os.geteuid(), runner.owner[0]}
    if os.geteuid() == 0 and (served := service_user()):
        ours.add(pwd.getpwnam(served).pw_uid)
    found = place.sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise Unusable(f"{place.sockets} belongs to somebody else: remove it.")
    runner.take(place.sockets, 0o755 if os.geteuid() == 0 else 0o700)


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "could not" in line] or lines
    return telling[-1] if telling else "it said nothing"
