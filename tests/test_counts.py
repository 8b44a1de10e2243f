"""The price of every page in queries, the same for three people and for thirty; `make counts` rewrites the list."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from hoso.access.models import Account
from hoso.changes import actions as changes
from tests.counting import counted
from tests.world import NOON

FILE = Path(__file__).with_name("query_counts.json")
LATER = NOON + timedelta(hours=2)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # thirty people are made


def pages(world):
    """Name of the page → who opens it, and where."""
    record = str(world.record.pk)
    return {
        "record": (world.binh, reverse("record", args=[record])),
        "record, own": (world.an, reverse("record", args=[record])),
        "version": (world.binh, reverse("version", args=[record, 1])),
        "versions": (world.binh, reverse("versions", args=[record])),
        "compare": (world.binh, reverse("compare", args=[record]) + "?tu=1&den=2"),
        "evidence": (world.binh, reverse("record-evidence", args=[record])),
        "story": (world.binh, reverse("record-story", args=[record])),
        "who looked": (world.an, reverse("who-looked")),
        "people": (world.binh, reverse("people")),
        "people, filtered": (world.giang, reverse("people") + "?q=nguoi&tinh-trang=none"),
        "roles": (world.giang, reverse("accounts")),
        "give a role": (world.giang, reverse("give") + "?ten=nguoi"),
        "take in": (world.giang, reverse("admit")),
        "organisations": (world.giang, reverse("organizations")),
        "log": (world.giang, reverse("log")),
        "to verify": (world.binh, reverse("to-verify")),
        "own tasks": (world.an, reverse("own-record")),
        "terms": (world.chi, reverse("duties")),
        "terms, listed": (world.chi, reverse("duties-listed")),
        "home": (world.binh, reverse("home")),
    }


def populate(world, since, until):
    """People under Bình's agency, some with a role and a record begun."""
    for number in range(since, until):
        account = world._person(
            f"Người {number}", f"0220800{number:05}", "1980-01-15", "M", world.thuyloi, "Chuyên viên"
        )
        record = changes.expect_entry(account, by=world.system, at=NOON)
        if number % 2:
            changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=account, at=NOON)
        if number % 3 == 0:
            world.grant(account, "head_delegate", world.nnmt)


def test_no_page_needs_more_queries_for_more_people(world, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715"})
    world.submitted({"identity.other_names": "Lan"})
    world.record.refresh_from_db()
    populate(world, 0, 3)
    Account.objects.update(must_change_password=False)
    few = {name: counted(*page) for name, page in pages(world).items()}
    populate(world, 3, 30)
    for round_ in range(3):
        world.decide(world.record.changes.get(status="submitted"), {"*": world_answer()})
        world.submitted({"identity.other_names": f"Lan {round_}"})
    Account.objects.update(must_change_password=False)
    many = {name: counted(*page) for name, page in pages(world).items()}
    for name, items in few.items():
        assert items == many[name], name
    if os.environ.get("COUNTS") == "rewrite":
        FILE.write_text(json.dumps(many, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert many == json.loads(FILE.read_text(encoding="utf-8")), "argue the change, then: make counts"


def world_answer():
    """Yes."""
    from hoso.changes.rules import Answer

    return Answer(accepted=True)
