"""The whole demo, from an empty database to an open month."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic

import psycopg
from django.conf import settings
from django.db import transaction

from hoso.approvals import actions as approvals
from hoso.audit.models import Event
from hoso.base import cluster, keys
from hoso.ops import node, sealing
from hoso.ops.demo import months, portraits, rights, seed

Say = Callable[[str], None]


def is_made() -> bool:
    """Whether this database holds a demo that was finished."""
    return node.exists() and Event.objects.filter(action="demo.seeded").exists()


def is_half_made() -> bool:
    """Whether a seeding was interrupted, or the node is somebody's real one."""
    return node.exists() and not is_made()


def _count_rows() -> None:
    """Let PostgreSQL count what was loaded: until it does, a minute later, it plans as for empty tables."""
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    with psycopg.connect(owner or cluster.url(Path(settings.HOSO_HOME), "owner"), autocommit=True) as connection:
        connection.execute("ANALYZE")


def make(size: int, *, now: datetime, say: Say) -> Path:
    """Seed the demo; returns where the accounts are written. About 15 ms a person."""
    began = monotonic()
    keys.write_once(Path(settings.HOSO_KEYS) / keys.DEMO_MARK, b"keys of a demo: never for real people\n")

    def step(what: str) -> None:
        say(f"{monotonic() - began:5.1f} s  {what}")

    with transaction.atomic():
        demo = seed.begin(size, now)
        step(f"{len(demo.people)} people in {len(demo.organizations)} organisations")
        seed.appoint(demo)
        seed.certify(demo)
    cast = {each["username"] for each in demo.cast if each["role"] == "newcomer"}
    newcomers = [each for number, each in enumerate(demo.people) if number % 29 == 7 or each.who.pin in cast]
    chosen = [each for each in demo.people if each not in newcomers]
    seed.documents(demo, chosen)
    portraits.take(demo, [each for each in chosen if each.place.startswith("NNMT")][:60])
    step("careers written")
    with transaction.atomic():
        months.first_versions(demo, chosen)
    _count_rows()
    step("first versions kept")
    sealing.seal_now(at=demo.past)  # the manifest carries the newest seal
    with transaction.atomic():
        manifest = months.past(demo)
    step(f"{manifest.count} records confirmed and signed: {manifest.number}")
    _manifest, pdf = approvals.export(manifest.pk, by=demo.system, at=now)
    (Path(settings.HOSO_HOME) / f"manifest-{manifest.round.month}.pdf").write_bytes(pdf)
    with transaction.atomic():
        months.present(demo, chosen, newcomers)
        rights.make(demo)
    step("this month under way")
    accounts = seed.write_accounts(demo)
    seed.finish(demo, seconds=monotonic() - began)
    sealing.seal_now(at=now)
    step("sealed")
    return accounts
