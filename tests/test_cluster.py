"""The embedded database survives what happens to it: crashes, cut-off first starts, foreign folders, two at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hoso.base import cluster

pytestmark = pytest.mark.database
QUICK = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One running cluster; a test that stops it starts it again."""
    place = _open(tmp_path_factory.mktemp("home"))
    cluster.ensure(place, QUICK)
    yield place
    cluster.stop(place)
    shutil.rmtree(cluster.status(place).socket.parent, ignore_errors=True)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return _open(tmp_path)


def _open(folder: Path) -> Path:
    """pytest's folders are closed to others, and root hands the database to another user."""
    if os.geteuid() == 0:
        for each in (folder, folder.parent, folder.parent.parent):
            each.chmod(0o755)
    return folder / "home"


def ask(home: Path, query: str, role: str = "app") -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url(home, role), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


@contextmanager
def unusable(words: str) -> Iterator[None]:
    with pytest.raises(cluster.Unusable, match=words) as refused:
        yield
    assert "\n" not in str(refused.value)


def test_a_second_start_takes_a_millisecond(home):
    begun = time.monotonic()
    for _ in range(10):
        cluster.ensure(home)
    assert time.monotonic() - begun < 0.1


def test_the_application_is_weaker_than_the_owner(home):
    ask(home, "CREATE TABLE IF NOT EXISTS mine (id int)", "owner")
    ask(home, "INSERT INTO mine VALUES (1)")
    for forbidden in ("TRUNCATE mine", "DROP TABLE mine", "CREATE TABLE other (id int)", "CREATE DATABASE other"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(home, forbidden)
    ask(home, "CREATE EXTENSION IF NOT EXISTS pg_trgm", "owner")
    roles = ask(home, "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'hoso%' ORDER BY 1")
    assert roles == [("hoso_app", False, False), ("hoso_owner", False, True)]


def test_what_the_database_refuses_is_not_repeated_in_its_log(home):
    """Its errors quote values, and its statements hold whole rows."""
    ask(home, "CREATE TABLE IF NOT EXISTS ours (id int UNIQUE)", "owner")
    ask(home, "INSERT INTO ours VALUES (20051979)")
    for refused in ("INSERT INTO ours VALUES (20051979)", "SELECT 'KHOABIMAT'::int", "SELECT KHOABIMAT"):
        with pytest.raises(psycopg.Error):
            ask(home, refused)
    written = (home / "pg" / "log" / "postgres.log").read_text()
    assert "ready to accept" in written and "KHOABIMAT" not in written and "20051979" not in written


def test_nobody_enters_without_the_password_or_over_the_network(home):
    bare = cluster.url(home).replace(cluster.url(home).split(":")[2].split("@")[0], "")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(bare, passfile="/dev/null")
    assert ask(home, "SHOW listen_addresses") == [("",)]
    assert oct((home / "keys" / "pg-app.key").stat().st_mode & 0o777) == "0o600"


def test_sorting_is_the_same_on_every_machine(home):
    found = ask(home, "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'hoso'")
    assert found == [("C.UTF-8", "UTF8")]
    assert ask(home, "SHOW data_checksums") == [("on",)]


def test_what_was_committed_survives_a_kill(home):
    ask(home, "CREATE TABLE IF NOT EXISTS kept (id int)", "owner")
    ask(home, "INSERT INTO kept SELECT generate_series(1, 1000)")
    os.kill(cluster.status(home).pid or 0, signal.SIGKILL)
    while cluster.status(home).pid is not None:
        time.sleep(0.01)
    cluster.ensure(home, QUICK)
    assert ask(home, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_lock_file_that_names_another_program_is_stale(home, capsys):
    cluster.stop(home)
    lock = cluster.status(home).data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n")
    cluster.ensure(home, QUICK)
    assert "another program" in capsys.readouterr().err
    assert ask(home, "SELECT 1") == [(1,)]


def test_sockets_that_were_tidied_away_come_back(home):
    shutil.rmtree(cluster.status(home).socket.parent)
    cluster.ensure(home, QUICK)
    assert ask(home, "SELECT 1") == [(1,)]


def test_another_version_is_refused(home):
    cluster.stop(home)
    mark = cluster.status(home).data / "PG_VERSION"
    right = mark.read_text()
    mark.write_text("9\n")
    with unusable("made by PostgreSQL 9"):
        cluster.ensure(home, QUICK)
    mark.write_text(right)
    cluster.ensure(home, QUICK)


def test_a_cluster_without_its_keys_is_refused(home):
    cluster.stop(home)
    key = home / "keys" / "pg-app.key"
    key.rename(key.with_suffix(".away"))
    with unusable("passwords are not in"):
        cluster.ensure(home, QUICK)
    key.with_suffix(".away").rename(key)
    cluster.ensure(home, QUICK)


def test_a_reason_of_postgresql_is_passed_on(home):
    cluster.stop(home)
    with unusable("invalid value for parameter"):
        cluster.ensure(home, {"shared_buffers": "much"})
    cluster.ensure(home, QUICK)


def test_starts_at_once_make_one_cluster_even_after_one_was_cut_off(elsewhere, capsys):
    """Slow, about 2 s: makes two clusters, the first of which is cut off half-way."""
    begin = f"from pathlib import Path; from hoso.base import cluster; cluster.ensure(Path({str(elsewhere)!r}))"
    first = subprocess.Popen([sys.executable, "-c", begin], start_new_session=True)
    while not list(elsewhere.glob("pg/new-*/data/base")):
        assert first.poll() is None
        time.sleep(0.001)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert cluster.status(elsewhere).made is False
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: cluster.ensure(elsewhere, QUICK), range(3)))
    assert "interrupted" in capsys.readouterr().err
    assert ask(elsewhere, "SELECT current_user") == [("hoso_app",)]
    assert sorted(path.name for path in (elsewhere / "pg").iterdir()) == ["data", "log"]
    cluster.stop(elsewhere)
    assert cluster.status(elsewhere).pid is None
    shutil.rmtree(cluster.status(elsewhere).socket.parent)


def test_other_peoples_files_are_left_alone(elsewhere):
    theirs = elsewhere / "pg" / "data" / "letter.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("Dear An")
    with unusable("holds other files"):
        cluster.ensure(elsewhere)
    assert theirs.read_text() == "Dear An"


def test_a_folder_for_sockets_made_by_a_stranger_is_refused(elsewhere, tmp_path):
    sockets = cluster.status(elsewhere).socket.parent
    sockets.symlink_to(tmp_path)
    with unusable("belongs to somebody else"):
        cluster.ensure(elsewhere)
    sockets.unlink()


def test_a_long_path_is_no_matter_for_the_socket_and_a_far_too_long_one_is_refused(elsewhere):
    deep = elsewhere.joinpath(*["a" * 60] * 3)
    assert len(os.fsencode(cluster.status(deep).socket)) < 107
    with unusable("too long"):
        cluster.ensure(elsewhere.joinpath(*["a" * 100] * 9))


def test_no_folder_can_be_made_there(tmp_path):
    (tmp_path / "file").write_text("")
    with unusable("cannot be used"):
        cluster.ensure(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_root_keeps_a_closed_folder_closed(tmp_path):
    """Slow, about 1 s: makes a cluster where the service user cannot enter."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    cluster.ensure(home, QUICK)
    assert ask(home, "SELECT 1") == [(1,)]
    assert closed.stat().st_mode & 0o777 == 0o700
    cluster.stop(home)
    shutil.rmtree(cluster.status(home).socket.parent)
