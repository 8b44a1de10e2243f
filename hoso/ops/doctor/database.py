"""The database: there, of a version we know, with all tables, and with an application role that owns nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hoso.ops.doctor.finding import Finding, error, warning

OLDEST, NEWEST = 15, 18  # versions of PostgreSQL that the tests ran on
RUNBOOK: Final = "docs/runbook.md, “A database server of yours”"
# Tables whose rows are never changed, whatever else changes.
FROZEN: Final = (
    "audit_event",
    "audit_seal",
    "audit_sealedevent",
    "records_version",
    "changes_decision",
    "approvals_confirmation",
    "approvals_manifestline",
)
# Tables behind the wall: rows show only what the identity of a transaction lets through.
WALLED: Final = (
    "people_person",
    "people_employment",
    "records_record",
    "records_version",
    "records_personkey",
    "changes_change",
    "changes_decision",
    "changes_errorreport",
    "changes_evidence",
    "documents_attachment",
    "approvals_sentback",
)
ROLE = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
       pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'audit_event'::regclass), 'MEMBER')
FROM pg_roles WHERE rolname = current_user
"""
RIGHTS = """
SELECT relname, has_table_privilege(oid, 'DELETE'), has_table_privilege(oid, 'TRUNCATE'),
       has_table_privilege(oid, 'UPDATE'),
       EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ours.oid AND tgname = 'append_only' AND tgenabled <> 'D'),
       relrowsecurity AND relforcerowsecurity
FROM pg_class AS ours WHERE oid = ANY(%s::regclass[]) ORDER BY relname
"""


def reachable() -> Iterator[Finding]:
    """Whether the database answers at all."""
    try:
        _one("SELECT 1")
    except DatabaseError as trouble:
        yield away(str(trouble).splitlines()[0])


def away(reason: str) -> Finding:
    """Nothing else can be asked then."""
    return error(
        "database_away",
        f"The database does not answer: {reason}",
        "DATABASE_URL, or HOSO_HOME/pg",
        "start it; `hoso database status` shows the embedded one",
    )


def version(at: datetime) -> Iterator[Finding]:
    """A version of PostgreSQL that this product was tested on."""
    found = int(_one("SHOW server_version_num")) // 10_000
    if not OLDEST <= found <= NEWEST:
        yield (error if found < OLDEST else warning)(
            "database_version",
            f"PostgreSQL {found} is not one that was tested ({OLDEST} to {NEWEST}).",
            "the database server",
            f"use PostgreSQL {NEWEST}",
        )


def migrations(at: datetime) -> Iterator[Finding]:
    """The tables are those of this program."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield error(
            "not_migrated",
            f"{len(missing)} migrations are not applied, the first is {missing[0][0]}.",
            "the database",
            "hoso migrate",
        )


def roles(at: datetime) -> Iterator[Finding]:
    """The application's role owns nothing, walks through no wall, and removes nothing."""
    name, *powers, member = _rows(ROLE)[0]
    words = ("superuser", "bypassrls", "createrole", "createdb", "replication")
    held = [word for word, power in zip(words, powers, strict=True) if power]
    if held:
        yield error(
            "mighty_role",
            f"The role {name} has {', '.join(held)}: no rule of the database would hold for the program.",
            f"the database, role {name}",
            f"ALTER ROLE {name} {' '.join('NO' + word.upper() for word in held)} ({RUNBOOK})",
        )
    if member:
        yield error(
            "owning_role",
            f"The role {name} owns the tables, or is a member of the role that does: it could rewrite the log.",
            "DATABASE_URL",
            f"two roles: DATABASE_OWNER_URL owns and migrates, DATABASE_URL is what the product runs as ({RUNBOOK})",
        )
        return
    yield from _rights(_rows(RIGHTS, [_tables()]))


def _rights(rows: Iterable[tuple[Any, ...]]) -> Iterator[Finding]:
    for table, delete, truncate, update, kept, walled in rows:
        if delete or truncate:
            yield error(
                "may_delete",
                f"The program may delete rows of {table}.",
                "the database",
                f"as the owner: REVOKE DELETE, TRUNCATE ON {table} FROM the role of the product",
            )
        if table in FROZEN and (update or not kept):
            yield error(
                "may_rewrite",
                f"Rows of {table} can be changed: the right is there, or its trigger append_only is gone.",
                "the database",
                "as the owner: take UPDATE from the role, put the trigger back, then `hoso verify-chain`",
            )
        if table in WALLED and not walled:
            yield error(
                "no_wall",
                f"Row-level security is off at {table}: a forgotten scope would show everybody.",
                "the database",
                f"as the owner: ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            )


def _tables() -> list[str]:
    """Every table of ours."""
    ours = (each for each in apps.get_models() if each.__module__.startswith("hoso."))
    return sorted(each._meta.db_table for each in ours)


def _one(question: str) -> Any:
    return _rows(question)[0][0]


def _rows(question: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return list(cursor.fetchall())
