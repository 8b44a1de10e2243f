"""Constraints, triggers and locks that keep promises Python cannot keep."""

from django.conf import settings
from django.db import connection, migrations, models
from django.db.models import Q


def paired(stem: str) -> models.CheckConstraint:
    """`<stem>_at` and `<stem>_by` are both set or both empty."""
    at, by = f"{stem}_at__isnull", f"{stem}_by__isnull"
    return models.CheckConstraint(
        condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False}),
        name=f"%(app_label)s_%(class)s_{stem}_paired",
    )


def append_only(table: str) -> list[migrations.RunSQL]:
    """Rows of this table can be added, never changed or removed: a trigger, and the application's role has no right to.

    TRUNCATE is denied by privilege alone: a trigger for it would also stop the owner's maintenance of test databases.
    """
    role = settings.HOSO_APP_ROLE
    return [
        migrations.RunSQL(
            sql=f"""
            CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
            DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};
            END IF; END $$;
            """,
            reverse_sql=f"""
            DROP TRIGGER append_only ON {table};
            DROP FUNCTION {table}_append_only();
            """,
        )
    ]


def never_deleted(*tables: str) -> migrations.RunSQL:
    """The application's role may change rows of these tables, never remove them (QĐ 31/2023 Điều 11)."""
    role, named = settings.HOSO_APP_ROLE, ", ".join(tables)
    guard = f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
    return migrations.RunSQL(
        f"{guard} REVOKE DELETE, TRUNCATE ON {named} FROM {role}; END IF; END $$;",
        f"{guard} GRANT DELETE ON {named} TO {role}; END IF; END $$;",
    )


def walled(table: str, *, sees: str, person: str) -> migrations.RunSQL:
    """Row-level security for everybody, the owner included: rows of this table are seen where `sees` holds (a condition
    on its columns), and written by those who keep the `person` (an expression). No policy lets anybody delete.

    Both are asked only where the reader is neither the node nor somebody who may read the whole of it. A condition that
    looks at another table is a scalar subquery: an EXISTS would be planned twice, once more for every level, and the
    planning is what a wall costs.
    """
    free = "(SELECT hoso_everything())"
    keeps = f"{free} OR hoso_keeps({person})"
    return migrations.RunSQL(
        f"""
        CREATE POLICY seen ON {table} FOR SELECT USING ({free} OR {sees});
        CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({keeps});
        CREATE POLICY changed ON {table} FOR UPDATE USING ({keeps}) WITH CHECK ({keeps});
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        """,
        f"""
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
        DROP POLICY changed ON {table};
        DROP POLICY added ON {table};
        DROP POLICY seen ON {table};
        """,
    )


def told(*columns: str) -> str:
    """For `walled`: one of these columns names a person or an organisation that the transaction was told."""
    return " OR ".join(f"{column} = ANY ((SELECT hoso_seen())::uuid[])" for column in columns)


def with_row(parent: str, column: str, table: str) -> str:
    """For `walled`: the row of `parent` that a column names is seen."""
    return f"(SELECT true FROM {parent} parent WHERE parent.id = {table}.{column})"


def sequence(name: str) -> migrations.RunSQL:
    """Numbers that only grow; gaps are possible, repeats are not. The application may take the next, not set it."""
    return migrations.RunSQL(f"CREATE SEQUENCE {name}", f"DROP SEQUENCE {name}")


def lock(key: int) -> None:
    """Wait for a lock that this transaction then holds to its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
