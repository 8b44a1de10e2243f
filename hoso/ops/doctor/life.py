"""Whether the node does its work: organisations, profile, jobs, seals, time-stamps, files, room on the disk."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from hoso.audit import queries as audit
from hoso.base.errors import NotFound
from hoso.ops.doctor.finding import Finding, error, warning
from hoso.orgs.queries import root
from hoso.regulation import rules as regulation

QUIET: Final = timedelta(minutes=2)  # the sealer runs every five seconds, the worker says it lives every ten
ROOM = 2 * 1024**3  # bytes


def node(at: datetime) -> Iterator[Finding]:
    """It is a node, its profile is there, and somebody stamps its times."""
    try:
        profile = root().profile
    except NotFound:
        yield error("no_node", "There is no organisation yet.", "the database", "hoso init, or hoso demo")
        return
    try:
        regulation.profile(profile)
    except (OSError, LookupError, ValueError):
        yield error("no_profile", f"The profile {profile} cannot be read.", "HOSO_HOME/profiles", "put its file back")
    if not settings.HOSO_TIMESTAMP_URL and not (Path(settings.HOSO_HOME) / "ca").exists():
        yield warning(
            "no_timestamps",
            "No time-stamp server is named: leaders cannot sign.",
            "HOSO_TIMESTAMP_URL",
            "the address of the authority's RFC 3161 server",
        )


def jobs(at: datetime) -> Iterator[Finding]:
    """The worker lives and the sealer keeps up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        seen = cursor.fetchone()[0]
    if seen is None or seen < at - QUIET:
        since = f"since {seen:%d/%m/%Y %H:%M} (UTC)" if seen else "yet"
        yield warning("worker_away", f"No worker was seen {since}: jobs wait.", "`hoso run`", "start it")
    oldest = audit.oldest_unsealed()
    if oldest and oldest < at - QUIET:
        yield warning(
            "sealer_behind",
            f"Events since {oldest:%d/%m/%Y %H:%M} (UTC) are not sealed: until then nothing proves them.",
            "the worker, or keys/log.pem",
            "start the worker, or run `hoso seal`",
        )


def disk(at: datetime) -> Iterator[Finding]:
    """The folder of files is there and can grow."""
    home, files = Path(settings.HOSO_HOME), Path(settings.HOSO_FILES)
    if not files.is_dir():
        yield warning("no_files", "There is no folder of files yet.", str(files), "it is made with the first file")
    free = shutil.disk_usage(home).free
    if free < ROOM:
        yield warning("little_room", f"{free // 1024**2} MB are free.", str(home), "free space, or a larger disk")
