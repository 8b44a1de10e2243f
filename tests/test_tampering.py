"""An enemy who owns the database but no key: of single random changes after sealing, verify-chain finds every one.

The suite strikes a sample; `make tamper` strikes a thousand times and keeps what came of it in docs/tampering.md.
"""

import os
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from hoso.approvals import actions as approvals
from hoso.approvals import queries as month
from hoso.approvals.proving import why_not_as_signed
from hoso.changes.rules import Answer
from hoso.ops import sealing
from hoso.orgs import actions as orgs
from tests.authority import PASSPHRASE, office
from tests.conftest import point_django_to
from tests.enemy import Enemy
from tests.world import CONFIRM_DAY, NOON, SIGN_DAY, World, date

REPORT = Path(os.environ["REPORT"]) if "REPORT" in os.environ else None
STRIKES = int(os.environ.get("STRIKES", "40"))
HOUR = timedelta(hours=1)
SEED = int(os.environ.get("SEED", "20261125"))


@pytest.fixture
def sealed_month(settings, tmp_path, transactional_db, server):
    """A month with everything in it, sealed; from here on the connection is the enemy's."""
    signer = office(settings, tmp_path, NOON)
    world = World()
    certificate = signer.register(world.dung, by=world.system)
    world.accepted()
    round_ = world.round()
    (waiting,) = month.waiting_for(world.nnmt, world.fresh(world.chi), round_, on=CONFIRM_DAY.date())
    approvals.send_back(
        round_.pk,
        agency=world.nnmt,
        version_id=waiting.version.pk,
        reason="Thiếu quyết định",
        by=world.fresh(world.chi),
        at=CONFIRM_DAY,
    )
    returned = world.submitted({"identity.contact_phone": "0912000111", "identity.other_names": "Lan"}, at=NOON + HOUR)
    world.decide(
        returned,
        {"*": Answer(accepted=True), "identity.other_names": Answer(False, "other", "Không có")},
        at=NOON + HOUR,
    )
    world.confirmed()
    sealing.seal_now(at=CONFIRM_DAY)
    dung = world.fresh(world.dung)
    built = approvals.build(round_.pk, by=dung, at=SIGN_DAY)
    manifest = approvals.sign_with_pkcs12(built.pk, p12=certificate.p12, passphrase=PASSPHRASE, by=dung, at=SIGN_DAY)
    orgs.rename(world.thuyloi, name="Chi cục Thủy lợi và Phòng chống thiên tai", since=date(2026, 12, 1),
                by=world.system, at=SIGN_DAY)  # fmt: skip
    sealing.seal_now(at=SIGN_DAY + HOUR)
    sealing.anchor_now(at=SIGN_DAY + HOUR)
    world.manifest = manifest
    name = connection.settings_dict["NAME"]
    point_django_to(server.url(name, "superuser"))
    yield world
    point_django_to(server.url(name, "app"))


def test_every_single_change_is_found(sealed_month):
    assert sealing.verify().broken == ""
    found, missed = Counter(), []
    with transaction.atomic():
        enemy = Enemy(SEED)
        assert sealing.verify().broken == ""  # without triggers and constraints all is as it was
        while found.total() + len(missed) < STRIKES:
            point = transaction.savepoint()
            if struck := enemy.strike():
                broken = sealing.verify().broken
                found[struck.split(":")[0].split(".")[0]] += bool(broken)
                missed += [] if broken else [struck]
            transaction.savepoint_rollback(point)
        transaction.set_rollback(True)
    differs_from_what_was_signed(month.manifest(sealed_month.manifest.pk))
    if REPORT:
        REPORT.write_text(report(enemy, found, missed), encoding="utf-8")
    assert missed == []
    assert sealing.verify().broken == ""


def differs_from_what_was_signed(manifest):
    """Even if the log said nothing, the signed file would: of the lines, of the versions and of the seal it carries."""
    assert sealing.verify_all(at=SIGN_DAY).manifests == 1
    for change, said in (
        ("DELETE FROM approvals_manifestline", "dòng trong cơ sở dữ liệu khác với tệp đã ký"),
        ("UPDATE records_version SET digest = md5(digest)", "phiên bản trong cơ sở dữ liệu khác với tệp đã ký"),
        ("UPDATE approvals_manifest SET count = 7", "dòng đầu bảng kê khác với tệp đã ký"),
        ("DELETE FROM audit_seal", "không còn trong nhật ký"),
        ("UPDATE approvals_manifest SET signed_key_token = key_token", "không mở được tệp đã ký"),
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(change)
            assert said in why_not_as_signed(month.manifest(manifest.pk), at=SIGN_DAY)
            transaction.set_rollback(True)


def report(enemy, found, missed):
    """docs/tampering.md."""
    tables = "".join(f"| `{table}` | {count} |\n" for table, count in sorted(found.items()))
    columns = sum(len(enemy.columns[table]) for table in enemy.filled)
    return (
        f"# Tampering\n\nWritten by `make tamper` on {datetime.now():%Y-%m-%d}, dice {SEED}.\n\n"
        "An enemy who owns the database and no key takes every trigger and constraint away and makes one change at a"
        " time, after\nsealing: a cell, a deletion, an insertion or a copy, two rows or their keys swapped."
        f" The dice fall on {columns} columns of {len(enemy.filled)} tables.\n\n"
        f"- changes: {found.total() + len(missed)}\n- found by `verify-chain`: {found.total()}\n"
        f"- not found: {len(missed) or 'none'}\n\n| table | changes found |\n| --- | --- |\n{tables}"
    )
