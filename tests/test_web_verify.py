"""The verifier's pages: the queue, one change beside its evidence, and everything that may come back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.changes import actions, queries
from hoso.changes.models import Change, Decision
from hoso.changes.rules import Answer, Status
from hoso.records import queries as records
from hoso.records.paths import get
from hoso.web.views.verify import lists, marks, posted
from tests.world import NOON

PHONE, DEGREE = "identity.contact_phone", "qualification.highest_professional_qualification"
RELIGION, JOB = "identity.religion", "work.work_history.row002"
TYPED = {PHONE: "0986 204 715", DEGREE: "Tiến sĩ", f"{JOB}.from_month": "08/2001", f"{JOB}.to_month": "06/2019"}
ALL = {f"qd.{path}": "chap-nhan" for path in TYPED}


def enter(client, account):
    """Sign in; the first password is changed already."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(Account.objects.get(pk=account.pk))
    return client


@pytest.fixture
def binh(client, world):
    """Bình's window."""
    return enter(client, world.binh)


def sent(world, typed=TYPED):
    """A change of An's after her first entry, submitted now."""
    now = timezone.now()
    world.accepted(at=now) if not world.record.head_seq else None
    change = world.submitted(typed, at=now)
    world.record.refresh_from_db()
    return change


def opened(client, change):
    """The page of a change, taken."""
    response = client.post(f"/kiem-tra/{change.pk}/nhan/", follow=True)
    assert response.status_code == 200
    return response.content.decode()


def finish(client, change, said, *, seq=1, paper=True):
    """Send the page."""
    posted_ = {"phien-ban": seq} | ({"khop-giay": "1"} if paper else {}) | said
    return client.post(f"/kiem-tra/{change.pk}/", posted_)


# -- the queue -------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_with_days_left_and_article(binh, world):
    change = sent(world)
    page = binh.get("/kiem-tra/").content.decode()
    for words in ("Nguyễn Thị An", change.number, "Còn 3 ngày làm việc", "Nghị định 27/2026/NĐ-CP", "chưa ai nhận"):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=nguyen thi an", True),
        ("q=Nguyễn Thị An", True),
        ("q=NGUYÊN", True),
        ("q=Dũng", False),
        ("han=later", True),
        ("han=late", False),
        ("loai=person", True),
        ("loai=agency", False),
        ("loai=first", False),
        ("nhan=nobody", True),
        ("nhan=me", False),
        ("han=nonsense&nhan=x", True),
    ],
)
def test_the_queue_is_searched_and_filtered(binh, world, query, found):
    sent(world)
    page = binh.get(f"/kiem-tra/?{query}").content.decode()
    assert ("Nguyễn Thị An</a>" in page) == found
    if "nonsense" not in query:
        assert "filter-chips" in page


def test_a_change_is_found_by_its_number(binh, world):
    change = sent(world)
    assert "Nguyễn Thị An</a>" in binh.get(f"/kiem-tra/?q={change.number.lower()}").content.decode()


def test_each_page_of_the_queue_is_one_event_with_count_and_digest(binh, world):
    sent(world)
    binh.get("/kiem-tra/?q=an")
    event = Event.objects.filter(action="list.read").get()
    assert event.data["count"] == 1
    assert re.fullmatch(r"[0-9a-f]{12,64}", event.data["query"])


def test_the_queue_comes_in_pages(binh, world, monkeypatch):
    monkeypatch.setattr(lists, "ROWS", 2)
    sent(world, {PHONE: "0986 204 715"})
    for number in range(4):
        world.submitted({PHONE: f"0986 204 {number}99"}, at=timezone.now())
    seen, address = [], "/kiem-tra/"
    for _ in range(3):
        page = binh.get(address).content.decode()
        seen += re.findall(r"DN-\d{4}-\d+", page)
        onward = re.search(r'href="(\?[^"]*sau=[^"]+)" rel="next"', page)
        address = "/kiem-tra/" + onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == len(set(seen)) == 5
    assert address == ""
    assert binh.get("/kiem-tra/?sau=nonsense").status_code == 422


def test_htmx_gets_the_rows_alone(binh, world):
    sent(world)
    page = binh.get("/kiem-tra/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "Nguyễn Thị An" in page


def test_who_holds_a_change_is_shown(binh, client, world):
    change = sent(world)
    actions.take(change.pk, by=world.giang, at=timezone.now())
    page = binh.get("/kiem-tra/").content.decode()
    assert "Lê Thị Giang" in page
    assert f"/kiem-tra/{change.pk}/nhan/" not in page


def test_a_stranger_to_verifying_gets_no_queue(client, world):
    sent(world)
    for account in (world.an, world.chi, world.dung):
        assert enter(client, account).get("/kiem-tra/").status_code == 403
    em = enter(client, world.em)
    assert "Nguyễn Thị An" not in em.get("/kiem-tra/").content.decode()


def test_what_waits_for_people_and_what_they_reported(binh, world):
    change = sent(world)
    world.decide(change, {"*": Answer(False, "other", "Sai.")}, at=timezone.now())
    actions.report_error(world.record.pk, path="header.staff_number", text="Số hiệu sai.", by=world.an, at=NOON)
    page = binh.get("/kiem-tra/tra-lai/").content.decode()
    assert "Bị trả lại" in page
    assert "ngày làm việc" in page
    page = binh.get("/kiem-tra/bao-sai-sot/").content.decode()
    assert "Số hiệu sai." in page
    report = re.search(r"/kiem-tra/bao-sai-sot/[0-9a-f-]{36}/", page)[0]
    assert "đã xử lý" in binh.post(report, follow=True).content.decode()
    assert "Số hiệu sai." not in binh.get("/kiem-tra/bao-sai-sot/").content.decode()
    assert binh.post(report).status_code == 404


# -- one change ------------------------------------------------------------------------------------------------


def test_nothing_is_shown_before_it_is_taken(binh, world):
    change = sent(world, TYPED | {RELIGION: "Phật giáo"})
    page = binh.get(f"/kiem-tra/{change.pk}/").content.decode()
    assert "Nhận kiểm tra" in page
    for value in ("0986204715", "Phật giáo", "Tiến sĩ"):
        assert value not in page
    assert not Event.objects.filter(action="record.revealed").exists()


def test_the_page_shows_changed_values_only_with_the_difference_marked(binh, world):
    change = sent(world, TYPED | {RELIGION: "Phật giáo"})
    page = opened(binh, change)
    assert "<ins>08</ins>/2001" in page
    assert "<ins>0986204715</ins>" in page
    assert "Bệnh viện" not in page, "what did not change is not there"
    assert "4 mục" not in page
    assert "2 mục đi liền nhau" in page
    event = Event.objects.get(action="record.revealed")
    assert event.data["paths"] == [RELIGION]
    binh.get(f"/kiem-tra/{change.pk}/")
    assert Event.objects.filter(action="record.revealed").count() == 1, "once for each taking"


def test_existing_rows_stand_beside_with_their_level(binh, world):
    new = "training.professional_education.zzz001"
    change = sent(world, {f"{new}.from_month": "09/2022", f"{new}.degree_level": "Tiến sĩ"})
    page = opened(binh, change)
    assert "09/1993 – 06/1997" in page
    assert "level-1" in page
    assert "Không trùng dòng đã có" in page


def test_binh_accepts_all_and_is_led_on_to_the_next(binh, world):
    first = sent(world)
    second = world.submitted({"identity.other_names": "Bí danh Huệ"}, at=timezone.now() + timedelta(minutes=1))
    opened(binh, first)
    response = finish(binh, first, ALL)
    assert response.headers["Location"] == f"/kiem-tra/{second.pk}/"
    page = binh.get(response.headers["Location"]).content.decode()
    assert "đã chấp nhận 4 mục" in page
    assert "<ins>Huệ</ins>" in page, "taken already"
    assert get(records.head_document(_fresh(world)), PHONE) == "0986204715"


def test_the_last_one_leads_back_to_the_queue(binh, world):
    change = sent(world)
    opened(binh, change)
    assert finish(binh, change, ALL).headers["Location"] == "/kiem-tra/"


def _fresh(world):
    world.record.refresh_from_db()
    return world.record


def test_binh_returns_one_place_with_its_reason(binh, world):
    change = sent(world)
    opened(binh, change)
    back = {f"qd.{PHONE}": "tra-lai", f"ma.{PHONE}": "wrong_value", f"ly-do.{PHONE}": "Số của chị là 0986 204 716."}
    response = binh.post(f"/kiem-tra/{change.pk}/", ALL | back | {"phien-ban": 1, "khop-giay": "1"}, follow=True)
    assert "đã chấp nhận 3 mục, trả lại 1 mục" in response.content.decode()
    [decision] = Decision.objects.filter(change=change, accepted=False)
    assert decision.path == PHONE
    assert queries.open_draft(world.record, agency=False).status == Status.RETURNED


def test_nothing_decided_is_lost_when_something_is_missing(binh, world):
    change = sent(world)
    opened(binh, change)
    said = {f"qd.{PHONE}": "tra-lai", f"ly-do.{PHONE}": "Thiếu trang hai.", f"qd.{DEGREE}": "chap-nhan"}
    response = finish(binh, change, said)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("Chưa quyết định mục này.") >= 4, "two places, each in the summary and beside it"
    assert "Hãy chọn lý do trả lại." in page
    assert "Thiếu trang hai.</textarea>" in page
    assert _checked(page, PHONE) == "tra-lai"
    assert _checked(page, DEGREE) == "chap-nhan"
    assert "khop-giay" in page
    assert 'value="1" checked' in page
    assert "<title>Lỗi:" in page.replace("\n", "")


def _checked(page, path):
    found = re.search(rf'name="qd\.{re.escape(path)}"[^>]*value="([^"]+)" checked', page)
    return found and found[1]


def test_the_paper_must_have_been_compared(binh, world):
    change = sent(world)
    opened(binh, change)
    response = finish(binh, change, ALL, paper=False)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'href="#khop-giay"' in page
    assert _checked(page, PHONE) == "chap-nhan"


def test_what_is_tied_is_not_torn_and_shares_one_reason(binh, world):
    change = sent(world)
    opened(binh, change)
    begin, end = f"{JOB}.from_month", f"{JOB}.to_month"
    torn = ALL | {f"qd.{end}": "tra-lai", f"ma.{end}": "wrong_value", f"ly-do.{end}": "Sai tháng."}
    response = finish(binh, change, torn)
    assert response.status_code == 422
    assert "phải được quyết định như nhau" in response.content.decode()
    assert finish(binh, change, torn | {f"qd.{begin}": "tra-lai"}).status_code == 302
    assert Decision.objects.filter(change=change, accepted=False).count() == 2


def test_a_whole_section_is_accepted_without_javascript(binh, world):
    change = sent(world)
    opened(binh, change)
    page = finish(binh, change, {"ca-phan": "work"}).content.decode()
    assert _checked(page, f"{JOB}.from_month") == "chap-nhan"
    assert _checked(page, PHONE) is None
    change.refresh_from_db()
    assert change.status == Status.SUBMITTED


def test_looking_at_a_page_of_the_scan_keeps_what_was_decided(binh, world):
    change = sent(world)
    opened(binh, change)
    scan = change.evidence.get()
    word = f"mc={scan.pk}&trang=1&phong=200&xoay=90"
    page = finish(binh, change, {"xem": word, f"qd.{PHONE}": "chap-nhan"}).content.decode()
    assert _checked(page, PHONE) == "chap-nhan"
    assert "zoom-200 turn-90" in page
    part = binh.get(f"/kiem-tra/{change.pk}/minh-chung/?{word}").content.decode()
    assert "zoom-200 turn-90" in part
    assert "<html" not in part
    for nonsense in ("mc=x&trang=99&phong=7&xoay=1", "trang=²", "", "mc=&trang=-1"):
        assert binh.get(f"/kiem-tra/{change.pk}/minh-chung/?{nonsense}").status_code == 200
    assert binh.get(f"/minh-chung/{scan.pk}/trang/1/").status_code == 200
    assert Event.objects.filter(action="attachment.read").exists()


def test_all_of_it_is_returned_for_one_reason(binh, world):
    change = sent(world)
    opened(binh, change)
    response = finish(binh, change, {"ca": "tra-lai", f"qd.{PHONE}": "chap-nhan"})
    page = response.content.decode()
    assert response.status_code == 422
    assert '<details class="return-all" open>' in page
    assert _checked(page, PHONE) == "chap-nhan"
    said = {"ca": "tra-lai", "ma.*": "unreadable", "ly-do.*": "Bản chụp mờ."}
    assert finish(binh, change, said, paper=False).status_code == 302
    change.refresh_from_db()
    assert change.status == Status.RETURNED


def test_a_page_that_is_stale_says_which_fields_changed_and_keeps_the_decisions(binh, world):
    first = sent(world, {PHONE: "0986 204 715"})
    second = world.submitted({PHONE: "0986 204 999", DEGREE: "Tiến sĩ"}, at=timezone.now())
    opened(binh, second)
    world.decide(first, {"*": Answer(True)}, at=timezone.now())
    response = finish(binh, second, {f"qd.{PHONE}": "chap-nhan", f"qd.{DEGREE}": "chap-nhan"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "hồ sơ đã có phiên bản 2" in page
    assert "SĐT liên hệ, nay ghi “0986204715”" in page
    assert "Hồ sơ đã đổi từ khi đề nghị được lập: khi đó ghi “0912345678”" in page
    assert _checked(page, DEGREE) == "chap-nhan"
    assert 'name="phien-ban" value="2"' in page
    assert finish(binh, second, {f"qd.{PHONE}": "chap-nhan", f"qd.{DEGREE}": "chap-nhan"}, seq=2).status_code == 302


def test_what_was_typed_in_a_row_that_is_gone_can_only_be_returned(binh, world):
    removal = sent(world, {JOB: ""})
    change = world.submitted(TYPED, at=timezone.now())
    world.decide(removal, {"*": Answer(True)}, at=timezone.now())
    page = opened(binh, change)
    assert page.count("Dòng này không còn trong hồ sơ: đã được bỏ") == 2
    assert re.findall(rf'name="qd\.{JOB}\.from_month" .*?value="([^"]+)"', page) == ["tra-lai"]
    again = finish(binh, change, {"ca-phan": "work"}, seq=2).content.decode()
    assert _checked(again, f"{JOB}.from_month") is None
    response = finish(binh, change, ALL, seq=2)
    assert response.status_code == 422
    assert response.content.decode().count("nên không chấp nhận được; hãy trả lại.") == 4, "above, and at both places"
    back = {f"qd.{JOB}.{name}": "tra-lai" for name in ("from_month", "to_month")}
    why = {f"ma.{JOB}.from_month": "other", f"ly-do.{JOB}.from_month": "Dòng này chị đã bỏ."}
    assert finish(binh, change, ALL | back | why, seq=2).status_code == 302
    world.record.refresh_from_db()
    assert get(records.head_document(world.record), JOB) is None


def test_others_see_who_works_on_it(client, world):
    change = sent(world)
    actions.take(change.pk, by=world.binh, at=timezone.now())
    giang = enter(client, world.giang)
    page = giang.get(f"/kiem-tra/{change.pk}/").content.decode()
    assert "Đang do Trần Văn Bình kiểm tra" in page
    assert giang.post(f"/kiem-tra/{change.pk}/nhan/").status_code == 409
    assert giang.post(f"/kiem-tra/{change.pk}/", ALL).status_code == 409


def test_a_hold_that_ran_out_loses_no_decision(binh, world):
    change = sent(world)
    opened(binh, change)
    Change.objects.filter(pk=change.pk).update(taken_at=timezone.now() - timedelta(hours=5))
    assert "Nhận kiểm tra" in binh.get(f"/kiem-tra/{change.pk}/").content.decode()
    assert finish(binh, change, ALL).status_code == 302
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED


def test_a_change_is_given_back(binh, world):
    change = sent(world)
    opened(binh, change)
    assert "về hàng đợi" in binh.post(f"/kiem-tra/{change.pk}/tha/", follow=True).content.decode()
    change.refresh_from_db()
    assert change.taken_by_id is None


@pytest.mark.parametrize("name", ["an", "chi", "dung", "em", "phuc"])
def test_nobody_else_gets_in(client, world, name):
    change = sent(world)
    other = enter(client, getattr(world, name))
    expected = {"an": 409, "em": 404, "phuc": 404}.get(name, 403)  # behind the wall there is nothing
    for method, path in (("get", ""), ("post", ""), ("post", "nhan/"), ("get", "minh-chung/")):
        assert getattr(other, method)(f"/kiem-tra/{change.pk}/{path}").status_code == expected
    if name == "em":
        assert other.get(f"/minh-chung/{change.evidence.get().pk}/trang/1/").status_code in (403, 404)


def test_four_eyes_say_why_in_words(binh, world):
    change = sent(world)
    Change.objects.filter(pk=change.pk).update(entered_by=world.binh)
    response = binh.get(f"/kiem-tra/{change.pk}/")
    assert response.status_code == 409
    assert "không được tự kiểm tra" in response.content.decode()


def test_what_is_decided_is_closed(binh, world):
    change = sent(world)
    opened(binh, change)
    finish(binh, change, ALL)
    assert binh.get(f"/kiem-tra/{change.pk}/").status_code == 409
    assert finish(binh, change, ALL).status_code == 409


def test_pages_cost_the_same_however_much_there_is(binh, world, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    change = sent(world, {PHONE: "0986 204 715"})
    opened(binh, change)

    def cost(address):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert binh.get(address).status_code == 200
        return len(caught)

    few = {address: cost(address) for address in ("/kiem-tra/", f"/kiem-tra/{change.pk}/")}
    for number in range(4):
        world.submitted({PHONE: f"0986 204 {number}99"}, at=timezone.now())
    assert cost("/kiem-tra/") == few["/kiem-tra/"]
    more = world.submitted(TYPED | {RELIGION: "Phật giáo", "identity.other_names": "Lan"}, at=timezone.now())
    opened(binh, more)
    assert cost(f"/kiem-tra/{more.pk}/") <= few[f"/kiem-tra/{change.pk}/"] + 2  # neighbours in the queue
    assert few["/kiem-tra/"] <= 30
    assert few[f"/kiem-tra/{change.pk}/"] <= 40


# -- marks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("3,33", "3,66", "3,<ins>66</ins>"),
        ("01/11/2023", "01/12/2026", "01/<ins>12</ins>/<ins>2026</ins>"),
        ("Kỹ sư", "Thạc sĩ", "<ins>Thạc sĩ</ins>"),
        ("", "Lan", "<ins>Lan</ins>"),
        ("a", "<b>", "<ins>&lt;b&gt;</ins>"),
    ],
)
def test_the_differing_part_is_marked(old, new, marked):
    assert marks.differing(old, new) == marked


def test_a_long_text_is_compared_from_both_ends():
    old = "từ " * 3000 + "cũ" + " đến" * 3000
    assert "<ins>mới</ins>" in marks.differing(old, old.replace("cũ", "mới"))


def test_a_word_of_the_scan_that_cannot_be_is_the_first_page():
    look = posted.looking("mc=x&trang=9&phong=1&xoay=5", [])
    assert (look.evidence, look.page, look.zoom, look.turn) == (None, 1, 100, 0)
