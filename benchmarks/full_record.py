"""The record page of a full 38-item record, beside fetching, decrypting and validating that document alone."""

import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.factors import let_force_login_count

ROUNDS = 40


def measure() -> dict[str, float]:
    """Milliseconds, medians of one run: the page for the department and for the person, and the bare document."""
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from hoso.access.models import Account, Grant
    from hoso.base.identity import NODE, acting_as
    from hoso.records import drafts
    from hoso.records import queries as records

    let_force_login_count()
    with acting_as(NODE), transaction.atomic():
        record = full_record()
    officer = Grant.objects.filter(role="dept_admin", until=None).select_related("account")[0].account
    own = settled(Account.objects.get(person=record.person_id))

    def page(account: Any) -> Callable[[], object]:
        client = Client(headers={"host": "localhost"})
        client.force_login(account)
        return lambda: client.get(reverse("record", args=[record.pk]))

    @transaction.atomic  # behind the wall a document is fetched in a transaction that was told who asks, or not at all
    def bare() -> object:
        row = records.version(record)
        row.record = record
        return drafts.check(records.form_of(row), records.document(row))

    pages = {"page, an officer": median(page(officer)), "page, the person": median(page(own))}
    with acting_as(NODE):
        return pages | {"bare": median(bare)}


def settled(account: Any) -> Any:
    """The account with a password that need not be changed first: else every page of it is a redirect."""
    from django.utils import timezone

    from hoso.access import actions
    from hoso.access.queries import system

    if not account.must_change_password:
        return account
    password = secrets.token_urlsafe(12)
    return actions.give_password(account, password=password, must_change=False, by=system(), at=timezone.now())


def median(work: Callable[[], object]) -> float:
    """Of 40 goes, after one to warm up."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def full_record() -> Any:
    """A record in which every item is filled and every table has five rows, loaded once into the demo."""
    from django.utils import timezone

    from benchmarks.records import full
    from hoso.access.queries import system
    from hoso.base.clock import day
    from hoso.base.ids import uuid7
    from hoso.changes.queries.working import known
    from hoso.orgs.queries import agency_of
    from hoso.records import actions, drafts
    from hoso.records import queries as records
    from hoso.records.forms import Syll, locked, prefill
    from hoso.records.models import Record, Version
    from hoso.records.paths import get, put_all

    loaded = Version.objects.filter(summary__has_key="military", record__head_seq__gt=1).order_by("-seq").first()
    if loaded is not None:
        return Record.objects.select_related("person").get(pk=loaded.record_id)
    # The example of every field fits somebody born then, as the rules between fields demand.
    of_age = Record.objects.filter(person__sex="F", person__birth__range=("1974", "1976"))
    record = of_age.filter(family="syll", head_seq=1).select_related("person").order_by("-pk")[0]
    found, now = records.held_of(record), timezone.now()
    held = prefill(Syll, known(found))
    base = put_all(records.head_document(record), {path: get(held, path) for path in locked(Syll) if get(held, path)})
    not_typed = {*locked(Syll), "header.portrait_photo"}
    typed = {path: text for path, text in full().items() if path not in not_typed}
    document = drafts.parse(Syll, typed, base, on=day(now)).document
    state = actions.Loaded(record.person_id, "syll", Syll.name, document, agency_of(found.organization).pk, system())
    actions.load([state], change=uuid7(), by=system(), at=now)
    return Record.objects.select_related("person").get(pk=record.pk)
