"""Rights: whose are wider, who may delegate what, and that nobody is judge in their own cause."""

from datetime import date, timedelta
from itertools import product

import pytest

from hoso.access import actions as access
from hoso.access import policy
from hoso.access.models import Grant
from hoso.access.roles import ROLES, Reach, wider
from hoso.access.rules import BasisKind, Delegated, Paper, why_not_delegate
from hoso.approvals import actions as approvals
from hoso.approvals import queries as month
from hoso.base.errors import NotAllowed, NotFound
from tests.test_approvals import accept_entry_of
from tests.world import CONFIRM_DAY, NOON, refused

TODAY = date(2026, 11, 10)
LETTER = Paper(BasisKind.AUTHORISATION, "05/GUQ-SNNMT", TODAY)

# Whose rights at the same place are wider than whose: rows act, columns are acted on. W: wider, so no.
TABLE = """
                agency_admin subunit_admin agency_head head_delegate dept_admin dept_leader inspector
agency_admin         .            .             W            W           W           W          W
subunit_admin        W            .             W            W           W           W          W
agency_head          W            W             .            .           W           W          W
head_delegate        W            W             W            .           W           W          W
dept_admin           .            .             .            .           .           .          .
dept_leader          W            W             W            W           W           .          W
inspector            W            W             W            W           W           W          .
"""


def test_whose_rights_are_wider_is_this_table():
    heads, *rows = [line.split() for line in TABLE.strip().splitlines()]
    assert set(heads) == ROLES.keys()
    said = {(mine, theirs): mark == "W" for mine, *marks in rows for theirs, mark in zip(heads, marks, strict=True)}
    assert said == {
        (mine, theirs): wider([Reach(theirs, "1.2")], [Reach(mine, "1.2")]) for mine, theirs in product(ROLES, ROLES)
    }


@pytest.mark.parametrize("role", ROLES)
def test_rights_elsewhere_or_further_up_are_always_wider(role):
    for mine in ROLES:
        assert wider([Reach(role, "1")], [Reach(mine, "1.2")])
        assert wider([Reach(role, "1.3")], [Reach(mine, "1.2")])
        assert wider([Reach(role, "1.20")], [Reach(mine, "1.2")]), "a number is not the beginning of another"
    assert not wider([Reach(role, "1.2.3")], [Reach(role, "1.2")])
    assert not wider([], []) and wider([Reach(role, "1")], [])


def test_rights_add_up():
    both = [Reach("agency_admin", "1"), Reach("agency_head", "1.2")]
    assert not wider([Reach("agency_head", "1.2.5"), Reach("agency_admin", "1.4")], both)
    assert wider([Reach("agency_head", "1.4")], both)


GOOD = Delegated(
    is_person=True, oneself=False, same_agency=True, since=TODAY, until=TODAY, head_until=None, already=False
)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({}, None),
        ({"is_person": False}, "delegate_named_person"),
        ({"oneself": True}, "own_grant"),
        ({"same_agency": False}, "other_head_there"),
        ({"until": None}, "last_day_missing"),
        ({"since": TODAY - timedelta(days=1)}, "begins_in_the_past"),
        ({"since": TODAY + timedelta(days=1)}, "ends_before_it_begins"),
        ({"head_until": TODAY}, None),
        ({"head_until": TODAY - timedelta(days=1)}, "outlives_the_head"),
        ({"already": True}, "delegated_already"),
    ],
)
def test_what_a_head_may_delegate(what, code):
    assert why_not_delegate(GOOD._replace(**what), TODAY) == code


def delegated(world, account, organization=None, *, by=None, since=TODAY, until=date(2026, 12, 31)):
    return access.delegate(
        account=account,
        organization=organization or world.nnmt,
        basis=LETTER,
        since=since,
        until=until,
        by=world.fresh(by or world.chi),
        at=NOON,
    )


def test_an_administrator_does_nothing_to_an_account_with_wider_rights(world):
    """Not by another right, not by an end, not by a new password; a right to come counts already."""
    department = world._person("Đỗ Mạnh Hùng", "022065000321", "1965-02-02", "M", world.yt, "Trưởng phòng")
    world.grant(department, "dept_admin", world.yt)
    grant = Grant.objects.get(account=world.giang)
    asked = {"until": None, "since": TODAY, "deputy": False, "basis": LETTER, "by": world.fresh(department), "at": NOON}
    with refused("wider_rights"):
        access.give(account=world.giang, role="inspector", organization=world.yt, **asked)
    with refused("not_allowed"):
        access.end(grant.pk, until=TODAY, by=world.fresh(department), at=NOON)
    with refused("not_allowed"):
        access.give_password(world.giang, password="x", must_change=True, by=world.fresh(department), at=NOON)
    Grant.objects.filter(account=world.chi).update(since=TODAY + timedelta(days=9))
    with refused("wider_rights"):
        access.give(account=world.chi, role="inspector", organization=world.yt, **asked)
    access.give(account=world.em, role="inspector", organization=world.yt, **asked)


def test_nobody_grants_themselves_under_another_account(world):
    """The agency's account in one's own hands is one's own hand."""
    other = world._person("Lê Thị Giang", "022168000777", "1968-05-05", "F", world.nnmt, "Chuyên viên")
    with refused("own_grant"):
        access.give(
            account=other, role="dept_leader", organization=world.node.root, basis=LETTER, since=TODAY, until=None,
            deputy=False, by=world.giang, at=NOON,
        )  # fmt: skip


def test_a_delegation_ends_by_itself_and_with_the_head(world):
    delegated(world, world.phuc)
    delegated(world, world.em, world.thuyloi, until=date(2026, 11, 20))
    mine = [grant.role for grant in policy.held(world.fresh(world.phuc), date(2026, 12, 31))]
    assert mine == ["agency_admin", "head_delegate"]
    assert policy.held(world.fresh(world.phuc), date(2027, 1, 1))[1:] == []
    head = Grant.objects.get(account=world.chi)
    access.end(head.pk, until=TODAY + timedelta(days=5), by=world.fresh(world.giang), at=NOON)
    assert {grant.until for grant in head.delegated.all()} == {TODAY + timedelta(days=5)}
    with refused("outlives_the_head"):
        delegated(world, world.an)


def test_a_delegation_counts_for_nothing_while_its_head_has_no_account(world):
    delegated(world, world.phuc)
    type(world.chi).objects.filter(pk=world.chi.pk).update(status="suspended")
    assert [grant.role for grant in policy.held(world.fresh(world.phuc), TODAY)] == ["agency_admin"]
    assert "head_delegate" not in {each.role for each in month.officers(TODAY, agency=world.nnmt)}


def test_only_a_head_delegates_and_only_what_is_theirs(world):
    delegated(world, world.phuc)
    for other in (world.binh, world.phuc, world.em, world.giang, world.dung):
        with pytest.raises(NotAllowed):
            delegated(world, world.an, by=other)
    with refused("not_allowed"):
        delegated(world, world.an, world.yt)
    with refused("head_delegates"):
        access.give(
            account=world.an, role="head_delegate", organization=world.nnmt, basis=LETTER, since=TODAY, until=None,
            deputy=False, by=world.giang, at=NOON,
        )  # fmt: skip


def test_a_head_ends_what_they_delegated_and_nobody_elses(world):
    grant = delegated(world, world.phuc)
    with pytest.raises(NotFound):
        access.end_delegation(grant.pk, until=TODAY, by=world.em, at=NOON)
    access.end_delegation(grant.pk, until=TODAY, by=world.fresh(world.chi), at=NOON)
    assert policy.held(world.fresh(world.phuc), TODAY + timedelta(days=1))[1:] == []


def confirm(world, by):
    round_ = world.round()
    found = month.waiting_for(world.nnmt, by, round_, on=CONFIRM_DAY.date())
    chosen = [each.version.pk for each in found if not each.blocked]
    return found, approvals.confirm(
        round_.pk, agency=world.nnmt, version_ids=chosen, statement=True, sign=None, by=by, at=CONFIRM_DAY
    )


def test_a_delegate_confirms_in_the_part_delegated_on_the_document_of_the_delegation(world):
    world.accepted()
    accept_entry_of(world, world.phuc)
    delegated(world, world.an, world.thuyloi)
    delegated(world, world.em, world.thuyloi)
    delegate = world.fresh(world.em)
    found, (row,) = confirm(world, delegate)
    assert [each.version.record.person.full_name for each in found] == ["Nguyễn Thị An"], "Phúc is not in this part"
    assert row.role == "head_delegate"
    assert row.basis == "05/GUQ-SNNMT ngày 10/11/2026, ủy quyền của Lê Thị Kim Chi"
    assert month.pending(world.nnmt, delegate, on=CONFIRM_DAY.date()) == []


def test_neither_a_delegate_nor_their_head_confirms_the_heads_record(world):
    accept_entry_of(world, world.chi)
    delegated(world, world.phuc)
    blocked = {
        each.version.record.person.full_name: each.blocked
        for each in month.waiting_for(world.nnmt, world.fresh(world.phuc), world.round(), on=CONFIRM_DAY.date())
    }
    assert blocked == {"Lê Thị Kim Chi": "delegators_record"}
