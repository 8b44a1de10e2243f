"""Proving that the log is whole, and that the rows it witnesses still look as the acts left them.

Nothing in the database is believed: digests are recomputed with PostgreSQL's own functions, whatever search path, time
zone or function of the same name somebody put there. Memory stays flat. The sealer and the acts may go on meanwhile:
every comparison of two tables is one statement, which sees whole acts only.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import DataError, ProgrammingError, connection, transaction

from hoso.audit import queries, rules, witnesses
from hoso.audit.models import Seal
from hoso.base.canonical import spelled

Verify = Callable[[bytes, str], bool]
PORTION = 20_000  # events looked at together
# What values raise that no act can have written.
UNREADABLE = (AttributeError, DataError, KeyError, OverflowError, ProgrammingError, TypeError, ValueError)


class Chain(NamedTuple):
    """What a walk along the log found: `broken` says what is wrong at the first place that does not hold.

    `unsealed` counts events that no seal holds yet; the oldest of them is `first_unsealed`. They are not proved. `rows`
    counts rows that were held against their newest witness; `manifests` those held against their files.
    """

    events: int
    seals: int
    unsealed: int
    broken: str
    first_unsealed: int | None = None
    rows: int = 0
    manifests: int = 0


def verify_chain(verify: Verify) -> Chain:
    """Walk along everything: seals, events, what is not sealed, witnesses, rows; stop at the first break."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('search_path')")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('search_path', 'pg_catalog, public, pg_temp', true)")
            chain = _verify(verify)
            cursor.execute("SELECT set_config('search_path', %s, true)", [before])
            return chain
    except UNREADABLE as error:
        return Chain(0, 0, 0, f"nhật ký có giá trị không đọc được ({type(error).__name__})")


def _verify(verify: Verify) -> Chain:
    number, previous, events = 0, rules.GENESIS, 0
    for seals in portions():
        known = {row["id"]: row for row in queries.said([each for seal in seals for each in seal.events])}
        for seal in seals:
            if reason := _why_not_whole(seal, number + 1, previous, known, verify):
                return Chain(events, number, 0, reason)
            number, previous, events = seal.number, seal.digest, events + seal.count
    broken = _why_not_listed(number) or _why_not_once()
    loose, first, forged = _loose()
    broken = broken or forged or _why_not_witnessed()
    rows = 0
    for table in () if broken else witnesses.SCHEMES:
        count, broken = held_against_witnesses(table)
        rows += count
        if broken:
            break
    return Chain(events, number, loose, broken, first, rows)


def portions() -> Iterator[list[Seal]]:
    """The seals in their order, as many at a time as together hold about as many events as are read at once."""
    reached = -(2**62)
    while True:
        ahead = Seal.objects.filter(number__gt=reached).order_by("number").values_list("number", "count")[:2000]
        size, last = 0, None
        for number, count in ahead:
            size, last = size + count, number
            if size >= PORTION:
                break
        if last is None:
            return
        yield list(Seal.objects.filter(number__gt=reached, number__lte=last).order_by("number"))
        reached = last


def _why_not_whole(seal: Seal, number: int, previous: str, known: dict[int, dict[str, Any]], verify: Verify) -> str:
    if seal.number != number:
        return f"thiếu niêm phong số {number}"
    if seal.count != len(seal.events):
        return f"niêm phong số {number} nói {seal.count} sự kiện nhưng giữ {len(seal.events)}"
    if seal.previous != previous:
        return f"niêm phong số {number} không nối với niêm phong trước"
    if missing := [event for event in seal.events if event not in known]:
        return f"niêm phong số {number}: mất sự kiện {missing[0]}"
    whole = hashlib.sha256()
    for event in seal.events:
        whole.update(hashlib.sha256(spelled(rules.said(known[event]))).digest())
    if whole.hexdigest() != seal.root:
        return f"niêm phong số {number}: có sự kiện bị sửa (từ {seal.events[0]} đến {seal.events[-1]})"
    digest = rules.seal_digest(seal.number, seal.count, seal.at, seal.root, seal.previous)
    if digest != seal.digest or not verify(bytes.fromhex(digest), seal.signature):
        return f"niêm phong số {number}: chữ ký không đúng"
    return ""


def _first(sql: str, *values: int | str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def _why_not_listed(last: int) -> str:
    """Whether the table of sealed events says the same as the seals, up to the last one that was walked."""
    found = _first(
        """SELECT coalesce(held.event, listed.event), held.event IS NULL
           FROM (SELECT number, unnest(events) AS event FROM audit_seal WHERE number <= %s) held
           FULL JOIN (SELECT event, seal FROM audit_sealedevent listed
                      WHERE seal <= %s OR NOT EXISTS (SELECT FROM audit_seal WHERE number = listed.seal)) listed
           ON listed.event = held.event AND listed.seal = held.number
           WHERE held.event IS NULL OR listed.event IS NULL LIMIT 1""",
        last,
        last,
    )
    if found is None:
        return ""
    return f"bảng sự kiện đã niêm phong không khớp với niêm phong ở sự kiện {found[0]}"


def _why_not_once() -> str:
    """Whether every row of the log is there once: of a copy with the same number the walk would see only one."""
    twice = _first(
        """SELECT (SELECT count(*) FROM audit_event) - (SELECT count(*) FROM audit_sealedevent)
                  - (SELECT count(*) FROM audit_event event
                     WHERE NOT EXISTS (SELECT FROM audit_sealedevent sealed WHERE sealed.event = event.id))"""
    )
    if twice and twice[0]:
        return "nhật ký có sự kiện bị chép thêm hoặc thiếu"
    copied = _first("SELECT mark FROM audit_event WHERE mark <> '' GROUP BY mark HAVING count(*) > 1 LIMIT 1")
    if copied is None:
        return ""
    both = _first("SELECT min(id), max(id) FROM audit_event WHERE mark = %s", copied[0])
    return f"sự kiện {both[1] if both else ''} chép lại sự kiện {both[0] if both else ''}"


def _loose() -> tuple[int, int | None, str]:
    """How many events no seal holds, the first of them, and whether one of them was not written by the application."""
    count, first, reached, broken = 0, None, -(2**63), ""
    while found := loose_after(reached):
        reached = found[-1]
        count, first = count + len(found), first if first is not None else found[0]
        for event in queries.said(found):
            if not rules.is_marked(queries.mark_key(), event):
                broken = broken or f"sự kiện {event['id']} không do phần mềm ghi"
    return count, first, broken


def loose_after(reached: int) -> list[int]:
    """Numbers of events beyond one that no seal holds, some thousands of them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM audit_event event WHERE id > %s
               AND NOT EXISTS (SELECT FROM audit_sealedevent sealed WHERE sealed.event = event.id)
               ORDER BY id LIMIT %s""",
            [reached, PORTION],
        )
        return [row[0] for row in cursor.fetchall()]


def _why_not_witnessed() -> str:
    """Whether every event has the witnesses that it counts and covers by its root, and no witness is without."""
    found = _first(
        """WITH lines AS (
               SELECT event, concat_ws(':', table_name, row_id, scheme, encode(digest, 'hex')) || E'\\n' AS line
               FROM audit_witness),
           held AS (
               SELECT event, count(*)::text AS rows, string_agg(line, '' ORDER BY line COLLATE "C") AS lines
               FROM lines GROUP BY event),
           said AS (
               SELECT id, data #>> '{witness,rows}' AS rows, data #>> '{witness,root}' AS root
               FROM audit_event WHERE data ? 'witness')
           SELECT coalesce(said.id, held.event) FROM said FULL JOIN held ON held.event = said.id
           WHERE said.rows IS DISTINCT FROM held.rows
           OR said.root IS DISTINCT FROM encode(sha256(convert_to(held.lines, 'UTF8')), 'hex') LIMIT 1"""
    )
    return f"dấu của các dòng do sự kiện {found[0]} ghi đã bị sửa" if found else ""


def _why_not_kept(table: str) -> str:
    """Whether the keeper that the database copies from the person, for the wall, is still the person's: no act writes
    it, so no witness has it."""
    if table not in witnesses.KEEPER_COPIED:
        return ""
    found = _first(
        f"""SELECT held.{witnesses.key(table)} FROM {table} held JOIN people_person p ON p.id = held.person_id
            WHERE held.keeper_id IS DISTINCT FROM p.keeper_id LIMIT 1"""
    )
    return f"{table}: dòng {found[0]} có cơ quan quản lý khác với của người đó" if found else ""


def held_against_witnesses(table: str) -> tuple[int, str]:
    """How many rows of a table were held against the newest witness of each, and the first that does not fit."""
    digests = " ".join(
        f"WHEN {number} THEN {witnesses.expression(table, number, 'held')}"
        for number in range(1, len(witnesses.SCHEMES[table]) + 1)
    )
    key = witnesses.key(table)
    found = _first(
        f"""WITH newest AS MATERIALIZED (
                SELECT DISTINCT ON (row_id) row_id, scheme, digest, event FROM audit_witness
                WHERE table_name = %s ORDER BY row_id, event DESC),
            wrong AS (
                SELECT coalesce(newest.row_id, held.{key}::text, '?') AS row, held.{key} IS NULL AS gone,
                       newest.row_id IS NULL AS unknown, newest.event AS event
                FROM newest FULL JOIN {table} held ON held.{key}::text = newest.row_id
                WHERE newest.row_id IS NULL OR held.{key} IS NULL
                OR CASE newest.scheme {digests} END IS DISTINCT FROM newest.digest LIMIT 1)
            SELECT (SELECT count(*) FROM newest), (SELECT count(*) FROM {table}), wrong.*
            FROM (SELECT) one LEFT JOIN wrong ON true""",
        table,
    )
    assert found is not None
    known, there, row, gone, unknown, event = found
    if row is None:
        return known, _why_not_kept(table) if known == there else f"{table}: có dòng bị chép thêm"
    if gone:
        return known, f"{table}: mất dòng {row} (sự kiện {event})"
    if unknown:
        return known, f"{table}: dòng {row} không do việc nào trong nhật ký ghi"
    return known, f"{table}: dòng {row} khác với khi sự kiện {event} ghi"
