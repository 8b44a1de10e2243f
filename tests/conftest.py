"""What every test may ask for: the database on the application's own role, its owner, a browser."""

import asyncio
import os
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

from hoso.audit.witnesses import SCHEMES
from tests.databases import Server
from tests.environment import HOME
from tests.factors import let_force_login_count

let_force_login_count()

WRITING = re.compile(r'(?:INSERT INTO|UPDATE) "?(\w+)"? ')
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_WORDS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

_examples = hypothesis.database.DirectoryBasedExampleDatabase(HOME / "examples")
hypothesis.settings.register_profile("default", max_examples=50, deadline=None, database=_examples)
hypothesis.settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


_run = asyncio.run


def _run_beside(main: Any, **how: Any) -> Any:
    """What drives the browser keeps an event loop in its worker: signing, which runs one of its own, does so beside."""
    if asyncio._get_running_loop() is None:
        return _run(main, **how)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(_run, main, **how).result()


asyncio.run = _run_beside


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last: what drives it keeps an event loop in the worker from then on."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """The product's own hasher at its cheapest: hardening the passwords of the cast would take most of a run."""
    settings.PASSWORD_HASHERS = ["tests.passwords.Quick"]


@pytest.fixture(autouse=True)
def as_the_node() -> Iterator[None]:
    """What a test does directly, the node does; a request through the test client is who signed in."""
    from hoso.base.identity import NODE, acting_as

    with acting_as(NODE):
        yield


def _read_as_the_node(connection: Any, **_more: Any) -> None:
    """A test that commits reads between its transactions as well, which only its own thread may."""
    if threading.current_thread() is threading.main_thread():
        connection.connection.execute("SELECT set_config('hoso.mode', 'node', false)")


@pytest.fixture(scope="session")
def server() -> Server:
    """The server that the test databases are on."""
    return Server()


@pytest.fixture(scope="session")
def django_db_setup(
    server: Server, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:  # replaces pytest-django's
    """One clone of the migrated template for this worker; tests that commit leave it to be cloned anew."""
    name = f"test_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    server.sweep()
    server.clone(name)
    with django_db_blocker.unblock():
        point_django_to(server.url(name, "app"))

    def renew(_case: TransactionTestCase) -> None:
        connections.close_all()
        server.clone(name)

    connection_created.connect(_read_as_the_node)
    instead = pytest.MonkeyPatch()
    instead.setattr(TransactionTestCase, "_fixture_teardown", renew)
    yield
    instead.undo()
    with django_db_blocker.unblock():
        connections.close_all()
    server.drop(name)


def point_django_to(url: str) -> None:
    """Let Django connect there from now on, all threads of it."""
    from hoso.settings import database

    connections.close_all()
    settings = connections["default"].settings_dict  # shared by the connections of all threads
    settings.update(database(url), CONN_MAX_AGE=0)
    settings["TEST"]["NAME"] = settings["NAME"]


@pytest.fixture
def owner_connection(transactional_db: None, server: Server) -> Iterator[psycopg.Connection]:
    """A connection of the role that owns the tables, for the few tests that need more than the application may."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(server.url(name, "owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, once for the session; skipped where it is not installed, except in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing", pytrace=False)
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(CHROMIUM_WORDS))
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Any, live_server: Any) -> Iterator[Any]:
    """Opens a window as one more person: `new_page(**options)` of Playwright's `new_context`."""
    contexts = []

    def open_page(**options: Any) -> Any:
        given = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "base_url": live_server.url} | options
        contexts.append(browser.new_context(**given))
        contexts[-1].set_default_timeout(8000)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Any) -> Any:
    """A window of its own on the live server, Vietnamese, in Vietnam's time."""
    return new_page()


@pytest.fixture(scope="session")
def hardware(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """`hardware(settings)`: new wrapping keys are made in SoftHSM; skipped where it is not installed, except in CI."""
    from tests import tokens

    if why := tokens.missing():
        if os.environ.get("CI"):
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    with tokens.token(tmp_path_factory.mktemp("hardware")) as token:
        yield token


@pytest.fixture
def world(db: None) -> Iterator[Any]:
    """A small province; see tests/world.py. Whatever acts wrote in a story must be as the log witnesses it."""
    from tests.world import World

    made, by_acts, by_the_story = World(), set(), set()

    def note(execute: Any, sql: str, *how: Any) -> Any:
        if isinstance(sql, str) and (found := WRITING.match(sql)) and found[1] in SCHEMES:
            (by_acts if _in_an_act() else by_the_story).add(found[1])
        return execute(sql, *how)

    with connection.execute_wrapper(note):
        yield made
    assert made.unwitnessed(by_acts - by_the_story) == []


def _in_an_act() -> bool:
    frame = sys._getframe()
    while frame := frame.f_back:
        if "/actions" in frame.f_code.co_filename and "/hoso/" in frame.f_code.co_filename:
            return True
    return False
