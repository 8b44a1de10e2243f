"""Two at once, on the real database: exactly one wins, and the log stays one chain."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.base.errors import Refused
from hoso.base.identity import NODE, acting_as
from hoso.changes import actions
from hoso.changes.models import Change, Decision
from hoso.changes.rules import Status
from hoso.ops import sealing
from hoso.records import queries as records
from tests.world import ACCEPT, NOON, SCAN, World

PHONE = "identity.contact_phone"


@pytest.fixture
def world(transactional_db):
    """The cast, committed, so that other connections see it."""
    return World()


def together(*acts):
    """Each act in a thread of its own with a connection of its own, begun at the same moment; what each said."""
    ready = threading.Barrier(len(acts))

    def run(act):
        try:
            ready.wait(timeout=20)
            with acting_as(NODE):
                return act()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def change_of(world, number):
    """Another phone number of An's, on the desk."""
    change = world.draft({PHONE: f"0912 000 {number:03}"})
    actions.attach(change.pk, data=SCAN, name="a.png", title="Giấy", paths=["identity"], by=world.an, at=NOON)
    return actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)


def deciding(world, change, account, head):
    """What one officer does; the account is read in the officer's own thread."""
    by = account.pk

    def act():
        officer = Account.objects.get(pk=by)
        actions.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=head, by=officer, at=NOON)
        return "accepted"

    return act


def test_of_two_administrators_who_accept_at_once_one_does(world):
    world.accepted()
    for number in range(20):
        change = change_of(world, 100 + number)
        world.record.refresh_from_db()
        head = world.record.head_seq
        said = together(deciding(world, change, world.binh, head), deciding(world, change, world.giang, head))
        assert sorted(said) == ["accepted", "cannot_accept_when_accepted"], said
        world.record.refresh_from_db()
        assert world.record.head_seq == head + 1
        assert Decision.objects.filter(change=change).count() == 1
    assert records.chain_breaks(world.record) is None


def test_of_two_who_take_at_once_one_has_it(world):
    change = world.submitted()
    for number in range(10):
        at = NOON + timedelta(hours=5 * number)

        def taking(account, at=at):
            return lambda: actions.take(change.pk, by=Account.objects.get(pk=account.pk), at=at).taken_by_id

        said = together(taking(world.binh), taking(world.giang))
        assert said.count("taken_by_other") == 1, said
        change.refresh_from_db()
        assert change.taken_by_id in said


def test_of_two_changes_decided_at_once_the_second_sees_that_the_record_moved_on(world):
    world.accepted()
    one, other = change_of(world, 1), change_of(world, 2)
    said = together(deciding(world, one, world.binh, 1), deciding(world, other, world.giang, 1))
    assert sorted(said) == ["accepted", "record_moved_on"]
    world.record.refresh_from_db()
    assert world.record.head_seq == 2
    assert records.chain_breaks(world.record) is None


def test_an_withdraws_while_binh_accepts_and_one_of_both_holds(world):
    world.accepted()
    for number in range(5):
        change = change_of(world, 200 + number)
        world.record.refresh_from_db()

        def withdrawing(change=change):
            return actions.withdraw(change.pk, by=Account.objects.get(pk=world.an.pk), at=NOON).status

        said = together(deciding(world, change, world.binh, world.record.head_seq), withdrawing)
        change.refresh_from_db()
        if change.status == Status.ACCEPTED:
            assert said == ["accepted", "cannot_withdraw_when_accepted"]
        else:
            assert (change.status, said[0]) == (Status.WITHDRAWN, "cannot_accept_when_withdrawn")


def test_eight_who_open_a_draft_at_once_get_the_same(world):
    record = world.record.pk

    def opening():
        by = Account.objects.get(pk=world.an.pk)
        return actions.open_draft(record, agency=False, on_behalf=False, copy_of=None, by=by, at=NOON).pk

    assert len(set(together(*[opening] * 8))) == 1
    assert Change.objects.count() == 1


def test_eight_writers_and_a_sealer_leave_one_chain(world, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOSO_HOME", tmp_path)
    world.accepted()
    stop = threading.Event()

    change = world.draft({PHONE: "0912 000 001"})

    def writing(number):
        """Whoever writes, saves in An's draft over and over; two of the eight only look."""

        def act():
            by = Account.objects.get(pk=world.an.pk if number < 6 else world.binh.pk)
            for turn in range(8):
                if number < 6:
                    actions.attach(change.pk, data=SCAN, name="a.png", title="Giấy", paths=["work"], by=by, at=NOON)
                else:
                    actions.note_queue_read(count=turn, query="", by=by, at=NOON + timedelta(seconds=turn))

        return act

    def keep_sealing():
        while not stop.is_set():
            sealing.seal_now(at=NOON)
            connections.close_all()

    sealer = threading.Thread(target=keep_sealing)
    sealer.start()
    try:
        together(*[writing(number) for number in range(8)])
    finally:
        stop.set()
        sealer.join()
    sealing.seal_now(at=NOON)
    found = sealing.verify()
    assert (found.broken, found.unsealed) == ("", 0)
    written = Event.objects.filter(action__in=["attachment.added", "list.read"]).count()
    assert written == 8 * 8 + 1, "and the scan of her first entry"
