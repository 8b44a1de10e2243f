"""Changes: from the keyboard to the next version, told as stories of An, Bình and Phúc."""

import pytest

from hoso.audit.models import Event
from hoso.changes import actions, queries
from hoso.changes.rules import Answer, Status
from hoso.records import queries as records
from hoso.records.paths import get
from tests.world import ACCEPT, NOON, refused

PHONE = "identity.contact_phone"


def test_what_an_enters_and_binh_accepts_is_her_record(world):
    change = world.accepted()
    world.record.refresh_from_db()
    assert change.status == Status.ACCEPTED
    assert world.record.head_seq == 1
    assert get(records.head_document(world.record), "identity.birth_full_name") == "Nguyễn Thị An"
    assert records.chain_breaks(world.record) is None
    actions_logged = list(Event.objects.filter(person=str(world.record.person_id)).order_by("pk").values_list("action", flat=True))
    assert actions_logged[-3:] == ["change.submitted", "record.versioned", "change.accepted"]
