"""What row-level security costs on 500,000 people: the same statements with the wall and without it, by turns.

`python -m benchmarks.wall` makes a database of its own in the cluster of HOSO_HOME, once (`--anew` again). Without the
wall means the same statement, on the same rows, asked by the superuser, whom no policy binds; a search by a part of a
name is asked through the function with the wall and as a plain condition on the column without it.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

PEOPLE = int(os.environ.get("WALL_PEOPLE", "500000"))
NAME = "wall_bench"
ROUNDS = 25
TODAY = date(2026, 11, 10)
PROMISED = {"page": 1.3, "record": 1.3, "search": 3.0}
ROOT = Path(__file__).resolve().parent.parent

# One province, 200 agencies of ten units; names as common as in life: every third a Nguyễn.
FILL = """
CREATE TEMP TABLE word (kind text, number int, word text);
INSERT INTO word SELECT kind, row_number() OVER (PARTITION BY kind), word FROM (
    SELECT 'family' AS kind, unnest(string_to_array('nguyen nguyen nguyen nguyen nguyen nguyen tran tran le le pham'
        ' pham hoang huynh phan vu vo dang bui do ho ngo duong ly sam', ' ')) AS word
    UNION ALL SELECT 'middle', unnest(string_to_array('van thi thi van huu duc quoc minh ngoc thanh hong xuan kim anh'
        ' gia bao', ' '))
    UNION ALL SELECT 'given', unnest(string_to_array('an anh bao binh chi cuong dung dat duc em giang ha hai hanh hoa'
        ' hoang hung huong khanh lan linh long mai minh nam nga ngoc nhung phong phuc phuong quan quang son tam thao'
        ' thu tien trang tuan tung uyen van vinh yen', ' '))
) words;
INSERT INTO orgs_organization (id, code, name, kind, parent_id, path, is_agency, profile, since)
SELECT gen_random_uuid(), 'P', 'Tỉnh', 'province', NULL, '001', false, 'vn', '2023-12-05';
INSERT INTO orgs_organization (id, code, name, kind, parent_id, path, is_agency, profile, since)
SELECT gen_random_uuid(), 'A' || n, 'Sở ' || n, 'department', (SELECT id FROM orgs_organization WHERE path = '001'),
    '001.' || to_char(n, 'FM000'), true, 'vn', '2023-12-05' FROM generate_series(1, 200) n;
INSERT INTO orgs_organization (id, code, name, kind, parent_id, path, is_agency, profile, since)
SELECT gen_random_uuid(), a.code || '.' || u, 'Phòng ' || u, 'division', a.id, a.path || '.' || to_char(u, 'FM000'),
    false, 'vn', '2023-12-05' FROM orgs_organization a, generate_series(1, 10) u WHERE a.kind = 'department';

CREATE TEMP TABLE unit AS SELECT row_number() OVER (ORDER BY path) - 1 AS number, id FROM orgs_organization
    WHERE kind = 'division';
CREATE TEMP TABLE someone AS
SELECT gen_random_uuid() AS id, n, lower(f.word || ' ' || m.word || ' ' || g.word) AS plain,
    g.word || ' ' || f.word || ' ' || m.word AS sort, unit.id AS unit
FROM generate_series(1, %(people)s) n
JOIN word f ON f.kind = 'family' AND f.number = 1 + (hashint4(n) & 65535) %% 25
JOIN word m ON m.kind = 'middle' AND m.number = 1 + (hashint4(n + 7) & 65535) %% 16
JOIN word g ON g.kind = 'given' AND g.number = 1 + (hashint4(n + 13) & 65535) %% 45
JOIN unit ON unit.number = (hashint4(n + 29) & 1048575) %% 2000;
INSERT INTO people_person (id, pin_index, pin_sealed, full_name, name_plain, name_sort, birth, sex, keeper_id)
SELECT id, decode(md5(n::text), 'hex'), '\\x00', plain, plain, sort, '1980', 'M', unit FROM someone;
INSERT INTO people_employment (id, person_id, organization_id, category, title, staff_number, since, began, ended,
    keeper_id)
SELECT gen_random_uuid(), id, unit, 'civil_servant', 'Chuyên viên', 'QN-' || n, '2015-01-01', 'QĐ', '', unit
FROM someone;
INSERT INTO records_personkey (person_id, "by", token) SELECT id, 'k', '\\x00' FROM someone;
INSERT INTO records_record (id, person_id, family, opened_at, head_seq, head_digest, keeper_id)
SELECT gen_random_uuid(), id, 'syll', now(), 1, md5(n::text), unit FROM someone;
INSERT INTO records_version (id, record_id, form, seq, prev, digest, envelope, parts, summary, organization, change,
    accepted_seq)
SELECT gen_random_uuid(), r.id, 'syll/tt06-2023', 1, '', r.head_digest, jsonb_build_object('a', repeat('x', 600)), '{}',
    '{}', s.unit, gen_random_uuid(), s.n FROM records_record r JOIN someone s ON s.id = r.person_id;
INSERT INTO changes_change (id, record_id, form, agency, on_behalf, first_entry, base_seq, status, number, submissions,
    draft_sealed, revision, writers, signature, needs_deputy, article)
SELECT gen_random_uuid(), r.id, 'syll/tt06-2023', false, false, true, 0, 'accepted', '', 1, '\\x00', 1, '{}', '', false,
    '' FROM records_record r;
"""


def measure() -> dict[str, tuple[str, float, float]]:
    """Name → kind of promise, milliseconds without the wall, milliseconds with it; lower quartiles of runs by turns."""
    from hoso.base import cluster

    home = Path(os.environ["HOSO_HOME"])
    cluster.ensure(home)
    bound, free = _at(cluster.url(home, "app")), _at(cluster.url(home, "superuser"))
    _make(_at(cluster.url(home, "superuser"), "postgres"), _at(cluster.url(home, "owner")))
    return _by_turns(_cases(bound, free), bound, free)


def lines(found: dict[str, tuple[str, float, float]]) -> list[str]:
    """The report: a table, and whether each promise is kept."""
    rows = [
        f"| {name} | {bare:.2f} | {walled:.2f} | {walled / bare:.2f} | {PROMISED.get(kind, '')} |"
        for name, (kind, bare, walled) in found.items()
    ]
    head = ["| what | ms without | ms with | ratio | promised |", "| --- | --- | --- | --- | --- |"]
    return [*head, *rows, "", "Kept." if kept(found) else "NOT kept."]


def kept(found: dict[str, tuple[str, float, float]]) -> bool:
    """Whether no ratio is above what is promised."""
    return all(walled / bare <= PROMISED[kind] for kind, bare, walled in found.values() if kind in PROMISED)


def _at(url: str, database: str = NAME) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _make(superuser: str, owner: str) -> None:
    from hoso.base import cluster

    with psycopg.connect(superuser, autocommit=True) as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if there and "--anew" not in sys.argv:
            return
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME} OWNER hoso_owner")
    with psycopg.connect(owner, autocommit=True) as connection:
        for grant in cluster.GRANTS:
            connection.execute(grant)
    env = os.environ | {"DATABASE_URL": owner, "DATABASE_OWNER_URL": owner}
    migrate = [sys.executable, "-W", "ignore", "-m", "hoso.cli.main", "migrate", "--verbosity=0"]
    subprocess.run(migrate, check=True, env=env, cwd=ROOT)
    with psycopg.connect(_at(superuser)) as connection:
        connection.execute("SET session_replication_role = replica")  # nothing to check: the rows are ours
        connection.execute("SET work_mem = '256MB'")
        connection.execute((FILL % {"people": PEOPLE}).encode())
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


Statement = tuple[str, Any]
Case = tuple[str, Any, list[Statement], list[Statement]]


def _cases(bound: str, free: str) -> dict[str, Case]:
    """Name → kind, the identity that asks, the statements without the wall and with it: the product's own, as Django
    writes them for an administrator of one agency (2,500 people) and for the whole node."""
    os.environ.update(DATABASE_URL=bound, DJANGO_SETTINGS_MODULE="hoso.settings")
    import django

    django.setup()
    from hoso.approvals.queries import people as listed
    from hoso.base.identity import Identity
    from hoso.people import queries as people

    agency = Identity(account="", paths=("001.007",), on=TODAY)
    whole = Identity(account="", whole=True, on=TODAY)
    units = Identity(account="", paths=("001.007.003",), on=TODAY)
    plainly = _plainly()
    record = _one(bound, agency)
    cases: dict[str, Case] = {}
    pages = {"an agency of 2,500": agency, "a unit of 250": units, "the whole node": whole}
    for name, who in pages.items():
        page = _written(who, lambda who=who: _page(who, listed.Asked()))
        cases[f"page of 50, {name}"] = ("page" if who is not whole else "", who, page, page)
    same = _written(agency, lambda: _record(record))
    cases["the queries of a record's page"] = ("record", agency, same, same)
    for text in ("sam quoc em", "tran thi an", "nguyen"):
        for name, who in (("an agency", agency), ("the whole node", whole)):
            asked = listed.Asked(text=text)
            through = _written(who, lambda who=who, asked=asked: _page(who, asked))
            listed.named = plainly
            bare = _written(who, lambda who=who, asked=asked: _page(who, asked))
            listed.named = people.named
            cases[f"search for “{text}”, {name}"] = ("search", who, bare, through)
    return cases


def _plainly() -> Callable[..., Any]:
    from django.db.models import Q

    def named(text: str, person: str = "person") -> Any:
        words = Q()
        for word in text.split():
            words &= Q(**{f"{person}__name_plain__contains": word})
        return words

    return named


def _page(who: Any, asked: Any) -> None:
    """The first page of the list of people, and how many there are, as `approvals.queries.people` asks for them."""
    from hoso.approvals.queries import people as listed

    paths = ["001"] if who.whole else list(who.paths)
    account = _officer(paths)
    listed.people(account, asked, on=TODAY)


def _officer(paths: list[str]) -> Any:
    """An account with a role under some paths, without a row of its own."""
    from hoso.access.models import Account
    from hoso.access.policy import Held

    account = Account(name="Bench", kind="agency")
    each = {"organization_id": None, "name": "", "deputy": False, "basis": "", "away": False, "grant_id": None}
    account.__dict__["_held"] = {TODAY: [Held(role="dept_admin", path=path, **each) for path in paths]}
    return account


def _record(record: Any) -> None:
    """What the page of a record asks of the tables behind the wall."""
    from hoso.changes.queries import lists, proofs
    from hoso.records import queries as records
    from hoso.records.models import PersonKey

    held = records.held_of(records.locate(record))
    PersonKey.objects.get(pk=held.person.pk)
    records.version(held.record)
    list(records.all_versions(held.record))
    list(lists.with_proofs(held.record))
    list(lists.of_record(held.record))
    list(proofs.of_record(held.record))
    lists.reports_of(held.record)


def _one(url: str, who: Any) -> Any:
    from hoso.base import identity

    with identity.acting_as(who):
        from django.db import transaction

        from hoso.records.models import Record

        with transaction.atomic():
            return Record.objects.order_by("pk").values_list("pk", flat=True)[0]


def _written(who: Any, work: Callable[[], object]) -> list[Statement]:
    """The statements that some work sends, values included."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from hoso.base.identity import acting_as

    with acting_as(who), transaction.atomic(), CaptureQueriesContext(connection) as captured:
        work()
    return [(query["sql"], None) for query in captured.captured_queries if query["sql"].startswith("SELECT")]


def _by_turns(cases: dict[str, Case], bound: str, free: str) -> dict[str, tuple[str, float, float]]:
    from hoso.base import identity

    found: dict[str, tuple[str, float, float]] = {}
    with psycopg.connect(bound) as walled, psycopg.connect(free) as open_:
        for connection in (walled, open_):
            connection.prepare_threshold = None  # as Django asks
        for name, (kind, who, bare, through) in cases.items():
            times: dict[bool, list[float]] = {False: [], True: []}
            for turn in range(2 * ROUNDS + 4):
                behind = bool(turn % 2)
                connection, statements = (walled, through) if behind else (open_, bare)
                if behind:
                    identity.tell(connection, who)
                began = time.perf_counter()
                for sql, _params in statements:
                    connection.execute(sql.encode()).fetchall()
                took = 1000 * (time.perf_counter() - began)
                connection.rollback()
                if turn >= 4:
                    times[behind].append(took)
            found[name] = (kind, _quick(times[False]), _quick(times[True]))
        told = []
        for _ in range(ROUNDS):
            walled.execute("SELECT 1")
            began = time.perf_counter()
            identity.tell(walled, next(iter(cases.values()))[1])
            told.append(1000 * (time.perf_counter() - began))
            walled.rollback()
    found["telling the identity, once a transaction, beside nothing"] = ("", 1e-9, _quick(told))
    return found


def _quick(times: list[float]) -> float:
    """The lower quartile: what else runs on the machine only adds."""
    return statistics.quantiles(times, n=4)[0]


if __name__ == "__main__":
    os.environ.setdefault("HOSO_HOME", str(ROOT / "build" / "bench"))
    result = measure()
    sys.stdout.write("\n".join(lines(result)) + "\n")
    sys.exit(0 if kept(result) else 1)
