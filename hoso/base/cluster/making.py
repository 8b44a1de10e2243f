"""A new cluster: its roles, its empty database, and who may do what there."""

import os
import shutil
import time

from hoso.base.cluster.place import Place, Unusable
from hoso.base.cluster.programs import Done, Runner

ROLES = {"app": "hoso_app", "owner": "hoso_owner", "superuser": "postgres"}
DATABASE = "hoso"
# What the weaker role may do with everything the owner makes in a database; no TRUNCATE, no ownership.
GRANTS = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE hoso_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hoso_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE hoso_owner GRANT USAGE ON SEQUENCES TO hoso_app",
)


def make(place: Place, runner: Runner) -> None:
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


def _well(done: Done, what: str) -> None:
    if not done.well:
        raise Unusable(f"The database cannot {what}: {(done.said.splitlines() or ['no reason was given'])[-1]}")
