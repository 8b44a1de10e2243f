"""Somebody who owns the database but no key: single random changes, of whatever a table holds, by a seeded dice."""

import json
import random
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from hoso.audit.witnesses import NOT_WITNESSED, SCHEMES

LOG = ("audit_event", "audit_seal", "audit_sealedevent", "audit_witness")
TABLES = (*LOG, *SCHEMES)
KINDS = ("cell", "cell", "cell", "cell", "delete", "insert", "swap", "swap keys")


class Column(NamedTuple):
    """A column of a table, with its type as the catalogue says it."""

    name: str
    kind: str
    key: bool


class Enemy:
    """Takes every trigger and constraint away first, then changes one thing at a time."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.columns = {table: self._columns(table) for table in TABLES}
        self.disarm()
        self.filled = [table for table in TABLES if self._one(f"SELECT count(*) FROM {table}")]

    def disarm(self) -> None:
        """No trigger, key or check stands in the way of whoever owns the tables."""
        self._do("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            for (name,) in self._all(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table
            ):
                self._do(f'DROP TRIGGER "{name}" ON {table}')
        constraints = self._all(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype <> 'n'"
            " AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[])) ORDER BY contype = 'f' DESC",
            list(TABLES),
            list(TABLES),
        )
        for table, name in constraints:
            self._do(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for (name,) in self._all(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indisunique AND indrelid = ANY(%s::regclass[])",
            list(TABLES),
        ):
            self._do(f"DROP INDEX {name}")
        for table, name, identity in self._all(
            "SELECT attrelid::regclass::text, attname, attidentity <> '' FROM pg_attribute"
            " WHERE attrelid = ANY(%s::regclass[]) AND attnum > 0 AND attnotnull",
            list(TABLES),
        ):
            if identity:
                self._do(f'ALTER TABLE {table} ALTER "{name}" DROP IDENTITY')
            self._do(f'ALTER TABLE {table} ALTER "{name}" DROP NOT NULL')

    def strike(self) -> str:
        """One change, told in words; blank if everything is as it was."""
        table, kind = self.dice.choice(self.filled), self.dice.choice(KINDS)
        before = self._state(table)
        struck = self._strike(table, kind, self._row(table))
        return struck if self._state(table) != before else ""

    def _state(self, table: str) -> Any:
        columns = ", ".join(f'"{column.name}"' for column in self.columns[table])
        return self._one(
            f"SELECT md5(string_agg(row::text, ' ' ORDER BY row)) FROM (SELECT {columns} FROM {table}) row"
        )

    def _strike(self, table: str, kind: str, row: str) -> str:
        if kind == "delete":
            self._do(f"DELETE FROM {table} WHERE ctid = %s", row)
            return f"{table}: a row was deleted"
        if kind == "insert":
            return self._insert(table, row)
        columns = [each for each in self.columns[table] if each.key == (kind == "swap keys")]
        column = self.dice.choice(columns or self.columns[table])
        return self._swap(table, row, column) if kind.startswith("swap") else self._cell(table, row)

    def _cell(self, table: str, row: str) -> str:
        column = self.dice.choice(self.columns[table])
        old = self._one(f'SELECT "{column.name}" FROM {table} WHERE ctid = %s', row)
        new = self._other(table, column, old)
        value = json.dumps(new) if column.kind == "jsonb" and new is not None else new
        self._do(f'UPDATE {table} SET "{column.name}" = %s::{column.kind} WHERE ctid = %s', value, row)
        return f"{table}.{column.name}: {str(old)[:70]!r} became {str(new)[:70]!r}"

    def _other(self, table: str, column: Column, old: Any) -> Any:
        """Nothing, what another row has there, or the same a little changed."""
        dice = self.dice.random()
        if dice < 0.15 and old is not None:
            return None
        if dice < 0.35 or old is None:
            found = self._all(
                f'SELECT "{column.name}" FROM {table} WHERE "{column.name}" IS DISTINCT FROM'
                f' (SELECT "{column.name}" FROM {table} WHERE ctid = %s) ORDER BY ctid LIMIT 20',
                self._row(table),
            )
            found = [each for (each,) in found if each is not None]
            if found:
                return _parsed(column, self.dice.choice(found))
        if old is None:
            return {"boolean": True, "jsonb": {}, "bytea": b"\0"}.get(column.kind)
        return self._bent(_parsed(column, old))

    def _bent(self, value: Any) -> Any:
        """A value of the same kind that is not the same."""
        match value:
            case bool():
                return not value
            case int():
                return value + self.dice.choice((-1, 1))
            case UUID():
                return UUID(int=value.int ^ 1 << self.dice.randrange(128))
            case str():
                if not value:
                    return "x"
                place = self.dice.randrange(len(value))
                letter = "b" if value[place] == "a" else "a"
                return self.dice.choice((value[:place] + letter + value[place + 1 :], value + " ", value[:-1]))
            case bytes() | memoryview():
                place, raw = self.dice.randrange(max(len(value), 1)), bytearray(value or b"\0")
                raw[place] ^= 1 << self.dice.randrange(8)
                return bytes(raw)
            case list():
                if not value:
                    return [7]
                place = self.dice.randrange(len(value))
                return self.dice.choice(
                    (value[:place] + value[place + 1 :], [*value, value[-1]], self._bent_at(value, place))
                )
            case dict():
                if not value or self.dice.random() < 0.2:
                    return {**value, "x": 1}
                return self._bent_at(value, self.dice.choice(sorted(value)))
        return value + timedelta(days=1) if value else value

    def _bent_at(self, value: Any, place: Any) -> Any:
        copy = value.copy()
        copy[place] = "x" if value[place] is None else self._bent(value[place])
        return copy

    def _insert(self, table: str, row: str) -> str:
        """A copy, as it is or under another key."""
        kept = self.dice.random() < 0.3
        new: dict[str, Any] = {}
        for column in self.columns[table]:
            if column.key and not kept:
                top = f'SELECT max("{column.name}") FROM {table}'
                new[column.name] = (
                    str(UUID(int=self.dice.getrandbits(128)))
                    if column.kind == "uuid"
                    else (self._one(top) or 0) + 1
                    if column.kind in ("bigint", "integer")
                    else f"{self._one(top)}x"
                )
        self._do(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(held) || %s::jsonb)).*"
            f" FROM {table} held WHERE ctid = %s",
            json.dumps(new),
            row,
        )
        return f"{table}: a row was inserted{' twice' if kept else ''}"

    def _swap(self, table: str, row: str, column: Column) -> str:
        other, name = self._row(table), f'"{column.name}"'
        self._do(
            f"UPDATE {table} held SET {name} = other.{name} FROM {table} other"
            " WHERE held.ctid IN (%s, %s) AND other.ctid IN (%s, %s) AND held.ctid <> other.ctid",
            row,
            other,
            row,
            other,
        )
        return f"{table}.{column.name}: two rows were swapped"

    def _row(self, table: str) -> str:
        count = self._one(f"SELECT count(*) FROM {table}")
        return str(self._one(f"SELECT ctid::text FROM {table} OFFSET %s LIMIT 1", self.dice.randrange(count)))

    def _columns(self, table: str) -> list[Column]:
        found = self._all(
            """SELECT attname, format_type(atttypid, NULL), EXISTS (SELECT FROM pg_index
                      WHERE indrelid = attrelid AND indisprimary AND attnum = ANY(indkey))
               FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""",
            table,
        )
        free = NOT_WITNESSED.get(table, {})
        return [Column(*each) for each in found if each[0] not in free]

    def _do(self, sql: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def _one(self, sql: str, *values: Any) -> Any:
        return self._all(sql, *values)[0][0]


def _parsed(column: Column, value: Any) -> Any:
    return json.loads(value) if column.kind == "jsonb" and isinstance(value, str) else value
