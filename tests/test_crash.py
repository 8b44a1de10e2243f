"""Kill -9 at three moments that matter: afterwards the log holds, and the same command finishes what was begun.

Each story holds a lock that stops a process of its own at a known place, kills it there, and tries again.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from hoso.approvals import actions as approvals
from hoso.approvals.models import Manifest
from hoso.approvals.rules import ManifestStatus
from hoso.audit.models import Event
from hoso.changes import actions as changes
from hoso.changes.models import Change, Evidence
from hoso.documents.models import Attachment
from hoso.ops import sealing
from hoso.records import queries as records
from tests.authority import PASSPHRASE, office
from tests.databases import Server
from tests.world import ACCEPT, NOON, SCAN, SIGN_DAY, World

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parent.parent


def doomed(server: Server, code: str) -> "subprocess.Popen[str]":
    """Another process that does something in the same database, as the application's own role."""
    name = connections["default"].settings_dict["NAME"]
    lines = [
        "import django; django.setup()",
        "from datetime import UTC, datetime",
        "from hoso.access.models import Account",
        "from hoso.base.identity import NODE, acting_as",
        "with acting_as(NODE):",
        textwrap.indent(code.strip(), "    "),
    ]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", "\n".join(lines)],
        env=os.environ | {"DATABASE_URL": server.url(str(name), "app"), "HOSO_HOME": str(settings.HOSO_HOME)},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_when_it_waits(process: "subprocess.Popen[str]") -> None:
    """Wait until the process stands at the lock, then kill it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                break
        if process.poll() is not None:
            pytest.fail(process.communicate()[1])
        time.sleep(0.05)
    else:
        pytest.fail("it never came to the lock")
    process.send_signal(signal.SIGKILL)
    process.communicate()


def wait_until_gone() -> None:
    """The server notices that its client is dead."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND usename = current_user AND pid <> pg_backend_pid()"
            )
            if not cursor.fetchone()[0]:
                return
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
            )
        time.sleep(0.02)


def test_killed_while_accepting_leaves_the_change_as_it_was(server, owner_connection):
    """Version, decisions, obligations and event are one transaction: all or nothing."""
    world = World()
    change = world.submitted()
    events = Event.objects.count()
    with owner_connection.transaction():
        owner_connection.execute("LOCK TABLE audit_event IN SHARE ROW EXCLUSIVE MODE")  # the event comes last
        process = doomed(
            server,
            f"""
from hoso.changes import actions
from hoso.changes.rules import Answer
actions.decide({str(change.pk)!r}, answers={{"*": Answer(True)}}, paper_match=True, head_seq=0,
    by=Account.objects.get(pk={str(world.binh.pk)!r}), at=datetime.fromisoformat({NOON.isoformat()!r}))""",
        )
        kill_when_it_waits(process)
    wait_until_gone()
    world.record.refresh_from_db()
    assert (world.record.head_seq, Event.objects.count()) == (0, events)
    assert Change.objects.get(pk=change.pk).status == "submitted"

    world.decide(change, ACCEPT)
    world.record.refresh_from_db()
    assert world.record.head_seq == 1
    assert records.chain_breaks(world.record) is None
    sealing.seal_now(at=NOON)
    assert not sealing.verify().broken


def test_killed_between_the_file_and_its_row_leaves_no_row_without_a_file(server, owner_connection):
    """A file that nobody mentions may stay on the disk; evidence without a file never."""
    world = World()
    change = world.draft()
    with owner_connection.transaction():
        owner_connection.execute("LOCK TABLE documents_attachment IN SHARE ROW EXCLUSIVE MODE")
        process = doomed(
            server,
            f"""
from hoso.changes import actions
actions.attach({str(change.pk)!r}, data=bytes.fromhex({SCAN.hex()!r}), name="a.png", title="Quyết định",
    paths=["identity"], by=Account.objects.get(pk={str(world.an.pk)!r}),
    at=datetime.fromisoformat({NOON.isoformat()!r}))""",
        )
        kill_when_it_waits(process)
    wait_until_gone()
    assert not Attachment.objects.exists() and not Evidence.objects.exists()

    changes.attach(change.pk, data=SCAN, name="a.png", title="Quyết định", paths=["identity"], by=world.an, at=NOON)
    from hoso.documents.queries import content

    assert content(Attachment.objects.get()) == SCAN


def test_killed_between_the_leaders_signature_and_the_seal_is_finished_by_the_same_command(
    server, settings, tmp_path, owner_connection
):
    """The leader's signature is kept; running the command again, or the timer, only adds the department's seal."""
    signer = office(settings, tmp_path, NOON)
    world = World()
    world.accepted()
    leader = signer.register(world.dung, by=world.system)
    (tmp_path / "leader.p12").write_bytes(leader.p12)
    manifest = approvals.build(world.confirmed().pk, by=world.dung, at=SIGN_DAY)
    with owner_connection.transaction():  # sealing takes the round; signing does not
        owner_connection.execute("SELECT FROM approvals_round WHERE id = %s FOR UPDATE", [manifest.round_id])
        process = doomed(
            server,
            f"""
from pathlib import Path
from hoso.approvals import actions
actions.sign_with_pkcs12({str(manifest.pk)!r}, p12=Path({str(tmp_path / "leader.p12")!r}).read_bytes(),
    passphrase={PASSPHRASE!r}, by=Account.objects.get(pk={str(world.dung.pk)!r}),
    at=datetime.fromisoformat({SIGN_DAY.isoformat()!r}))""",
        )
        kill_when_it_waits(process)
    wait_until_gone()
    assert Manifest.objects.get(pk=manifest.pk).status == ManifestStatus.SIGNED

    for _ in range(2):  # twice: the second changes nothing
        approvals.sign_with_pkcs12(manifest.pk, p12=leader.p12, passphrase=PASSPHRASE, by=world.dung, at=SIGN_DAY)
    assert Manifest.objects.get(pk=manifest.pk).status == ManifestStatus.SEALED
    assert Event.objects.filter(action="manifest.signed").count() == 1
    assert Event.objects.filter(action="manifest.sealed").count() == 1
