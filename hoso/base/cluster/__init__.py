"""The database that comes along: embedded PostgreSQL under HOSO_HOME/pg, started when needed, by root and by others.

It listens on a socket in /tmp only, never on a network. Two roles: `owner` owns every table and runs the migrations,
`app` is what the product runs as. Linux only: what runs is read from /proc.
"""

from collections.abc import Mapping
from pathlib import Path

from hoso.base.cluster import serving
from hoso.base.cluster.making import DATABASE, GRANTS, ROLES
from hoso.base.cluster.place import SOCKET_NAME, Place, Status, Unusable
from hoso.base.cluster.programs import SERVICE_USER
from hoso.base.cluster.serving import LONGEST_PATH, PATIENCE, SETTINGS

__all__ = [
    "DATABASE",
    "GRANTS",
    "LONGEST_PATH",
    "PATIENCE",
    "ROLES",
    "SERVICE_USER",
    "SETTINGS",
    "SOCKET_NAME",
    "Status",
    "Unusable",
    "ensure",
    "status",
    "stop",
    "url",
]


def url(home: Path, role: str = "app") -> str:
    """The address of the database for a role of ROLES, computed without starting anything."""
    place = Place(home)
    password = place.password(role) if place.key(role).exists() else ""
    return f"postgresql://{ROLES[role]}:{password}@/{DATABASE}?host={place.sockets}"


def status(home: Path) -> Status:
    """Whether the cluster exists and runs; starts nothing."""
    place = Place(home)
    return Status(place.data, place.sockets / SOCKET_NAME, place.data.is_dir(), place.postmaster())


def ensure(home: Path, settings: Mapping[str, str] | None = None) -> None:
    """Make the cluster if there is none and start it if it does not run; under a millisecond when it does."""
    place = Place(home)
    if place.serves():
        return
    with serving.alone(place):
        if not place.serves():
            serving.start(place, SETTINGS | dict(settings or {}))


def stop(home: Path, patience: float = 120) -> None:
    """End the server and wait until it has written everything; nothing happens if none runs. `patience` in seconds."""
    place = Place(home)
    if place.data.is_dir():
        with serving.alone(place):
            serving.stop(place, patience)
