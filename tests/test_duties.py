"""Obligations seen from above: who owes what by when, who is late, and what the month was like."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.base.errors import NotAllowed
from hoso.changes.rules import Answer
from hoso.duties import queries
from hoso.duties.models import Obligation
from hoso.duties.queries import Asked, Counted
from hoso.duties.rules import STATES, first_later_day, late_by
from tests.world import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
RETURN = {"*": Answer(False, "wrong_value", "Sai so với quyết định")}


@pytest.fixture
def as_(world, monkeypatch):
    """A window of somebody of the cast, at a moment."""

    def open_window(account, at=NOON):
        Account.objects.update(must_change_password=False)
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        client = Client()
        client.force_login(world.fresh(account))
        return client

    return open_window


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 10), date(2026, 11, 13)),  # Tuesday: Thursday is the second working day after it
        (date(2026, 11, 13), date(2026, 11, 18)),  # Friday: Tuesday
        (date(2026, 4, 29), date(2026, 5, 6)),  # two holidays and a weekend between
    ],
)
def test_what_is_due_soon_has_at_most_two_working_days_left(today, first):
    assert first_later_day(today) == first


def test_how_late_something_is_counts_working_days():
    assert late_by(date(2026, 11, 13), date(2026, 11, 16)) == 1  # Friday to Monday
    assert late_by(date(2026, 11, 13), date(2026, 11, 13)) == 0
    assert late_by(date(2026, 11, 16), date(2026, 11, 13)) == 0


def test_an_act_opens_an_obligation_about_a_person_and_meets_it(world):
    change = world.submitted()
    running = Obligation.objects.get(rule="change.verify", closed_at=None)
    assert (running.person_id, running.organization) == (world.an.person_id, world.nnmt)
    world.decide(change, RETURN)
    running.refresh_from_db()
    assert running.closed_at
    correct = Obligation.objects.get(rule="change.correct", closed_at=None)
    assert (correct.role, correct.account, correct.person_id) == ("self", world.an.pk, world.an.person_id)


def test_the_board_counts_open_soon_late_and_how_the_month_was_met(world):
    world.submitted()
    due = Obligation.objects.get(rule="change.verify").due_on
    assert queries.board(world.binh, month="2026-11", on=TODAY).whole == Counted(1, 0, 0, 1, 0)
    assert queries.board(world.binh, month="2026-11", on=due).whole == Counted(1, 1, 0, 1, 0)
    late = queries.board(world.binh, month="2026-10", on=due + timedelta(days=1))
    assert late.whole == Counted(1, 0, 1, 0, 0)
    assert [(line.name, line.counted.late) for line in late.organizations] == [("Sở Nông nghiệp và Môi trường", 1)]
    assert [line.key for line in late.rules] == ["change.verify"]


def test_what_was_met_after_its_day_is_late_for_ever(world):
    change = world.submitted()
    due = Obligation.objects.get(rule="change.verify").due_on
    world.decide(change, {"*": Answer(accepted=True)}, at=NOON + (due - TODAY) + timedelta(days=1))
    whole = queries.board(world.binh, month=f"{due:%Y-%m}", on=due + timedelta(days=2)).whole
    assert (whole.open, whole.late, whole.too_late) == (0, 0, 1)
    listed = queries.listed(world.binh, Asked(state="too_late"), on=due + timedelta(days=2))
    assert [each.rule for each in listed] == ["change.verify"]


def test_what_nobody_needs_any_more_is_neither_open_nor_met(world):
    from hoso.changes import actions as changes

    change = world.submitted()
    changes.withdraw(change.pk, by=world.an, at=NOON)
    whole = queries.board(world.binh, month="2026-11", on=TODAY).whole
    assert whole.open == 0
    assert not Obligation.objects.filter(rule="change.verify", closed_at=None).exists()


def test_one_watches_ones_own_part_of_the_tree(world):
    world.submitted()
    for account, seen in ((world.binh, 1), (world.chi, 1), (world.dung, 1), (world.giang, 1), (world.em, 0)):
        assert len(queries.listed(account, Asked(), on=TODAY)) == seen, account
        assert queries.count(account, Asked(), on=TODAY) == seen
    with pytest.raises(NotAllowed):
        queries.board(world.an, month="2026-11", on=TODAY)
    elsewhere = Asked(organization=str(world.nnmt.pk))
    assert queries.listed(world.em, elsewhere, on=TODAY) == []


def test_pages_of_the_list_go_on_behind_a_day_and_an_id(world):
    world.submitted()
    world.record  # noqa: B018
    first = queries.listed(world.giang, Asked(), on=TODAY)
    assert queries.listed(world.giang, Asked(), on=TODAY, after=(first[0].due_on, first[0].pk)) == first[1:]
    assert queries.listed(world.giang, Asked(rule="entry.first"), on=TODAY) == []


def test_the_head_finds_who_is_late_and_why(as_, world):
    world.submitted()
    due = Obligation.objects.get(rule="change.verify").due_on
    window = as_(world.chi, NOON + (due - TODAY) + timedelta(days=3))
    page = window.get(reverse("duties"))
    text = page.content.decode()
    assert "Có 1 việc quá hạn" in text and "Sở Nông nghiệp và Môi trường" in text
    listed = window.get(reverse("duties-listed") + f"?tinh-trang=late&co-quan={world.nnmt.pk}&viec=change.verify")
    text = listed.content.decode()
    assert "Nguyễn Thị An" in text and "Nghị định 27/2026/NĐ-CP" in text and "quá hạn" in text
    assert Event.objects.filter(action="list.read", object="duties").count() == 2


def test_every_state_has_a_page_and_nonsense_in_the_address_is_no_error(as_, world):
    world.submitted()
    window = as_(world.binh)
    for state in (*STATES, "", "x"):
        assert window.get(reverse("duties-listed") + f"?tinh-trang={state}&thang=2026-11").status_code == 200
    for query in ("?sau=x", "?sau=2026-11-10_x", "?co-quan=x", "?viec=x", "?thang=2026-13", "?thang=x"):
        assert window.get(reverse("duties-listed") + query).status_code == 200, query
    assert window.get(reverse("duties") + "?thang=x").status_code == 200


def test_who_watches_nobody_is_turned_away(as_, world):
    for name in ("duties", "duties-listed"):
        assert as_(world.an).get(reverse(name)).status_code == 403, name


def test_taking_the_list_away_asks_who_it_is_and_is_logged(as_, world):
    from tests.world import PASSWORD

    world.submitted()
    window = as_(world.binh)
    address = reverse("duties-export") + "?tinh-trang=open"
    assert "mat-khau" in window.get(address).content.decode()
    file = window.post(address, {"mat-khau": PASSWORD})
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 2 and "Nguyễn Thị An" in lines[1] and "Kiểm tra đề nghị" in lines[1]
    event = Event.objects.get(action="duties.exported")
    assert event.data["count"] == 1


def test_a_cell_never_becomes_a_formula():
    from hoso.web.views.duties import _plain

    assert [_plain(word) for word in ("=1+1", "@x", "-2", "+3", "An")] == ["'=1+1", "'@x", "'-2", "'+3", "An"]
