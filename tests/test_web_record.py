"""The record on the screen: what it shows to whom, what opening costs, what paper says."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hoso.access.models import Account
from hoso.audit.models import Event
from tests.world import NOON, Answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(hours=1))


def open_as(client, account, name, *args, query="", **extra):
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(account)
    return client.get(reverse(name, args=args) + query, **extra)


def text_of(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode())


def events(action):
    return list(Event.objects.filter(action=action).order_by("pk"))


def test_the_record_shows_its_sections_with_their_level(client, world):
    world.accepted()
    page = open_as(client, world.binh, "record", world.record.pk)
    assert page.status_code == 200
    said = text_of(page)
    assert "Nguyễn Thị An" in said
    assert "Đã kiểm tra 10/11/2026, chờ xác nhận" in said
    assert len(events("record.read")) == 1


def test_own_record_is_whole_and_leaves_no_line(client, world):
    world.accepted()
    moved = open_as(client, world.an, "my-record")
    assert moved["Location"] == reverse("record", args=[world.record.pk])
    page = client.get(moved["Location"])
    assert "đang che" not in text_of(page)
    assert "Mở (ghi nhật ký)" not in text_of(page)
    assert events("record.read") == []


def test_the_record_is_found_by_its_person_too(client, world):
    world.accepted()
    page = open_as(client, world.binh, "record", world.an.person_id)
    assert "Nguyễn Thị An" in text_of(page)


def test_an_outsider_and_an_inspector_see_nothing(client, world):
    world.accepted()
    for name in ("record", "versions", "record-evidence", "record-story", "print-record", "compare"):
        assert open_as(client, world.em, name, world.record.pk).status_code == 404, name  # as if there were none
    assert events("record.read") == []


def test_what_waits_for_a_check_is_said_but_not_shown(client, world):
    world.accepted()
    world.submitted({"identity.other_names": "Lan Anh"})
    said = text_of(open_as(client, world.binh, "record", world.record.pk))
    assert "Có 1 đề nghị thay đổi đang chờ kiểm tra" in said
    assert "Lan Anh" not in said
    assert "Chưa kiểm tra" in said


def test_a_section_says_what_stood_there_before(client, world):
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715", "identity.religion": "Phật giáo"})
    said = " ".join(text_of(open_as(client, world.binh, "record", world.record.pk)).split())
    assert "Trước đó: SĐT liên hệ 0912345678." in said
    assert "Phật giáo" not in said


@pytest.mark.parametrize("htmx", [True, False])
def test_opening_a_value_shows_it_in_its_place_and_writes_one_line(client, world, htmx):
    world.accepted()
    open_as(client, world.binh, "record", world.record.pk)
    address = reverse("reveal", args=[world.record.pk])
    asked = {"phien-ban": "1", "noi": "identity.religion", "muc-dich": "paper", "viec": "bổ nhiệm"}
    page = client.post(address, asked, headers={"HX-Request": "true"} if htmx else {})
    said = text_of(page)
    assert "đã mở, đã ghi nhật ký" in said
    assert ("Dòng thời gian" in said) is not htmx
    assert [line.purpose for line in events("record.revealed")] == ["Đối chiếu hồ sơ giấy: bổ nhiệm"]
    assert len(events("record.read")) == 1
    assert "Trần Văn Bình" in text_of(open_as(client, world.an, "who-looked"))
    said = " ".join(text_of(client.get(reverse("who-looked"))).split())
    assert "Mở giá trị được bảo vệ Tôn giáo 34/QĐ-SNV ngày 05/01/2026 Đối chiếu hồ sơ giấy: bổ nhiệm" in said
    assert "Chưa có ai khác xem" in text_of(client.get(reverse("who-looked"), {"truoc": "1"}))


def test_opening_a_table_shows_it_whole(client, world):
    world.accepted()
    open_as(client, world.binh, "record", world.record.pk)
    asked = {"phien-ban": "1", "noi": "history.service_under_former_regime", "muc-dich": "paper"}
    page = client.post(reverse("reveal", args=[world.record.pk]), asked, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "đang che" not in text_of(page)


def test_opening_needs_a_purpose_and_a_place(client, world):
    world.accepted()
    open_as(client, world.binh, "record", world.record.pk)
    address = reverse("reveal", args=[world.record.pk])
    whole = {"phien-ban": "1", "noi": "identity.religion", "muc-dich": "paper"}
    assert client.post(address, whole | {"muc-dich": ""}).status_code == 409
    assert client.post(address, whole | {"muc-dich": "other", "viec": " "}).status_code == 409
    assert client.post(address, whole | {"noi": "economy"}).status_code == 409
    assert client.post(address, whole | {"phien-ban": "9"}).status_code == 404
    assert client.get(address).status_code == 405
    assert events("record.revealed") == []


def test_any_two_versions_are_compared_with_masks(client, world):
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715", "identity.religion": "Phật giáo"})
    page = open_as(client, world.binh, "compare", world.record.pk, query="?tu=2&den=1")
    said = text_of(page)
    assert "2 chỗ khác giữa hai phiên bản" in said
    assert "0912345678" in said
    assert "0986204715" in said
    assert "Phật giáo" not in said
    assert "••••••" in said
    assert [line.data["since"] for line in events("record.compared")] == [1]
    assert "Phật giáo" in text_of(open_as(client, world.an, "compare", world.record.pk))
    assert open_as(client, world.binh, "compare", world.record.pk, query="?den=7").status_code == 404


def test_a_version_tells_whether_it_is_intact_and_what_covers_it(client, world):
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715"})
    world.record.refresh_from_db()
    said = text_of(open_as(client, world.binh, "version", world.record.pk, 2, query="?kiem=1"))
    assert "Phiên bản 2 còn nguyên vẹn" in said
    assert world.record.head_digest in said
    assert "Chưa có bảng kê đã ký nào chứa phiên bản này" in said
    assert "Đây không phải phiên bản mới nhất" in text_of(client.get(reverse("version", args=[world.record.pk, 1])))
    assert client.get(reverse("version", args=[world.record.pk, 3])).status_code == 404


def test_confirmed_parts_say_so_with_their_month(client, world):
    world.accepted()
    world.confirmed()
    said = text_of(open_as(client, world.chi, "record", world.record.pk))
    assert "Đã xác nhận, chờ ký kỳ 11/2026" in said
    assert "Xác nhận kỳ 11/2026" in said
    assert "Lê Thị Kim Chi, Thủ trưởng cơ quan" in said


def test_the_story_tells_who_did_what_in_which_role(client, world):
    world.accepted()
    change = world.submitted({"identity.other_names": "Lan"})
    world.decide(change, {"*": Answer(False, "unreadable", "Ảnh mờ quá")})
    said = " ".join(text_of(open_as(client, world.binh, "record-story", world.record.pk)).split())
    assert "Trả lại Trần Văn Bình, Quản trị viên của cơ quan. Minh chứng không rõ" in said
    assert "Ảnh mờ quá" not in said
    assert "Mở hồ sơ" in said


LINK = re.compile(r'href="(/minh-chung/[0-9a-f-]{36}/trang/1/[^"]*)"')


def test_evidence_of_what_is_protected_is_opened_for_a_purpose(client, world):
    """The scan of a first entry supports religion and more: closed, until somebody says what for; not to the person."""
    change = world.accepted()
    scan = change.evidence.get()
    page = open_as(client, world.binh, "record-evidence", world.record.pk)
    assert "Chứng minh cho giá trị được bảo vệ:" in text_of(page)
    assert not LINK.search(page.content.decode())
    picture = reverse("evidence-page", args=[scan.pk, 1])
    assert client.get(picture).status_code == 409 and client.get(f"{picture}?rong=160").status_code == 409
    opening = reverse("evidence-open", args=[scan.pk])
    assert client.post(opening, {"muc-dich": "other"}).status_code == 409
    assert events("record.revealed") == []
    opened = client.post(opening, {"muc-dich": "complaint", "viec": "đơn số 3"})
    assert opened.status_code == 302 and opened["Location"].endswith(f"#mc-{scan.pk}")
    link = LINK.search(client.get(opened["Location"]).content.decode()).group(1)
    assert client.get(link)["Content-Type"] == "image/webp"
    line = events("record.revealed")[-1]
    assert (line.purpose, line.object) == ("Giải quyết khiếu nại, tố cáo: đơn số 3", f"changes.Evidence:{scan.pk}")
    assert "identity.religion" in line.data["paths"] and line.data["purpose_code"] == "complaint"
    assert "Giải quyết khiếu nại, tố cáo: đơn số 3" in text_of(open_as(client, world.an, "who-looked"))
    assert client.get(picture).status_code == 200
    open_as(client, world.chi, "record-evidence", world.record.pk)
    assert client.get(link).status_code == 409, "a ticket is for one account"
    open_as(client, world.em, "record-evidence", world.record.pk)
    assert client.post(opening, {"muc-dich": "complaint"}).status_code == 404


def test_evidence_of_what_is_not_protected_links_to_its_pages(client, world):
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715"})
    page = open_as(client, world.binh, "record-evidence", world.record.pk).content.decode()
    assert len(LINK.findall(page)) == 1
    assert client.get(LINK.search(page).group(1)).status_code == 200


def test_paper_comes_as_a_file(client, world):
    world.accepted()
    page = open_as(client, world.binh, "print-record", world.record.pk)
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"].startswith("attachment")
    full = client.post(reverse("print-record", args=[world.record.pk]), {"muc-dich": "decision"})
    assert full["Content-Type"] == "application/pdf"
    assert [line.purpose for line in events("record.printed")] == ["", "Lập quyết định về nhân sự"]


def test_a_draft_is_printed_by_who_writes_it(client, world):
    change = world.draft()
    assert open_as(client, world.an, "print-draft", change.pk)["Content-Type"] == "application/pdf"
    assert open_as(client, world.binh, "print-draft", change.pk).status_code == 403


def test_a_record_without_a_version_says_so(client, world):
    _ = world.record
    assert "Chưa có phiên bản nào" in text_of(open_as(client, world.binh, "record", world.record.pk))
