"""Who verifies: the administrator, the deputy where that one is concerned or away, the next agency, the department."""

from datetime import date, timedelta

import pytest

from hoso.access import policy
from hoso.access.models import Grant
from hoso.base.errors import NotAllowed
from hoso.changes import actions, queries
from hoso.changes.models import Change
from tests.world import ACCEPT, NOON, first_entry, refused

TODAY = NOON.date()


def own_entry(world, account):
    """The first entry of an officer, submitted."""
    record = actions.expect_entry(account, by=world.system, at=NOON)
    change = actions.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=account, at=NOON)
    typed = first_entry(queries.work(change, on=TODAY))
    actions.save(change.pk, typed=typed, seen={}, done={}, by=account, at=NOON)
    return actions.submit(change.pk, declared=True, sign=None, by=account, at=NOON)


def decide(change, by):
    change.record.refresh_from_db()
    head = change.record.head_seq
    return actions.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=head, by=by, at=NOON)


def away(world, account, since=date(2026, 11, 1), until=date(2026, 11, 30)):
    """The account's grants say that its holder is away."""
    Grant.objects.filter(account=account).update(away_since=since, away_until=until)
    return world.fresh(account)


def queue(account):
    return set(queries.to_verify(account, on=TODAY).values_list("pk", flat=True))


def test_an_ordinary_change_is_for_the_administrator_alone(world):
    change = world.submitted()
    assert (change.desk_id, change.needs_deputy) == (world.nnmt.pk, False)
    assert queue(world.binh) == {change.pk}
    for other in (world.phuc, world.chi, world.dung, world.em, world.an):
        assert queue(world.fresh(other)) == set()
    with pytest.raises(NotAllowed):
        world.decide(change, ACCEPT, by=world.phuc)


def test_what_the_administrator_submits_is_for_the_deputy(world):
    change = own_entry(world, world.binh)
    assert (change.desk_id, change.needs_deputy) == (world.nnmt.pk, True)
    assert queue(world.phuc) == {change.pk}
    assert queue(world.binh) == set()
    with refused("own_record"):
        decide(change, world.binh)
    assert decide(change, world.phuc).status == "accepted"


def test_where_the_deputy_is_concerned_too_the_next_agency_up_verifies(world):
    above = world._organization("H49.KHOI", "Khối kinh tế", "department")
    unit = world._organization("H49.KHOI.TN", "Trung tâm", "public_unit", above)
    world.grant(world.chi, "agency_admin", above)
    world.grant(world.dung, "agency_admin", unit)
    world.grant(world.em, "agency_admin", unit, deputy=True)
    found = queries.desk_for(unit, authors={world.dung.pk, world.em.pk}, person=world.an.person_id, on=TODAY)
    assert (found.organization.pk, found.needs_deputy) == (above.pk, False)


def test_at_the_top_the_department_verifies(world):
    found = queries.desk_for(world.nnmt, authors={world.binh.pk, world.phuc.pk}, person=world.an.person_id, on=TODAY)
    assert found.organization.pk == world.node.home_affairs.pk
    change = world.submitted()
    Change.objects.filter(pk=change.pk).update(desk=found.organization, entered_by=world.binh, handed_by=None)
    assert queue(world.giang) == {change.pk}
    assert world.decide(change, ACCEPT, by=world.giang).status == "accepted"


def test_while_the_administrator_is_away_the_deputy_stands_in(world):
    away(world, world.binh)
    change = world.submitted()
    assert (change.desk_id, change.needs_deputy) == (world.nnmt.pk, True)
    assert queue(world.phuc) == {change.pk}
    assert world.decide(change, ACCEPT, by=world.phuc).status == "accepted"


def test_the_deputy_also_stands_in_for_what_was_submitted_before_the_absence(world):
    change = world.submitted()
    assert queue(world.phuc) == set()
    away(world, world.binh)
    assert queue(world.fresh(world.phuc)) == {change.pk}
    assert world.decide(change, ACCEPT, by=world.fresh(world.phuc)).status == "accepted"


def test_back_from_an_absence_the_administrator_is_alone_again(world):
    away(world, world.binh, until=TODAY - timedelta(days=1))
    change = world.submitted()
    assert not change.needs_deputy
    assert queue(world.phuc) == set()


def test_a_grant_that_ended_verifies_nothing(world):
    change = world.submitted()
    Grant.objects.filter(account=world.binh).update(until=TODAY - timedelta(days=1))
    binh = world.fresh(world.binh)
    assert queue(binh) == set()
    with pytest.raises(NotAllowed):
        world.decide(change, ACCEPT, by=binh)
    [deputy] = policy.held(world.phuc, TODAY)
    assert not deputy.stands_by, "nobody is left for whom the deputy would have to wait"


def test_whoever_has_a_hand_in_a_change_does_not_verify_it(world):
    change = world.submitted()
    for hand in ("entered_by", "handed_by", "submitted_by", "saved_by"):
        stem = hand.removesuffix("_by")
        Change.objects.filter(pk=change.pk).update(**{hand: world.binh, f"{stem}_at": NOON})
        with refused("own_change"):
            world.decide(change, ACCEPT)
        back = world.an if hand != "handed_by" else None
        Change.objects.filter(pk=change.pk).update(**{hand: back, f"{stem}_at": NOON if back else None})
    assert world.decide(change, ACCEPT).status == "accepted"


def test_the_queue_and_the_door_agree(world):
    """Whoever finds a change in their queue may decide it, and nobody else but the department."""
    change = Change.objects.select_related("record").get(pk=world.submitted().pk)
    for account in (world.an, world.binh, world.chi, world.dung, world.em, world.phuc, world.giang):
        account = world.fresh(account)
        listed = change.pk in queue(account)
        why = queries.why_not_verifier(change, account, on=TODAY)
        assert listed == (why is None) or account == world.giang, account.name
