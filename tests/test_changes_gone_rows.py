"""What An corrects in a row that has left her record meanwhile: it can only come back to her, and a row is whole."""

import pytest

from hoso.base.errors import Invalid
from hoso.changes import actions, queries
from hoso.changes.models import Change, Decision
from hoso.changes.rules import Answer, Status
from hoso.records import queries as records
from hoso.records.paths import get
from tests.world import ACCEPT, NOON, SCAN

PHONE = "identity.contact_phone"
JOB = "work.work_history.row002"
PERIOD = {f"{JOB}.from_month": "08/2001", f"{JOB}.to_month": "06/2019"}
BACK = Answer(False, "other", "Dòng này chị đã bỏ ở đề nghị trước.")
YES = Answer(True)


def head(world):
    """An's record as it is now."""
    world.record.refresh_from_db()
    return records.head_document(world.record)


def first(world):
    """An's record as it was entered, with the job."""
    return records.document(records.version(world.record, 1))


def gone(world, typed):
    """An has taken a job out and corrected it in a second change; Bình has accepted that it goes. The second change."""
    world.accepted()
    removal, correction = world.submitted({JOB: ""}), world.submitted(typed)
    world.decide(removal, ACCEPT)
    return Change.objects.select_related("record__person").get(pk=correction.pk)


def work_of(change):
    """A change as it stands."""
    return queries.work(Change.objects.select_related("record__person").get(pk=change.pk), on=NOON.date())


def edits(change):
    """What a change would make of the record it stands on: path → value."""
    return {edit.path: edit.new for edit in work_of(change).edits}


def test_binh_sees_that_the_row_is_gone_and_cannot_bring_one_column_of_it_back(world):
    change = gone(world, PERIOD | {PHONE: "0986 204 715"})
    seen = queries.verification(change, world.binh, on=NOON.date())
    assert {each.edit.path: each.row_gone for each in seen.own()} == {PHONE: False, **dict.fromkeys(PERIOD, True)}
    assert seen.clashes() == list(PERIOD)
    with pytest.raises(Invalid) as caught:
        world.decide(change, ACCEPT)
    assert [each.path for each in caught.value.problems] == list(PERIOD)
    assert {each.sentence for each in caught.value.problems} == {
        "Dòng này không còn trong hồ sơ nên không chấp nhận được; hãy trả lại."
    }
    assert not Decision.objects.filter(change=change).exists()
    assert get(head(world), JOB) is None


def test_the_rest_is_accepted_and_an_gets_the_whole_row_back(world):
    change = gone(world, PERIOD | {PHONE: "0986 204 715"})
    world.decide(change, {PHONE: YES, JOB: BACK})
    assert get(head(world), JOB) is None
    assert get(head(world), PHONE) == "0986204715"
    follower = queries.open_draft(world.record, agency=False)
    proposed = get(first(world), JOB) | {"from_month": "2001-08", "to_month": "2019-06"}
    assert edits(follower) == {JOB: proposed}, "a new row, and every column of it"
    actions.submit(follower.pk, declared=True, sign=None, by=world.an, at=NOON)
    world.decide(follower, ACCEPT)
    assert get(head(world), JOB) == proposed
    assert records.chain_breaks(world.record) is None


def test_what_is_returned_whole_shows_the_row_as_new_and_an_may_leave_it_out(world):
    change = gone(world, PERIOD)
    world.decide(change, {"*": BACK})
    change.refresh_from_db()
    assert (change.status, change.base_seq) == (Status.RETURNED, 2)
    assert list(edits(change)) == [JOB]
    assert queries.returned(change)[f"{JOB}.from_month"].reason == BACK.reason
    actions.save(change.pk, typed={JOB: "", PHONE: "0986 204 715"}, seen={}, done={}, by=world.an, at=NOON)
    assert list(edits(change)) == [PHONE]
    actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    world.decide(change, ACCEPT)
    assert get(head(world), JOB) is None


def test_a_value_that_an_took_out_of_a_row_that_is_gone_is_returned_too(world):
    change = gone(world, {f"{JOB}.to_month": "", PHONE: "0986 204 715"})
    seen = queries.verification(change, world.binh, on=NOON.date())
    assert seen.clashes() == [f"{JOB}.to_month"]
    world.decide(change, {PHONE: YES, JOB: BACK})
    (row,) = edits(queries.open_draft(world.record, agency=False)).values()
    assert "to_month" not in row
    assert row["from_month"] == get(first(world), f"{JOB}.from_month")


def test_what_comes_back_to_an_open_draft_is_a_whole_row_there(world):
    change = gone(world, PERIOD)
    other = world.draft({PHONE: "0986 204 715"})
    world.decide(change, {"*": BACK})
    assert edits(other)[JOB] == get(first(world), JOB) | {"from_month": "2001-08", "to_month": "2019-06"}


def test_a_row_that_an_takes_away_in_her_open_draft_stays_away(world):
    world.accepted()
    change = world.submitted(PERIOD)
    other = world.draft({JOB: ""})
    world.decide(change, {"*": BACK})
    assert edits(other) == {JOB: None}, "what she has typed since counts"


def test_a_withdrawn_correction_is_copied_with_its_whole_row(world):
    change = gone(world, PERIOD)
    actions.withdraw(change.pk, by=world.an, at=NOON)
    copy = actions.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=change.pk, by=world.an, at=NOON)
    assert edits(copy) == {JOB: get(first(world), JOB) | {"from_month": "2001-08", "to_month": "2019-06"}}
    actions.attach(copy.pk, data=SCAN, name="a.png", title="Giấy", paths=["work"], by=world.an, at=NOON)
    assert actions.submit(copy.pk, declared=True, sign=None, by=world.an, at=NOON).status == Status.SUBMITTED
