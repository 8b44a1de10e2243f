"""The life of an account: requests, codes, acts, hand-overs, second hands."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hoso.access import actions, policy, queries, rules
from hoso.access.models import Account, AccountAct, AccountRequest, OneTimeCode
from hoso.access.roles import Permission
from hoso.access.rules import ACCOUNT_ACTS, AccountStatus, BasisKind, Paper
from hoso.audit.models import Event
from hoso.base.errors import NotAllowed
from hoso.changes import actions as changes
from hoso.changes.actions import admitting
from hoso.duties.models import Obligation
from hoso.people.models import Person
from tests.world import NOON, PASSWORD, date, refused

TODAY = NOON.date()
NEW = "sáu-con-mèo-ngủ-trên-mái-tôn"
DECISION = Paper(BasisKind.DECISION, "51/QĐ-SNNMT", date(2026, 11, 2))
AGREEMENT = Paper(BasisKind.AGREEMENT, "88/SNV-CCVC", date(2026, 11, 3), "Sở Nội vụ")
PERSON = {
    "pin": "022192000321", "full_name": "Đỗ Thị Lan", "birth": "1992-04-30", "sex": "F", "category": "civil_servant",
    "title": "Chuyên viên", "staff_number": "", "since": "2026-11-09", "began": "Quyết định 7/QĐ-SNV",
    "way": "recruited",
}  # fmt: skip
HOLDER = {"sign_in": "nnmt.tl", "name": "Ngô Văn Khoa", "pin": "", "role": "subunit_admin"}


@given(st.sampled_from(AccountStatus.values), st.lists(st.sampled_from(sorted(ACCOUNT_ACTS)), max_size=12))
def test_no_sequence_of_acts_leaves_the_table(status, acts):
    for act in acts:
        if rules.why_not_act(act, status) is None:
            status = rules.after(act, status)
        assert status in AccountStatus.values
    if status == AccountStatus.ENDED:
        assert rules.possible(status) == []


def test_the_table_says_what_is_possible_where():
    assert {status: rules.possible(status) for status in AccountStatus.values} == {
        "waiting": ["activate", "extend", "recover", "hand", "end"],
        "active": ["restrict", "extend", "suspend", "recover", "hand", "end"],
        "restricted": ["extend", "suspend", "restore", "recover", "end"],
        "suspended": ["restore", "hand", "end"],
        "ended": [],
    }


def act(world, name, account, **more):
    said = {"reason": "Theo đề nghị của đơn vị", "paper": None, "by": world.giang, "at": NOON} | more
    return getattr(actions, name)(account.pk, **said)


def test_rights_follow_the_status_and_the_last_day(world):
    def held():
        return [each.role for each in policy.held(world.fresh(world.binh), TODAY)]

    assert held() == ["agency_admin"]
    act(world, "restrict", world.binh)
    binh = world.fresh(world.binh)
    assert policy.allows(binh, Permission.RECORD_VIEW, world.nnmt, on=TODAY)
    assert not policy.allows(binh, Permission.CHANGE_ENTER, world.nnmt, on=TODAY)
    act(world, "restore", world.binh)
    act(world, "suspend", world.binh)
    assert held() == []
    act(world, "restore", world.binh)
    act(world, "extend", world.binh, until=TODAY)
    assert held() == ["agency_admin"]
    assert policy.held(world.fresh(world.binh), TODAY + timedelta(days=1)) == []
    act(world, "end_account", world.binh)
    with refused("cannot_restore_account_when_ended"):
        act(world, "restore", world.binh)
    told = list(AccountAct.objects.filter(account=world.binh).order_by("pk").values_list("act", flat=True))
    assert told == ["restrict", "restore", "suspend", "restore", "extend", "end", "grant_ended"]
    assert list(queries.without_administrator(world.giang, on=TODAY)) == [world.nnmt]


def test_a_restricted_account_does_not_change_its_own_record(world):
    change = world.draft({"identity.other_names": "Lan"})
    act(world, "restrict", world.an)
    an = world.fresh(world.an)
    with pytest.raises(NotAllowed, match="account_restricted"):
        changes.save(change.pk, typed={"identity.other_names": "Hoa"}, seen={}, done={}, by=an, at=NOON)
    with pytest.raises(NotAllowed, match="account_restricted"):
        changes.withdraw(change.pk, by=an, at=NOON)


def test_nobody_acts_on_their_own_account_on_wider_rights_or_elsewhere(world):
    with pytest.raises(NotAllowed, match="own_account"):
        act(world, "suspend", world.giang)
    for by, account in ((world.em, world.an), (world.binh, world.an), (world.binh, world.chi), (world.an, world.em)):
        with pytest.raises(NotAllowed):
            act(world, "suspend", account, by=by)
    with pytest.raises(NotAllowed, match="wider_rights"):
        actions.recover(world.chi.pk, seen_in_person=True, reason="Quên", by=world.binh, at=NOON)
    with refused("reason_missing"):
        act(world, "suspend", world.an, reason=" ")


def test_a_code_opens_once_and_only_for_whom_it_was_given(world):
    given = actions.recover(world.an.pk, seen_in_person=True, reason="Quên mật khẩu", by=world.binh, at=NOON)
    assert not world.fresh(world.an).check_password(PASSWORD), "the old password is gone at once"
    assert given.code.replace("-", "") not in str(list(OneTimeCode.objects.values()))
    wrong = {"sign_in": "022085000456", "code": given.code}
    for typed in (wrong, {"sign_in": "022175001234", "code": "AAAA-AAAA-AAAA-AAAA"}):
        with refused("wrong_activation"):
            actions.activate(**typed, password=NEW, by=None, at=NOON)
    right = {"sign_in": "022 175 001 234", "code": given.code.lower().replace("-", " ")}
    with refused("code_expired"):
        actions.activate(**right, password=NEW, by=None, at=NOON + timedelta(days=3))
    actions.activate(**right, password=NEW, by=None, at=NOON)
    assert world.fresh(world.an).check_password(NEW)
    with refused("wrong_activation"):
        actions.activate(**right, password=PASSWORD, by=None, at=NOON)


def test_another_code_voids_the_one_before(world):
    first = actions.recover(world.an.pk, seen_in_person=True, reason="Quên", by=world.binh, at=NOON)
    second = actions.recover(world.an.pk, seen_in_person=True, reason="Mất phiếu", by=world.binh, at=NOON)
    with refused("wrong_activation"):
        actions.activate(sign_in="022175001234", code=first.code, password=NEW, by=None, at=NOON)
    actions.activate(sign_in="022175001234", code=second.code, password=NEW, by=None, at=NOON)
    with refused("identity_not_checked"):
        actions.recover(world.an.pk, seen_in_person=False, reason="Gọi điện", by=world.binh, at=NOON)


def test_a_leader_is_recovered_by_two_hands(world):
    with refused("two_hands_needed"):
        actions.recover(world.dung.pk, seen_in_person=True, reason="Quên", by=world.giang, at=NOON)
    row = actions.ask_second(
        world.dung.pk, act="recover", seen_in_person=True, reason="Quên", certificate="", by=world.giang, at=NOON
    )
    for one in (world.giang, world.dung, world.chi):
        with pytest.raises(NotAllowed):
            actions.confirm_second(row.pk, by=world.fresh(one), at=NOON)
    world.grant(world.em, "dept_leader", world.node.root)
    em = world.fresh(world.em)
    assert queries.two_hands(em, at=NOON) == [row]
    with refused("request_expired"):
        actions.confirm_second(row.pk, by=em, at=NOON + timedelta(days=7))
    given = actions.confirm_second(row.pk, by=em, at=NOON)
    assert given is not None
    assert given.account == world.dung
    with refused("decided_already"):
        actions.confirm_second(row.pk, by=em, at=NOON)


def test_a_request_becomes_a_person_with_post_account_and_code_in_one_act(world):
    row = admitting.ask_account(
        world.thuyloi.pk, kind="personal", asked=PERSON, paper=None, agreement=None, by=world.binh, at=NOON
    )
    [term] = Obligation.objects.filter(subject_id=row.pk)
    assert (term.rule, term.closed_at) == ("account.create", None)
    assert PERSON["pin"] not in str(AccountRequest.objects.values().get())
    assert PERSON["pin"].encode() not in bytes(AccountRequest.objects.get().asked_sealed)
    with pytest.raises(NotAllowed):
        admitting.meet_request(row.pk, by=world.binh, at=NOON)
    given = admitting.meet_request(row.pk, by=world.giang, at=NOON)
    assert given.account.status == "waiting"
    term.refresh_from_db()
    assert term.closed_at == NOON
    assert not term.waived
    assert queries.requests(world.binh, on=TODAY, waiting=False).get().account == given.account
    with refused("decided_already"):
        admitting.decline_request(row.pk, reason="Trùng", by=world.giang, at=NOON)
    actions.activate(sign_in=PERSON["pin"], code=given.code, password=NEW, by=None, at=NOON)
    assert world.fresh(given.account).status == "active"


def test_the_department_says_why_not(world):
    row = admitting.ask_account(
        world.nnmt.pk, kind="personal", asked=PERSON | {"way": "received"}, paper=None, agreement=None,
        by=world.chi, at=NOON,
    )  # fmt: skip
    with refused("reason_missing"):
        admitting.decline_request(row.pk, reason="", by=world.giang, at=NOON)
    admitting.decline_request(row.pk, reason="Chưa có quyết định", by=world.giang, at=NOON)
    assert Obligation.objects.get(subject_id=row.pk).waived
    assert not Person.objects.filter(full_name=PERSON["full_name"]).exists()


def test_two_of_an_agency_ask_only_in_their_own_subtree(world):
    for by in (world.em, world.an, world.dung):
        with pytest.raises(NotAllowed):
            admitting.ask_account(
                world.nnmt.pk, kind="personal", asked=PERSON, paper=None, agreement=None, by=by, at=NOON
            )
    assert not queries.requests(world.em, on=TODAY).exists()


def subunit(world, **more):
    said = {"kind": "subunit", "asked": HOLDER, "paper": DECISION, "agreement": AGREEMENT, "by": world.binh, "at": NOON}
    return admitting.ask_account(world.thuyloi.pk, **(said | more))


def test_a_sub_unit_needs_the_written_agreement_and_its_account_a_named_person(world):
    with refused("agreement_missing"):
        subunit(world, agreement=None)
    with refused("basis_missing"):
        subunit(world, paper=None)
    with refused("name_missing"):
        subunit(world, asked=HOLDER | {"name": " "})
    given = admitting.meet_request(subunit(world).pk, by=world.giang, at=NOON)
    account = world.fresh(given.account)
    assert account.behind.name == "Ngô Văn Khoa"
    assert queries.home(account) == world.thuyloi
    assert [str(row.basis) for row in queries.grants_of(account, on=TODAY)] == ["88/SNV-CCVC ngày 03/11/2026"]


@pytest.fixture
def unit(world):
    """The account of the sub-unit, opened by its first hand."""
    given = admitting.meet_request(subunit(world).pk, by=world.giang, at=NOON)
    return actions.activate(sign_in="nnmt.tl", code=given.code, password=NEW, by=None, at=NOON)


def test_a_hand_over_changes_hands_and_keeps_the_log_honest(world, unit):
    unit = world.fresh(unit)
    given = actions.hand_over(
        unit.pk, pin="022085000456", name="", since=TODAY, reason="Luân chuyển", paper=DECISION, by=world.giang, at=NOON
    )
    unit = world.fresh(unit)
    assert (unit.name, unit.status) == (world.em.name, "waiting")
    assert not unit.check_password(NEW)
    assert unit.behind.person_id == world.em.person_id
    assert policy.may_be(unit, world.em.person)
    assert not policy.may_be(unit, world.an.person)
    unit = actions.activate(sign_in="nnmt.tl", code=given.code, password=PASSWORD, by=None, at=NOON)
    assert Event.objects.filter(action="account.activated").latest("pk").behind == str(world.em.person_id)
    assert [row.name for row in queries.handovers(unit)] == [world.em.name, "Ngô Văn Khoa"]


def test_the_human_behind_an_agency_account_does_nothing_to_the_own_file(world, unit):
    actions.hand_over(
        unit.pk, pin="022175001234", name="", since=TODAY, reason="Kiêm", paper=DECISION, by=world.giang, at=NOON
    )
    Account.objects.filter(pk=unit.pk).update(status="active")
    world.accepted()
    unit = world.fresh(unit)
    with pytest.raises(NotAllowed, match="own_record"):
        changes.open_draft(world.record.pk, agency=True, on_behalf=False, copy_of=None, by=unit, at=NOON)


def test_a_sole_administrator_ends_only_with_a_new_one(world):
    [grant] = queries.grants_of(world.binh, on=TODAY)
    with refused("agency_needs_administrator"):
        actions.end(grant.pk, until=TODAY, by=world.giang, at=NOON)
    actions.give(
        account=world.phuc, role="agency_admin", organization=world.nnmt, basis=DECISION, since=TODAY, until=None,
        deputy=False, by=world.giang, at=NOON,
    )  # fmt: skip
    grant.refresh_from_db()
    assert grant.until == TODAY - timedelta(days=1)
    assert not list(queries.without_administrator(world.giang, on=TODAY).filter(pk=world.nnmt.pk))


CLOSING = {
    "suspended": lambda world: act(world, "suspend", world.an),
    "ended": lambda world: act(world, "end_account", world.an),
    "recovered": lambda world: actions.recover(world.an.pk, seen_in_person=True, reason="Quên", by=world.binh, at=NOON),
}


@pytest.mark.parametrize("how", CLOSING)
def test_closing_an_account_throws_out_every_session_and_says_why(world, how):
    Account.objects.filter(pk=world.an.pk).update(must_change_password=False)
    windows = [Client(), Client()]
    for each in windows:
        each.force_login(world.fresh(world.an))
        assert each.get(reverse("own-security")).status_code == 200
    CLOSING[how](world)
    for each in windows:
        answer = each.get(reverse("own-security"), follow=True)
        assert answer.redirect_chain[-1][0].startswith("/dang-nhap/")
        said = {"suspended": "tạm khóa", "ended": "đã chấm dứt", "recovered": "Mã mới đã được cấp"}[how]
        assert said in answer.content.decode()
        assert each.get("/api/v1/me").status_code == 401
