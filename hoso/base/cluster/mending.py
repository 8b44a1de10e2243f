"""What a start finds of earlier ones: refused where it is not ours, put right where a crash or a break left it."""

import shutil
import sys
from pathlib import Path

from hoso.base.cluster.making import ROLES
from hoso.base.cluster.place import SOCKET_NAME, Place, Unusable, until, workers
from hoso.base.cluster.programs import Runner


def refuse_foreign(place: Place) -> None:
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


def refuse_other_version(place: Place, runner: Runner) -> None:
    """A cluster is read only by the major version that made it."""
    made_by = (place.data / "PG_VERSION").read_text().strip()
    if made_by != str(runner.version):
        raise Unusable(
            f"{place.data} was made by PostgreSQL {made_by}, here is {runner.version}:"
            " restore a backup into a new HOSO_HOME, or install the version of hoso that made it."
        )


def drop_half_made(place: Place) -> None:
    """What an interrupted first start left is thrown away: a whole cluster gets its name last."""
    for half in place.pg.glob("new-*"):
        _say(f"An earlier start was interrupted: the half-made database {half.name} is made again.")
        shutil.rmtree(half, ignore_errors=True)


def clear_stale_lock(place: Place) -> None:
    """After a crash: wait for orphans of the dead server, then forget its lock files if its number was given anew."""
    if not until(lambda: not workers(place.data), 30):
        raise Unusable(f"Process {workers(place.data)[0]} still works in {place.data}: end it, then try again.")
    for left in place.sockets.glob(f"{SOCKET_NAME}*"):
        left.unlink()
    lines = place.lines()
    if not lines:
        return
    if lines[0].isdigit() and Path("/proc", lines[0]).exists():
        _say(f"The database's lock file names process {lines[0]}, which is another program: the lock is stale.")
        (place.data / "postmaster.pid").unlink()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
