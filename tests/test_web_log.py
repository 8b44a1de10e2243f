"""The inspector's room: the log by person, actor, kind and period, taken away as a table, as paper, or whole."""

import csv
import io

import pytest
from django.urls import reverse

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.signing import queries as signing
from hoso.signing.verify import examine
from tests.authority import office
from tests.factors import show_again
from tests.world import NOON, PASSWORD, World


@pytest.fixture
def scene(settings, tmp_path, db):
    """An's entry is accepted; Em inspects the whole node."""
    office(settings, tmp_path, NOON)
    world = World()
    world.accepted()
    world.grant(world.em, "inspector", world.node.root)
    Account.objects.filter(pk=world.em.pk).update(must_change_password=False)
    return world


@pytest.fixture
def window(scene, client):
    client.force_login(scene.fresh(scene.em))
    return client


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_log_is_filtered_by_whom_it_concerns_and_by_days(window, scene):
    page = window.get(reverse("log"), {"nguoi": "Kim Anh"}).content.decode()
    assert "Không có sự kiện nào khớp" in page
    page = window.get(reverse("log"), {"nguoi": "Thị An", "viec": "change.accepted"}).content.decode()
    assert "Nguyễn Thị An …" in page and str(scene.an.person_id)[-6:] in page and page.count("<tr>") == 2
    assert "Không có sự kiện nào khớp" in window.get(reverse("log"), {"den": "09/11/2026"}).content.decode()
    both = {"tu": "10/11/2026", "den": "10/11/2026", "viec": "change.submitted"}
    assert window.get(reverse("log"), both).content.decode().count("<tr>") == 2
    assert "Trần Văn Bình" in window.get(reverse("log"), {"tu": "hôm qua"}).content.decode()  # no day, no filter


def test_a_table_is_taken_away_after_showing_again_who_one_is(window, scene):
    Account.objects.filter(pk=scene.binh.pk).update(name="=HYPERLINK(1)")
    address = reverse("log-table") + "?viec=change.accepted"
    assert "mat-khau" in window.get(address).content.decode()
    rows = rows_of(window.post(address, {"mat-khau": PASSWORD}))
    assert len(rows) == 2 and rows[1][1] == "Chấp nhận" and rows[1][2].startswith("'=HYPERLINK(1)")
    assert Event.objects.filter(action="log.exported").count() == 1


def test_paper_is_sealed_by_the_department(window, scene):
    show_again(window)
    answer = window.get(reverse("log-paper") + "?nguoi=Thị An")
    found = examine(answer.content, trust=signing.trust(), at=NOON)
    assert found.readable and [each.who.name for each in found.signatures if not each.is_time_stamp] == ["Sở Nội vụ"]
    assert all(each.unchanged and each.trusted for each in found.signatures)
    assert Event.objects.get(action="log.exported").data["count"] > 3


def test_the_whole_is_for_who_may_read_the_whole(window, scene, client):
    show_again(window)
    answer = window.post(reverse("export-log"))
    assert b"".join(answer.streaming_content).startswith(b'{"exported_at"')
    scene.grant(scene.chi, "inspector", scene.nnmt)
    Account.objects.filter(pk=scene.chi.pk).update(must_change_password=False)
    client.force_login(scene.fresh(scene.chi))
    show_again(client)
    assert client.post(reverse("export-log")).status_code == 403
    assert client.get(reverse("log")).status_code == 200
