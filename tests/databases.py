"""Test databases: a template that the owner migrated, and clones of it that the application's own role works on.

Tests connected as the owner would prove nothing about what the application cannot do. Clones also replace the flush
between tests that commit: the application's role has no right to TRUNCATE.
"""

import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from hoso.base import cluster
from hoso.base.cluster import programs
from hoso.base.cluster.place import Place
from tests.environment import HOME, ROOT

KEPT_TEMPLATES = 3  # sessions with other migrations may run beside this one
# Tests lose nothing when the machine loses power.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


class Server:
    """The cluster under build/test, or the server that TEST_DATABASE_URL names (with a superuser's address)."""

    def __init__(self) -> None:
        self.home = HOME / "other-postgres" if os.environ.get("HOSO_POSTGRES") else HOME
        self.superuser = os.environ.get("TEST_DATABASE_URL", "")
        self.passwords: dict[str, str] = {}
        if self.superuser:
            self._make_roles()
        else:
            cluster.ensure(self.home, QUICK)
            self.superuser = cluster.url(self.home, "superuser")

    def url(self, database: str, role: str = "superuser") -> str:
        """The address of one of its databases for a role."""
        if role in self.passwords:
            return _with(self.superuser, database, f"{cluster.ROLES[role]}:{self.passwords[role]}")
        return _with(self.superuser if role == "superuser" else cluster.url(self.home, role), database)

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """Statements outside any transaction, as the superuser; the rows of the last one."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def clone(self, name: str) -> None:
        """A fresh database, whatever was there before under this name."""
        with _alone():
            template = self._template()
            self.run(
                f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                f"CREATE DATABASE {name} TEMPLATE {template} OWNER hoso_owner",
            )

    def dump(self, name: str) -> bytes:
        """What `pg_dump` writes of a database, as the superuser, for whom no wall stands."""
        program = "pg_dump" if self.passwords else programs.runner_of(Place(self.home)).binaries / "pg_dump"
        command = [program, "--dbname", self.url(name)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def sweep(self) -> None:
        """Drop what sessions left that ended without tidying up."""
        with _alone():
            for (name,) in self.run("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+_'"):
                if not Path("/proc", str(name).split("_")[1]).exists():
                    self.drop(str(name))

    def _make_roles(self) -> None:
        """Both roles on a foreign server, with passwords that hold for this session only."""
        self.passwords = {role: secrets.token_hex(16) for role in ("owner", "app")}
        for role, password in self.passwords.items():
            name = cluster.ROLES[role]
            if not self.run(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):
                self.run(f"CREATE ROLE {name}")
            self.run(f"ALTER ROLE {name} LOGIN {'CREATEDB' if role == 'owner' else 'NOCREATEDB'} PASSWORD '{password}'")

    def _template(self) -> str:
        """The name of the migrated template, made now if the migrations changed since the last one."""
        name = f"template_{_schema_digest()}"
        found = [
            row[0] for row in self.run("SELECT datname FROM pg_database WHERE datname ~ '^template_' ORDER BY oid")
        ]
        if name in found:
            return name
        half = f"half_{name}"
        self.run(f"DROP DATABASE IF EXISTS {half} WITH (FORCE)", f"CREATE DATABASE {half} OWNER hoso_owner")
        with psycopg.connect(self.url(half, "owner"), autocommit=True) as connection:
            for grant in cluster.GRANTS:
                connection.execute(grant)
        owner = os.environ | {"DATABASE_URL": self.url(half, "owner"), "HOSO_DB_ROLE": "app"}
        command = [sys.executable, "-W", "ignore", "-m", "django", "migrate", "--verbosity=0", "--skip-checks"]
        done = subprocess.run(command, cwd=ROOT, env=owner, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The template could not be migrated:\n{done.stderr[-4000:]}")
        self.run(
            f"ALTER DATABASE {half} RENAME TO {name}", *(f"DROP DATABASE {old}" for old in found[: 1 - KEPT_TEMPLATES])
        )
        return name


@contextmanager
def _alone() -> Iterator[None]:
    """Workers and sessions side by side: one at a time makes databases."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "databases.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _schema_digest() -> str:
    """What the tables depend on: migrations, what they are built from, and the versions of packages with tables."""
    digest = hashlib.sha256(repr(cluster.GRANTS).encode())
    for path in sorted([*ROOT.glob("hoso/*/migrations/*.py"), *ROOT.glob("hoso/**/*.sql"), ROOT / "hoso/base/db.py"]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update((ROOT / "uv.lock").read_bytes())
    return digest.hexdigest()[:16]


def _with(url: str, database: str, person: str = "") -> str:
    parts = urlsplit(url)
    place = f"{person}@{parts.netloc.rpartition('@')[2]}" if person else parts.netloc
    return urlunsplit(parts._replace(netloc=place, path=f"/{database}"))
