"""The log under attack: an enemy who owns the database but no key is found out, at the first link that broke."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from hoso.access.models import Account
from hoso.audit import actions, queries
from hoso.audit.models import Event, Seal, SealedEvent, Witness
from hoso.audit.rules import ACTIONS
from hoso.ops import log_export, sealing

AT = datetime(2026, 11, 10, 5, tzinfo=UTC)
TABLES = ("audit_event", "audit_seal", "audit_sealedevent", "audit_witness")
REST = "action, account, behind, person, role, basis, organization, object, purpose, data, mark"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    """Keys and anchors of this test alone."""
    monkeypatch.setattr(settings, "HOSO_HOME", tmp_path)
    monkeypatch.setattr(settings, "HOSO_KEYS", tmp_path / "keys")


@pytest.fixture
def enemy(owner_connection):
    """Somebody with the owner's rights who took the triggers off."""
    for table in TABLES:
        owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    yield owner_connection
    for table in TABLES:
        owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def write(count, since=0):
    for number in range(since, since + count):
        actions.record(
            "record.read", by="somebody", object=f"records.Record:{number}", at=AT + timedelta(minutes=number)
        )


@pytest.fixture
def sealed(transactional_db):
    """Three seals over three events each."""
    for batch in range(3):
        write(3, 3 * batch)
        sealing.seal_now(at=AT + timedelta(hours=batch + 1))
    return list(Event.objects.order_by("pk"))


def test_a_log_that_nobody_touched_is_whole(sealed):
    chain = sealing.verify()
    assert (chain.events, chain.seals, chain.unsealed, chain.broken) == (9, 3, 0, "")


def test_what_is_not_sealed_yet_is_named(sealed):
    write(2, 20)
    chain = sealing.verify()
    first = Event.objects.order_by("-pk")[1].pk
    assert (chain.unsealed, chain.first_unsealed, chain.broken) == (2, first, "")


def test_a_changed_event_is_found(sealed, enemy):
    enemy.execute("UPDATE audit_event SET purpose = 'khác' WHERE id = %s", [sealed[4].pk])
    assert sealing.verify().broken.startswith("niêm phong số 2: có sự kiện bị sửa")


def test_a_changed_payload_is_found(sealed, enemy):
    enemy.execute("""UPDATE audit_event SET data = '{"seq": 7}' WHERE id = %s""", [sealed[0].pk])
    chain = sealing.verify()
    assert chain.broken.startswith("niêm phong số 1: có sự kiện bị sửa")
    assert chain.seals == 0


def test_a_deleted_event_is_named(sealed, enemy):
    enemy.execute("DELETE FROM audit_event WHERE id = %s", [sealed[7].pk])
    assert sealing.verify().broken == f"niêm phong số 3: mất sự kiện {sealed[7].pk}"


def test_swapped_events_are_found(sealed, enemy):
    one, two = sealed[3].pk, sealed[4].pk
    enemy.execute("UPDATE audit_event SET id = -1 WHERE id = %s", [one])
    enemy.execute("UPDATE audit_event SET id = %s WHERE id = %s", [one, two])
    enemy.execute("UPDATE audit_event SET id = %s WHERE id = -1", [two])
    assert sealing.verify().broken.startswith("niêm phong số 2: có sự kiện bị sửa")


def test_an_event_put_into_a_seal_is_found(sealed, enemy):
    new = enemy.execute(
        f"INSERT INTO audit_event (at, {REST})"
        " VALUES (now(), 'record.read', 'x', '', '', '', '', '', 'x', '', '{}', '') RETURNING id"
    ).fetchone()[0]
    enemy.execute("UPDATE audit_seal SET events = events || %s::bigint WHERE number = 2", [new])
    assert "niêm phong số 2 nói 3 sự kiện nhưng giữ 4" in sealing.verify().broken
    enemy.execute("UPDATE audit_seal SET count = 4 WHERE number = 2")
    assert sealing.verify().broken.startswith("niêm phong số 2: có sự kiện bị sửa")


def test_an_event_beside_the_seals_is_found_and_never_sealed(sealed, enemy):
    enemy.execute(
        f"INSERT INTO audit_event (id, at, {REST})"
        " VALUES (-5, now(), 'record.read', 'x', '', '', '', '', '', 'x', '', '{}', '')"
    )
    sealing.seal_now(at=AT + timedelta(hours=9))
    chain = sealing.verify()
    assert (chain.unsealed, chain.first_unsealed, chain.broken) == (1, -5, "sự kiện -5 không do phần mềm ghi")


def test_an_event_that_is_copied_with_its_mark_is_found(sealed, enemy):
    """Its mark is genuine, so it is sealed; but no mark is given twice."""
    enemy.execute(
        f"INSERT INTO audit_event (at, {REST}) SELECT at, {REST} FROM audit_event WHERE id = %s", [sealed[2].pk]
    )
    sealing.seal_now(at=AT + timedelta(hours=9))
    assert sealing.verify().broken.endswith(f"chép lại sự kiện {sealed[2].pk}")


def test_a_changed_seal_is_found(sealed, enemy):
    enemy.execute("UPDATE audit_seal SET root = %s WHERE number = 2", ["ab" * 32])
    assert sealing.verify().broken.startswith("niêm phong số 2")


def test_a_seal_that_was_made_anew_needs_the_key(sealed, enemy):
    """Recomputing everything after a change gives digests that fit, but no signature that does."""
    from hoso.audit import rules

    enemy.execute("UPDATE audit_event SET purpose = 'khác' WHERE id = %s", [sealed[6].pk])
    seal = Seal.objects.get(number=3)
    root = rules.root(rules.event_digest(row) for row in queries.said(seal.events))
    digest = rules.seal_digest(3, 3, seal.at, root, seal.previous)
    enemy.execute("UPDATE audit_seal SET root = %s, digest = %s WHERE number = 3", [root, digest])
    assert sealing.verify().broken == "niêm phong số 3: chữ ký không đúng"


def test_a_seal_that_is_missing_is_named(sealed, enemy):
    enemy.execute("DELETE FROM audit_seal WHERE number = 2")
    assert sealing.verify().broken == "thiếu niêm phong số 2"


def test_seals_that_changed_places_are_found(sealed, enemy):
    enemy.execute("UPDATE audit_seal SET number = 9 WHERE number = 2")
    enemy.execute("UPDATE audit_seal SET number = 2 WHERE number = 3")
    enemy.execute("UPDATE audit_seal SET number = 3 WHERE number = 9")
    assert sealing.verify().broken == "niêm phong số 2 không nối với niêm phong trước"


def test_a_table_of_sealed_events_that_does_not_fit_is_found(sealed, enemy):
    enemy.execute("DELETE FROM audit_sealedevent WHERE event = %s", [sealed[1].pk])
    assert sealing.verify().broken.endswith(f"không khớp với niêm phong ở sự kiện {sealed[1].pk}")


def test_cutting_off_the_end_is_found_by_the_anchor(sealed, enemy):
    sealing.anchor_now(at=AT + timedelta(hours=5))
    enemy.execute("DELETE FROM audit_sealedevent WHERE seal = 3")
    enemy.execute("DELETE FROM audit_event WHERE id = ANY(%s)", [[row.pk for row in sealed[6:]]])
    enemy.execute("DELETE FROM audit_seal WHERE number = 3")
    assert sealing.verify().broken == "niêm phong số 3 đã neo ngoài cơ sở dữ liệu không còn"


def test_an_anchor_is_written_once_for_each_seal(sealed, tmp_path):
    assert sealing.anchor_now(at=AT) is not None
    assert sealing.anchor_now(at=AT + timedelta(hours=1)) is None
    lines = (tmp_path / "anchors" / "seals.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [3]


def test_an_event_of_a_transaction_that_still_runs_waits_for_the_next_seal(transactional_db, owner_connection, server):
    import psycopg

    write(1)
    with transaction.atomic():
        told = actions.record("record.read", by="slow", object="x", at=AT)
        transaction.set_rollback(True)
    name = owner_connection.info.dbname
    with psycopg.connect(server.url(name, "app")) as slow:
        slow.execute(
            f"INSERT INTO audit_event (at, {REST}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [*(getattr(told, name) for name in ("at", *REST.split(", ")[:-2])), "{}", told.mark],
        )
        write(1, 1)
        sealing.seal_now(at=AT)
        held = SealedEvent.objects.count()
        slow.commit()
    sealing.seal_now(at=AT + timedelta(hours=1))
    assert held < 3
    assert SealedEvent.objects.count() == 3
    assert sealing.verify().broken == ""


def test_an_act_that_the_log_does_not_know_is_refused(db):
    with pytest.raises(KeyError):
        actions.record("record.eaten", by="x", object="x", at=AT)
    assert all(words[0].isupper() for words in ACTIONS.values())


def test_a_page_of_a_list_is_one_event_without_what_was_typed(db):
    actions.note_list("people", said={"text": "Nguyễn Thị An"}, count=3, by="x", at=AT)
    event = queries.newest(1)[0]
    assert event.data["count"] == 3
    assert "Nguyễn" not in json.dumps(event.data, ensure_ascii=False)


@pytest.mark.django_db(transaction=False)
def test_every_row_that_an_act_wrote_is_witnessed(world):
    """Of what a story wrote each test that has a world makes sure; here it is all that the world itself is made of."""
    assert world.unwitnessed() == []
    assert Witness.objects.filter(table_name="access_grant").count() == 6


@pytest.mark.django_db(transaction=False)
def test_what_somebody_tried_and_was_refused_stays_in_the_log(world, client):
    """Route, id and code, whatever became of the request's own transaction; a loop leaves twenty events a minute."""
    client.force_login(world.fresh(world.em))
    Account.objects.update(must_change_password=False)
    for _ in range(25):
        assert client.get(f"/ho-so/{world.record.pk}/").status_code in (403, 404)
    assert client.get("/khong-co/").status_code == 404
    found = list(Event.objects.filter(action="access.refused").order_by("pk"))
    assert len(found) == 20
    assert found[0].object.endswith(str(world.record.pk)) and found[0].data["status"] in (403, 404)
    assert [each.data["more"] for each in found[-2:]] == [False, True]
    assert {each.account for each in found} == {str(world.em.pk)}


def test_an_export_is_verified_where_nothing_of_ours_is(sealed, tmp_path):
    """The tool runs in an empty environment; what was changed, cut off or signed by another is found."""
    write(1, 30)
    sealing.anchor_now(at=AT)
    lines = list(log_export.lines(at=AT))
    key = tmp_path / "node.pem"
    key.write_text(json.loads(lines[0])["key"])

    def judge(told, *more):
        file = tmp_path / "log.jsonl"
        file.write_text("".join(told), encoding="utf-8")
        tool = Path(__file__).parent.parent / "tools" / "verify_log.py"
        path = f"PATH={os.environ['PATH']}"
        command = ["env", "-i", path, "python3", "-I", str(tool), str(file), "--anchors"]
        done = subprocess.run([*command, str(tmp_path / "anchors/seals.jsonl"), "--key", str(key), *more],
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout

    assert judge(lines, "--every") == (0, judge(lines)[1])
    assert judge(lines)[1].startswith("whole: 9 events in 3 seals; 1 not sealed yet")
    assert judge([*lines[:3], lines[3].replace("record.read", "record.seen"), *lines[4:]])[0] == 1
    assert judge([*lines[:3], *lines[4:]])[0] == 1
    cut = [*lines[:9], '{"end":{"events":6,"loose":0,"seals":2}}\n']
    assert "anchored" in judge(cut)[1]
    assert "not the one you gave" in judge([lines[0].replace("MCow", "MCov"), *lines[1:]])[1]
