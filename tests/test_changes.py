"""Changes: from the keyboard to the next version, told as stories of An, Bình and Phúc."""

from datetime import timedelta

import pytest

from hoso.audit.models import Event
from hoso.base.errors import Invalid, NotAllowed, Stale
from hoso.changes import actions, queries, rules
from hoso.changes.models import Change, Decision
from hoso.changes.rules import MOVES, Answer, Status
from hoso.duties.models import Obligation
from hoso.records import queries as records
from hoso.records.paths import get
from tests.world import ACCEPT, NOON, SCAN, refused

PHONE = "identity.contact_phone"
DEGREE = "qualification.highest_professional_qualification"
JOB = "work.work_history.row002"
BACK = Answer(False, "wrong_value", "Quyết định ghi khác.")
YES = Answer(True)
CHANGED = {PHONE: "0986 204 715", DEGREE: "Tiến sĩ", f"{JOB}.from_month": "08/2001", f"{JOB}.to_month": "06/2019"}


def head(world):
    """An's record as it is now."""
    world.record.refresh_from_db()
    return records.head_document(world.record)


def log(world):
    """What was done about An, in order."""
    return list(
        Event.objects.filter(person=str(world.record.person_id)).order_by("pk").values_list("action", flat=True)
    )


def returned(world):
    """What waits for An to correct."""
    return queries.open_draft(world.record, agency=False)


# -- accepting -------------------------------------------------------------------------------------------------


def test_what_an_enters_and_binh_accepts_is_her_record(world):
    change = world.accepted()
    assert change.status == Status.ACCEPTED
    assert get(head(world), "identity.birth_full_name") == "Nguyễn Thị An"
    assert world.record.head_seq == 1
    assert records.chain_breaks(world.record) is None
    assert log(world)[-3:] == ["change.submitted", "record.versioned", "change.accepted"]


def test_binh_accepts_one_field_and_returns_the_rest(world):
    world.accepted()
    change = world.submitted(CHANGED)
    world.decide(change, {"*": BACK, PHONE: YES})
    now = head(world)
    assert (get(now, PHONE), get(now, DEGREE)) == (
        "0986204715",
        get(records.document(records.version(world.record, 1)), DEGREE),
    )
    follower = returned(world)
    assert (follower.status, follower.continues_id, follower.base_seq) == (Status.RETURNED, change.pk, 2)
    left = queries.work(follower, on=NOON.date())
    assert {edit.path for edit in left.edits} == {DEGREE, f"{JOB}.from_month", f"{JOB}.to_month"}
    assert [each.title for each in left.evidence] == ["Quyết định"], "the scan goes along"


def test_binh_accepts_a_row_and_a_section(world):
    world.accepted()
    change = world.submitted(CHANGED)
    world.decide(change, {"work": YES, "qualification": YES, "identity": BACK})
    assert get(head(world), f"{JOB}.from_month") == "2001-08"
    assert {edit.path for edit in queries.work(returned(world), on=NOON.date()).edits} == {PHONE}


def test_a_new_row_is_one_thing_to_decide(world):
    world.accepted()
    new = "training.professional_education.zzz001"
    typed = {
        f"{new}.from_month": "09/2022",
        f"{new}.institution_name": "Đại học Thủy lợi",
        f"{new}.degree_level": "Tiến sĩ",
    }
    change = world.submitted(typed)
    seen = queries.verification(change, world.binh, on=NOON.date())
    assert [proposal.edit.path for proposal in seen.own()] == [new]
    world.decide(change, ACCEPT)
    assert get(head(world), f"{new}.degree_level").startswith("tien_si") or get(head(world), new)


def test_a_row_taken_away_is_one_thing_to_decide(world):
    world.accepted()
    change = world.submitted({JOB: ""})
    world.decide(change, ACCEPT)
    assert get(head(world), JOB) is None


def test_decisions_stay_with_the_change_and_its_reasons_can_be_read(world):
    world.accepted()
    change = world.submitted(CHANGED)
    world.decide(change, {"*": YES, PHONE: BACK})
    kept = {row.path: row for row in Decision.objects.filter(change=change)}
    assert {path: row.accepted for path, row in kept.items()} == {
        PHONE: False, DEGREE: True, f"{JOB}.from_month": True, f"{JOB}.to_month": True,
    }  # fmt: skip
    assert queries.reason_of(kept[PHONE], records.person_key(world.record.person_id)) == BACK.reason
    assert "Quyết định" not in bytes(kept[PHONE].reason_sealed).decode("latin-1")


def test_what_the_node_holds_already_is_not_asked(world):
    change = world.submitted()
    seen = queries.verification(change, world.binh, on=NOON.date())
    asked = {proposal.edit.path for proposal in seen.own()}
    assert "identity.citizen_id_number" not in asked
    world.decide(change, dict.fromkeys(asked, YES))
    assert get(head(world), "identity.citizen_id_number") == "022175001234"
    assert not Decision.objects.filter(path="identity.citizen_id_number").exists()


# -- returning -------------------------------------------------------------------------------------------------


def test_what_is_returned_whole_comes_back_corrected(world):
    world.accepted()
    change = world.submitted({PHONE: "0986 204 715"})
    world.decide(change, {"*": BACK})
    change.refresh_from_db()
    assert (change.status, change.submissions) == (Status.RETURNED, 1)
    assert Obligation.objects.filter(rule="change.correct", subject_id=change.pk, closed_at=None).exists()
    actions.save(change.pk, typed={PHONE: "0986 204 716"}, seen={}, done={}, by=world.an, at=NOON)
    again = actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    assert (again.submissions, again.number) == (2, change.number)
    assert not Obligation.objects.filter(rule="change.correct", closed_at=None).exists()
    world.decide(again, ACCEPT)
    assert get(head(world), PHONE) == "0986204716"
    assert Decision.objects.filter(change=change).count() == 2, "each submission keeps its own"


def test_what_comes_back_joins_the_draft_an_writes_in(world):
    world.accepted()
    change = world.submitted({PHONE: "0986 204 715", DEGREE: "Tiến sĩ"})
    other = world.draft({"identity.other_names": "Bí danh Lan", PHONE: "0900 000 001"})
    world.decide(change, {"*": BACK})
    other.refresh_from_db()
    typed = queries.work(other, on=NOON.date()).typed
    assert typed[DEGREE] == "Tiến sĩ"
    assert typed[PHONE] == "0900 000 001", "what she has typed since counts"
    change.refresh_from_db()
    assert (change.status, change.merged_into_id) == (Status.RETURNED, other.pk)
    with refused("change_was_merged"):
        actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    assert Obligation.objects.filter(rule="change.correct", subject_id=other.pk, closed_at=None).exists()
    sent = actions.submit(other.pk, declared=True, sign=None, by=world.an, at=NOON) if other.evidence.exists() else None
    assert sent is None or sent.status == Status.SUBMITTED


def test_a_part_that_comes_back_joins_the_open_draft_too(world):
    world.accepted()
    change = world.submitted({PHONE: "0986 204 715", DEGREE: "Tiến sĩ"})
    other = world.draft({"identity.other_names": "Bí danh Lan"})
    world.decide(change, {"*": YES, DEGREE: BACK})
    other.refresh_from_db()
    assert queries.work(other, on=NOON.date()).typed[DEGREE] == "Tiến sĩ"
    assert Change.objects.filter(record=world.record, status=Status.RETURNED, merged_into=None).count() == 0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(False, "", "Thiếu trang hai."), "reason_code_missing"),
        (Answer(False, "invented", "Thiếu trang hai."), "reason_code_missing"),
        (Answer(False, "missing_page", "  "), "reason_missing"),
        (Answer(False, "missing_page", "Thiếu trang hai."), None),
        (Answer(True), None),
    ],
)
def test_a_return_needs_a_reason_and_words(answer, why):
    assert rules.why_not_answer(answer) == why


def test_a_return_without_a_reason_is_refused_at_its_place(world):
    world.accepted()
    change = world.submitted(CHANGED)
    with pytest.raises(Invalid) as caught:
        world.decide(change, {"*": YES, PHONE: Answer(False, "other", "")})
    assert [each.path for each in caught.value.problems] == [PHONE]
    change.refresh_from_db()
    assert change.status == Status.SUBMITTED
    assert not Decision.objects.filter(change=change).exists()


def test_nothing_is_left_undecided(world):
    world.accepted()
    change = world.submitted(CHANGED)
    with pytest.raises(Invalid) as caught:
        world.decide(change, {PHONE: YES})
    assert {each.path for each in caught.value.problems} == {DEGREE, f"{JOB}.from_month", f"{JOB}.to_month"}


def test_a_group_is_decided_together(world):
    world.accepted()
    change = world.submitted(CHANGED)
    with pytest.raises(Invalid) as caught:
        world.decide(change, {"*": YES, f"{JOB}.to_month": BACK})
    assert {each.path for each in caught.value.problems} == {f"{JOB}.from_month", f"{JOB}.to_month"}


# -- the first entry -------------------------------------------------------------------------------------------


def test_a_first_entry_that_lacks_something_needed_goes_back_whole(world):
    change = world.submitted()
    world.decide(change, {"*": YES, PHONE: BACK})
    change.refresh_from_db()
    world.record.refresh_from_db()
    assert (change.status, world.record.head_seq) == (Status.RETURNED, 0)
    assert Decision.objects.filter(change=change, accepted=False).count() == 1, "what was right is known to be right"
    actions.save(change.pk, typed={PHONE: "0986 204 716"}, seen={}, done={}, by=world.an, at=NOON)
    actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    world.decide(change, ACCEPT)
    assert get(head(world), PHONE) == "0986204716"


def test_an_may_still_correct_pay_that_came_back_of_her_first_entry(world):
    change = world.submitted()
    extra = "salary.over_scale_seniority_percent"
    paths = {each.edit.path for each in queries.verification(change, world.binh, on=NOON.date()).own()}
    optional = next(
        (path for path in sorted(paths) if path.startswith("salary.") and path != extra and "allowance" in path), None
    )
    if optional is None:
        pytest.skip("this form has no optional pay")
    group = {path: BACK for path in paths if path.startswith("salary.") and "allowance" in path}
    world.decide(change, {"*": YES, **group})
    follower = returned(world)
    assert follower is not None
    assert follower.first_entry
    assert queries.work(follower, on=NOON.date()).may_fill(optional)


def test_while_the_first_entry_is_with_binh_there_is_nothing_to_change(world):
    world.submitted()
    with refused("first_entry_waits"):
        world.draft({PHONE: "0986 204 716"})


# -- the record moves on ---------------------------------------------------------------------------------------


def two(world, first, second):
    """Two of An's changes on Bình's desk, both begun on version 1."""
    world.accepted()
    one = world.submitted(first)
    return one, world.submitted(second)


def test_two_changes_of_different_fields_do_not_clash(world):
    one, other = two(world, {PHONE: "0986 204 715"}, {DEGREE: "Tiến sĩ"})
    world.decide(one, ACCEPT)
    other.refresh_from_db()
    other.record.refresh_from_db()
    assert queries.verification(other, world.binh, on=NOON.date()).clashes() == []
    world.decide(other, ACCEPT)
    assert get(head(world), PHONE) == "0986204715"
    assert world.record.head_seq == 3


def test_two_changes_of_the_same_field_clash_and_the_verifier_sees_what_is_held_now(world):
    one, other = two(world, {PHONE: "0986 204 715"}, {PHONE: "0986 204 999"})
    world.decide(one, ACCEPT)
    other = Change.objects.select_related("record__person").get(pk=other.pk)
    seen = queries.verification(other, world.binh, on=NOON.date())
    assert seen.clashes() == [PHONE]
    assert seen.own()[0].edit == (PHONE, "0986204715", "0986204999")
    world.decide(other, ACCEPT)
    assert get(head(world), PHONE) == "0986204999"
    assert records.chain_breaks(world.record) is None


def test_what_the_record_says_already_needs_no_decision(world):
    one, other = two(world, {PHONE: "0986 204 715"}, {PHONE: "0986204715"})
    world.decide(one, ACCEPT)
    world.decide(other, {})
    other.refresh_from_db()
    world.record.refresh_from_db()
    assert (other.status, world.record.head_seq) == (Status.ACCEPTED, 2), "closed, and no empty version"


def test_a_page_that_was_opened_before_the_record_moved_is_stale(world):
    one, other = two(world, {PHONE: "0986 204 715"}, {DEGREE: "Tiến sĩ"})
    world.decide(one, ACCEPT)
    with pytest.raises(Stale) as caught:
        actions.decide(other.pk, answers=ACCEPT, paper_match=True, head_seq=1, by=world.binh, at=NOON)
    assert caught.value.code == "record_moved_on"
    other.refresh_from_db()
    assert other.status == Status.SUBMITTED


# -- evidence, paper, hand-over --------------------------------------------------------------------------------


def test_accepting_attests_that_it_matches_the_paper(world):
    change = world.submitted()
    with refused("paper_match_missing"):
        actions.decide(change.pk, answers=ACCEPT, paper_match=False, head_seq=0, by=world.binh, at=NOON)
    actions.decide(change.pk, answers={"*": BACK}, paper_match=False, head_seq=0, by=world.binh, at=NOON)
    change.refresh_from_db()
    assert change.status == Status.RETURNED, "returning attests nothing"


def test_every_change_after_the_first_entry_needs_evidence(world):
    world.accepted()
    change = world.draft({PHONE: "0986 204 715", DEGREE: "Tiến sĩ"})
    actions.attach(change.pk, data=SCAN, name="a.png", title="Giấy", paths=[PHONE], by=world.an, at=NOON)
    with pytest.raises(Invalid) as caught:
        actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    assert [each.path for each in caught.value.problems] == [DEGREE]


def test_the_first_entry_needs_none(world):
    assert world.submitted(scan=False).status == Status.SUBMITTED


def test_what_binh_enters_for_an_an_submits_and_another_verifies(world):
    world.accepted()
    change = actions.open_draft(world.record.pk, agency=False, on_behalf=True, copy_of=None, by=world.binh, at=NOON)
    actions.save(change.pk, typed={PHONE: "0986 204 715"}, seen={}, done={}, by=world.binh, at=NOON)
    actions.attach(change.pk, data=SCAN, name="a.png", title="Giấy", paths=["identity"], by=world.binh, at=NOON)
    with pytest.raises(NotAllowed):
        actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    with refused("hand_over_first"):
        actions.submit(change.pk, declared=True, sign=None, by=world.binh, at=NOON)
    actions.hand(change.pk, by=world.binh, at=NOON)
    with pytest.raises(NotAllowed):
        actions.save(change.pk, typed={PHONE: "1"}, seen={}, done={}, by=world.binh, at=NOON)
    sent = actions.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    with refused("own_change"):
        world.decide(sent, ACCEPT)
    world.decide(sent, ACCEPT, by=world.phuc)
    assert get(head(world), PHONE) == "0986204715"


# -- withdrawing, taking ---------------------------------------------------------------------------------------


def test_an_takes_back_what_nobody_works_on(world):
    change = world.submitted()
    actions.withdraw(change.pk, by=world.an, at=NOON)
    change.refresh_from_db()
    assert change.status == Status.WITHDRAWN
    assert actions.withdraw(change.pk, by=world.an, at=NOON).status == Status.WITHDRAWN, "twice is once"
    copy = actions.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=change.pk, by=world.an, at=NOON)
    assert queries.work(copy, on=NOON.date()).typed, "nothing that was typed is lost"


def test_an_cannot_take_back_what_binh_has_open(world):
    change = world.submitted()
    actions.take(change.pk, by=world.binh, at=NOON)
    with refused("being_verified"):
        actions.withdraw(change.pk, by=world.an, at=NOON)
    actions.release(change.pk, by=world.binh, at=NOON)
    assert actions.withdraw(change.pk, by=world.an, at=NOON).status == Status.WITHDRAWN


def test_two_do_not_work_on_one(world):
    change = world.submitted()
    actions.take(change.pk, by=world.binh, at=NOON)
    for act in (actions.take, actions.open_for_verifying):
        with refused("taken_by_other"):
            act(change.pk, by=world.giang, at=NOON + timedelta(hours=3))
    with refused("taken_by_other"):
        world.decide(change, ACCEPT, by=world.giang)
    actions.release(change.pk, by=world.giang, at=NOON)
    change.refresh_from_db()
    assert change.taken_by_id == world.binh.pk, "only who holds it gives it back"


def test_a_hold_ends_by_itself_and_can_be_renewed(world):
    change = world.submitted()
    actions.take(change.pk, by=world.binh, at=NOON)
    later = NOON + rules.HELD_FOR
    actions.take(change.pk, by=world.binh, at=later)
    with refused("taken_by_other"):
        actions.take(change.pk, by=world.giang, at=later + timedelta(hours=1))
    assert actions.take(change.pk, by=world.giang, at=later + rules.HELD_FOR).taken_by_id == world.giang.pk
    assert log(world).count("change.taken") == 3


def test_the_log_names_once_what_is_protected_on_the_verifiers_page(world):
    world.accepted()
    change = world.submitted({"identity.religion": "Phật giáo", PHONE: "0986 204 715"})
    for _ in range(2):
        actions.open_for_verifying(change.pk, by=world.binh, at=NOON)
    event = Event.objects.get(action="record.revealed")
    assert (event.data["paths"], event.purpose) == (["identity.religion"], "kiểm tra đề nghị")
    assert "Phật" not in str(event.data)
    taken = Event.objects.get(action="change.taken")
    assert taken.data["sections"] == ["identity"]


# -- the table of moves ----------------------------------------------------------------------------------------


class Fake:
    def __init__(self, status, merged=None):
        self.status, self.merged_into_id = status, merged


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", list(Status))
def test_a_move_goes_only_from_where_the_table_says(move, status):
    allowed = {
        "submit": {"draft", "returned"},
        "accept": {"submitted"},
        "return": {"submitted"},
        "withdraw": {"draft", "submitted", "returned"},
    }
    why = rules.why_not(move, Fake(status))
    assert (why is None) == (status.value in allowed[move])
    assert why in (None, f"cannot_{move}_when_{status}")
    assert rules.why_not(move, Fake(status, merged="other")) == "change_was_merged"
