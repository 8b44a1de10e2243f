"""Wrapping keys change while everything stays readable, wherever the change is interrupted."""

import os
from contextlib import contextmanager, suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from hoso.access import actions as access
from hoso.access.queries import basis_page
from hoso.access.rules import Paper
from hoso.approvals import queries as month
from hoso.approvals.models import Manifest
from hoso.audit.models import Event
from hoso.base import envelope
from hoso.base.envelope import device, shelf
from hoso.base.errors import Unreachable
from hoso.base.files import store
from hoso.base.ids import uuid7
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.documents import queries as documents
from hoso.documents.models import Attachment
from hoso.ops import rotation
from hoso.people import queries as people
from hoso.people.models import Person
from hoso.records import actions as record_actions
from hoso.records import queries as records
from hoso.records.models import PersonKey
from tests.world import NOON, SCAN, World, refused


def never(_progress):
    """Nobody looks."""


def rotate(fresh=True, tell=never):
    return rotation.rotate(fresh=fresh, now=lambda: NOON, tell=tell)


@pytest.fixture
def node(db, settings, tmp_path, monkeypatch):
    """A small province with keys and files of its own: a record, a draft with a scan, a reported error, a document
    that gives a right, a manifest with both of its files."""
    settings.HOSO_KEYS, settings.HOSO_FILES = tmp_path / "keys", tmp_path / "files"
    monkeypatch.setattr(rotation, "MOST", 1)
    world = World()
    change = world.draft({"identity.other_names": "Nguyễn Thị Ân"})
    changes.attach(change.pk, data=SCAN, name="a.png", title="Quyết định", paths=["identity"], by=world.an, at=NOON)
    changes.report_error(world.record.pk, path="identity.full_name", text="Sai dấu", by=world.an, at=NOON)
    paper = Paper(kind="decision", number="1/QĐ", date=date(2026, 1, 5), issuer="", subject="", data=SCAN, name="a.png")
    basis = access.keep(paper, organization=None, by=world.giang, at=NOON)
    made, signed = uuid7(), uuid7()
    built, stamped = (store.put(Path(settings.HOSO_FILES), envelope.ring(), each, b"%PDF-1") for each in (made, signed))
    manifest = Manifest.objects.create(
        round=world.round(),
        number="1",
        count=1,
        lines_digest="",
        file=made,
        file_sha256=built.sha256,
        file_size=built.size,
        key_by=built.ring_key,
        key_token=built.wrapped,
        signed_file=signed,
        signed_sha256=stamped.sha256,
        signed_size=stamped.size,
        signed_key_by=stamped.ring_key,
        signed_key_token=stamped.wrapped,
        built_at=NOON,
        built_by=world.giang,
    )
    for account in (world.binh, world.chi):
        record_actions.open_(person=account.person, family="syll", by=world.system, at=NOON)
    world.kept = {"change": change, "basis": basis, "manifest": manifest}
    return world


def opened(node):
    """Everything that is guarded, as it reads now."""
    change, basis, manifest = (row.__class__.objects.get(pk=row.pk) for row in node.kept.values())
    return {
        "draft": change_queries.draft_of(change, records.person_key(node.an.person_id)),
        "reports": [text for _, text in change_queries.reports_of(node.record)],
        "scans": [documents.content(each) for each in Attachment.objects.order_by("pk")],
        "pins": [people.pin_of(each) for each in Person.objects.order_by("pk")],
        "keys": [records.person_key(each.pk) for each in PersonKey.objects.order_by("pk")],
        "found": people.by_pin("022175001234"),
        "basis": basis_page(basis, 1, 16),
        "manifest": [month.original_pdf(manifest), month.signed_pdf(manifest)],
    }


def names():
    """The wrapping keys that something names."""
    return {key for key, counts in rotation.standing().items() if counts}


@contextmanager
def power_fails(monkeypatch, after):
    """At the statement of this number, or when that many files were written; says whether it came to that."""
    told = {"count": 0, "failed": False}

    def step(do, *args):
        if str(args[0]).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):  # the test's own transaction
            return do(*args)
        told["count"] += 1
        if told["count"] == after:
            told["failed"] = True
            raise OSError("power")
        return do(*args)

    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: step(fsync, handle))
    with connection.execute_wrapper(step):
        yield told
    monkeypatch.setattr(os, "fsync", fsync)


def test_every_model_that_keeps_wrapped_keys_is_rotated():
    """A pair of name and token in any table is one of WRAPPED, and somebody rewraps it."""
    keeping = [model for model in apps.get_models() if hasattr(model, "WRAPPED")]
    declared = {model._meta.label: set(envelope.columns(model)) for model in keeping}
    assert declared.keys() == rotation.REWRAP.keys()
    for model in apps.get_models():
        names = {field.name for field in model._meta.local_fields if isinstance(field, models.BinaryField)}
        tokens = {name for name in names if name.endswith("token")}
        assert tokens <= declared.get(model._meta.label, set()), model


def test_rotating_wraps_every_key_anew_and_touches_nothing_else(node, settings):
    before = opened(node)
    files = {path: path.stat().st_mtime_ns for path in Path(settings.HOSO_FILES).rglob("*") if path.is_file()}
    drafts = bytes(node.kept["change"].draft_sealed)
    done = rotate()
    assert (done.key, done.damaged, names()) == ("wrap-0002", [], {"wrap-0002"})
    assert opened(node) == before
    assert {path: path.stat().st_mtime_ns for path in files} == files
    node.kept["change"].refresh_from_db()
    assert bytes(node.kept["change"].draft_sealed) == drafts
    assert done.done == 3 + 1 + 1 + 2 + 2  # persons, scan, document, both files of the manifest; index and identity
    told = Event.objects.filter(action__startswith="keys.").order_by("pk")
    assert [event.action for event in told] == ["keys.rotation_begun", *["keys.rewrapped"] * 6, "keys.rotation_ended"]
    assert told.last().data == {"count": 9, "damaged": []} and told.first().data == {"count": 9}


def test_power_may_fail_at_any_moment(node, monkeypatch):
    """At the first step, when run again at the second, and so on: each time all is readable, and the end is reached."""
    before, after = opened(node), 0
    failed = True
    while failed:
        after += 1
        with power_fails(monkeypatch, after) as told, suppress(OSError):
            rotate()
        failed = told["failed"]
        assert opened(node) == before
    assert 10 < after < 60
    assert names() == {"wrap-0002"} and envelope.ring().current == "wrap-0002"
    actions = [event.action for event in Event.objects.filter(action__startswith="keys.rotation")]
    assert sorted(actions) == ["keys.rotation_begun", "keys.rotation_ended"]


def test_an_old_key_stays_until_nothing_names_it(node, settings):
    """Stopped between two batches it goes on; what a slow request wrote under the old key is found; then it may go."""
    before, slow = opened(node), envelope.ring()

    def stop(progress):
        with refused("rotation_runs"):
            rotate()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(tell=stop)
    assert names() == {"wrap-0001", "wrap-0002"}
    with refused("wrapping_key_named"):
        rotation.retire(at=NOON)
    seen = []
    assert rotate(tell=seen.append).key == "wrap-0002" and seen[-1] == (8, 8)
    late = slow.wrap(records.person_key(node.an.person_id))
    PersonKey.objects.filter(pk=node.an.person_id).update(by=late.by, token=late.token)
    with refused("wrapping_key_named"):
        rotation.retire(at=NOON)
    assert opened(node) == before
    assert rotate(fresh=False).done == 1
    assert rotation.retire(at=NOON) == ["wrap-0001"] and rotation.retire(at=NOON) == []
    assert sorted(path.name for path in Path(settings.HOSO_KEYS).glob("**/wrap*")) == ["wrap-0001.key", "wrap-0002.key"]
    assert opened(node) == before
    with pytest.raises(Unreachable, match="wrapping_key_missing"):
        envelope.ring().unwrap(late)
    assert Event.objects.get(action="keys.retired").object == "base.WrappingKey:wrap-0001"
    assert rotate().key == "wrap-0003", "what was ended is followed by another key"


def test_from_file_to_token_and_back(node, hardware, settings):
    before = opened(node)
    hardware(settings)
    rotate()
    rotation.retire(at=NOON)
    assert [path.name for path in Path(settings.HOSO_KEYS).glob("wrap-*")] == ["wrap-0002.pkcs11"]
    assert opened(node) == before
    settings.HOSO_PKCS11_MODULE = ""
    device.leave()
    with pytest.raises(Unreachable, match="wrapping_device_unreachable"):
        rotate()
    hardware(settings)
    settings.HOSO_PKCS11_TOKEN = "another"
    assert rotate().key == "wrap-0003" and names() == {"wrap-0003"} and opened(node) == before


def test_the_command_tells_where_it_is(node):
    """A key that was laid into the folder by hand is rotated to; a data key that opens nothing stops nobody else."""
    said = StringIO()
    shelf.add("wrap-0002")
    call_command("rotate_keys", stdout=said, stderr=said)
    assert said.getvalue().endswith("9 of 9 data keys\nwrap-0002: 9 data keys wrapped anew\n")
    said = StringIO()
    call_command("rotate_keys", "--status", stdout=said)
    assert said.getvalue().splitlines()[0] == "wrap-0001: nothing names it"
    assert said.getvalue().splitlines()[1].startswith("wrap-0002 (used now): 3 persons, 1 scans,")
    said = StringIO()
    call_command("rotate_keys", "--retire", stdout=said)
    assert said.getvalue() == "moved to keys/retired: wrap-0001\n"
    PersonKey.objects.filter(pk=node.binh.person_id).update(token=b"x" * 40)
    with pytest.raises(SystemExit, match="1"):
        call_command("rotate_keys", stdout=said, stderr=said)
    assert f"DAMAGED: the key of records.PersonKey:{node.binh.person_id} opens nothing" in said.getvalue()
    assert rotation.standing()["wrap-0002"] == {"records.PersonKey": 1}
    with refused("wrapping_key_named"):
        rotation.retire(at=NOON)
