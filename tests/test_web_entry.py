"""Entering, page by page over HTTP, without a browser and so without JavaScript."""

import io
import json
import re
import struct
import unicodedata
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hoso.access.models import Account
from hoso.changes import actions, queries
from hoso.changes.models import Change
from hoso.changes.rules import Answer, Status
from hoso.records.paths import get
from tests.world import ACCEPT, NOON, SCAN, first_entry

PHONE = "identity.contact_phone"
OTHER = "identity.other_names"


def enter(client, account):
    """Somebody signed in who has chosen their own password already."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(Account.objects.get(pk=account.pk))
    return client


class Entry:
    """Somebody at the screens of entry: what they open, see and send."""

    def __init__(self, client, world, *, agency=False):
        self.client, self.world, self.record, self.agency = client, world, world.record, agency

    def open(self):
        """Open An's own draft, by the button."""
        self.client.post(reverse("entry-open", args=[self.record.pk]))
        return self.change

    @property
    def change(self):
        return queries.open_draft(self.record, agency=self.agency)

    @property
    def work(self):
        return queries.work(self.change, on=timezone.now().date())

    @property
    def typed(self):
        return dict(self.work.typed)

    def url(self, *place):
        return reverse("entry-row" if len(place) == 3 else "entry-section", args=[self.change.pk, *place])

    def get(self, *place, query=""):
        return self.client.get(self.url(*place) + query)

    def seen(self, *place):
        """What the page remembers, as a browser would send it back."""
        found = re.search(r'name="seen" value="([^"]*)"', self.get(*place).content.decode())
        return found[1].replace("&quot;", '"').replace("&#x27;", "'")

    def post(self, *place, data=None, **more):
        return self.client.post(self.url(*place), data or {}, **more)

    def review(self):
        return reverse("entry-review", args=[self.change.pk])

    def fill(self, typed=None):
        """Everything that is An's to fill in."""
        self.open()
        actions.save(
            self.change.pk,
            typed=typed or first_entry(self.work),
            seen={},
            done={},
            by=self.world.an,
            at=timezone.now(),
        )


@pytest.fixture
def entry(client, world):
    return Entry(enter(client, world.an), world)


def text_of(response):
    return response.content.decode()


def pdf_name(data, name="quyet-dinh.png", kind="image/png"):
    return SimpleUploadedFile(name, data, kind)


# -- the way through -----------------------------------------------------------------------------------------------


def test_the_first_entry_goes_from_the_list_to_the_receipt_without_javascript(entry):
    page = text_of(entry.client.get(reverse("own-record")))
    assert "Bắt đầu nhập" in page and "Điều 19" in page
    entry.open()
    page = text_of(entry.client.get(reverse("own-record")))
    assert "Chưa nhập" in page and "Còn thiếu:" in page and "Nơi sinh" in page
    typed = first_entry(entry.work)
    for part in entry.work.form.model_fields:
        assert entry.get(part).status_code == 200
        fields = {path: text for path, text in typed.items() if path.startswith(f"{part}.") and path.count(".") == 1}
        if fields:
            sent = entry.post(part, data={**fields, "seen": entry.seen(part), "xong": "1", "viec": "luu"})
            assert sent.status_code == 302 and "kiem-tra" not in sent.url, (part, sent.url)
    rows = {path.rpartition(".")[0] for path in typed if path.count(".") == 3}
    for row in sorted(rows):
        fields = {path: text for path, text in typed.items() if path.startswith(f"{row}.")}
        assert entry.post(*row.split("."), data={**fields, "viec": "luu"}).status_code == 302
    assert {path: entry.typed.get(path) for path in typed} == typed
    review = entry.review()
    page = text_of(entry.client.get(review))
    assert "khoản 2 Điều 12" in page and "Tôi cam đoan" in page
    unticked = entry.client.post(review)
    assert unticked.status_code == 422 and "đánh dấu lời cam đoan" in text_of(unticked)
    change = entry.change
    sent = entry.client.post(review, {"cam-doan": "1"})
    assert sent.url == reverse("entry-receipt", args=[change.pk])
    change.refresh_from_db()
    assert change.status == Status.SUBMITTED
    page = text_of(entry.client.get(sent.url))
    assert change.number in page and "Sở Nông nghiệp và Môi trường" in page
    assert change.number in text_of(entry.client.get(reverse("own-record")))


def test_sending_twice_is_sending_once(entry):
    entry.fill()
    change, review = entry.change, entry.review()
    receipt = reverse("entry-receipt", args=[change.pk])
    answers = [entry.client.post(review, {"cam-doan": "1"}) for _ in range(3)]
    assert [answer.url for answer in answers] == [receipt] * 3
    assert entry.client.get(review).url == receipt  # the back button
    change.refresh_from_db()
    assert change.submissions == 1 and queries.mine(entry.world.an).count() == 1


def test_the_receipt_is_a_pdf_too(entry):
    entry.fill()
    change = entry.change
    entry.client.post(entry.review(), {"cam-doan": "1"})
    answer = entry.client.get(reverse("entry-receipt-pdf", args=[change.pk]))
    assert answer.content.startswith(b"%PDF-") and "attachment" in answer["Content-Disposition"]


def test_what_is_missing_is_named_with_a_link_and_nothing_is_sent(entry):
    entry.open()
    page = text_of(entry.client.get(entry.review()))
    assert f'href="{entry.url("identity")}#identity-contact_phone"' in page
    entry.post("identity", data={OTHER: "Lan"})
    assert entry.client.post(entry.review(), {"cam-doan": "1"}).status_code == 422
    assert entry.change.status == Status.DRAFT


def test_a_withdrawn_change_may_be_opened_again_as_a_copy(entry):
    entry.fill()
    change = entry.change
    entry.client.post(entry.review(), {"cam-doan": "1"})
    entry.client.post(reverse("entry-withdraw", args=[change.pk]))
    change.refresh_from_db()
    assert change.status == Status.WITHDRAWN
    page = text_of(entry.client.get(reverse("own-record")))
    assert "Mở lại thành bản nháp mới" in page
    entry.client.post(reverse("entry-open", args=[entry.record.pk]), {"tu-ban-da-rut": str(change.pk)})
    assert entry.change.pk != change.pk and entry.typed[PHONE]


def test_what_came_back_is_marked_with_its_reason_until_it_is_sent_again(entry):
    world = entry.world
    change = world.submitted()
    reason = "Số này không có trong hồ sơ giấy."
    row = next(path for path in queries.work(change, on=NOON.date()).typed if path.startswith("work.work_history."))
    answers = ACCEPT | {PHONE: Answer(False, "wrong_value", reason)}
    answers[row.rpartition(".")[0]] = Answer(False, "unreadable", "Bản quét mờ.")
    world.decide(change, answers)
    assert "Bị trả lại" in text_of(entry.client.get(reverse("own-record")))
    assert reason in text_of(entry.get("identity"))
    assert "Bản quét mờ." in text_of(entry.get("work"))
    actions.attach(
        entry.change.pk, data=SCAN, name="a.png", title="", paths=["identity", "work"], by=world.an, at=timezone.now()
    )
    entry.post("identity", data={PHONE: "0987 654 321"})
    back = entry.change
    entry.client.post(entry.review(), {"cam-doan": "1"})
    back.refresh_from_db()
    assert back.status == Status.SUBMITTED and queries.returned(back) == {}


def test_after_the_first_entry_every_change_needs_evidence(entry):
    entry.world.accepted()
    assert "Cập nhật hồ sơ" in text_of(entry.client.get(reverse("own-record")))
    entry.open()
    entry.post("identity", data={PHONE: "0987 654 321"})
    page = text_of(entry.get("identity"))
    assert "Hồ sơ đang ghi" in page and "0987 654 321" in page
    assert "Chưa có minh chứng" in text_of(entry.client.get(entry.review()))
    entry.post("identity", data={"tep": pdf_name(SCAN), "ten-minh-chung": "Giấy xác nhận", "viec": "tai-len"})
    page = text_of(entry.get("identity"))
    assert "Giấy xác nhận" in page and "Chưa có minh chứng" not in text_of(entry.client.get(entry.review()))


# -- rows -----------------------------------------------------------------------------------------------------------


def test_rows_are_added_changed_removed_and_brought_back(entry):
    entry.world.accepted()
    entry.open()
    added = entry.client.get(reverse("entry-new-row", args=[entry.change.pk, "work", "work_history"]))
    new = added.url.rstrip("/").split("/")[-1]
    assert re.fullmatch(r"[a-z0-9]{6}", new)
    entry.post("work", "work_history", new, data={f"work.work_history.{new}.from_month": "01/2024", "viec": "luu"})
    assert entry.typed == {f"work.work_history.{new}.from_month": "01/2024"}
    entry.post("work", data={"xoa": "work.work_history.row001", "viec": "luu"})
    page = text_of(entry.get("work"))
    assert entry.typed["work.work_history.row001"] == "" and "is-removed" in page and "Hoàn tác" in page
    entry.post("work", data={"viec": "hoan-tac:work.work_history.row001"})
    assert "work.work_history.row001" not in entry.typed
    assert get(entry.work.document, "work.work_history.row001") == get(entry.work.base, "work.work_history.row001")
    entry.post("work", data={"xoa": f"work.work_history.{new}"})
    assert entry.typed == {}


def test_an_automatic_save_removes_no_row(entry):
    entry.world.accepted()
    entry.open()
    entry.post("work", data={"xoa": "work.work_history.row001"}, headers={"X-Autosave": "1"})
    assert entry.typed == {}


def test_rows_stand_in_the_order_of_the_print_and_gaps_are_told(entry):
    entry.open()
    table = "work.work_history"
    typed = {f"{table}.zzzzz1.from_month": "01/1999", f"{table}.zzzzz1.to_month": "01/2001"}
    typed |= {f"{table}.aaaaa1.from_month": "01/2005"}
    for path, text in typed.items():
        entry.post(*path.split(".")[:3], data={path: text})
    page = text_of(entry.get("work"))
    assert page.index("dong-zzzzz1") < page.index("ngắt quãng") < page.index("dong-aaaaa1")


@pytest.mark.parametrize("row", ["ABCDEF", "abc", "abc1234", "..%2f..", "abc-12"])
def test_a_row_has_an_id_of_six_letters_or_figures(entry, row):
    change = entry.open()
    assert entry.client.get(f"/ho-so-cua-toi/{change.pk}/work/work_history/{row}/").status_code == 404


# -- whatever is typed is kept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("identity.social_insurance_number", "1234567890123", "Số BHXH có 10 hoặc 12"),
        ("identity.citizen_id_issue_date", "30/02/2021", "Trong lịch không có ngày này"),
        ("identity.ethnicity", "Klingon", "không có"),
        ("identity.other_names", "x" * 100_000, "quá giới hạn"),
        ("identity.other_names", "Lan\0Anh", "ký tự điều khiển"),
        ("identity.other_names", "\ud7ff\u202eLan\u202c", ""),
        ("identity.current_address", "<script>alert(1)</script>", ""),
    ],
)
def test_what_is_wrong_is_kept_and_said_at_its_field(entry, path, text, said):
    entry.open()
    answer = entry.post("identity", data={path: text, "seen": entry.seen("identity"), "viec": "luu"}, follow=True)
    page = text_of(answer)
    assert answer.status_code == 200 and entry.typed[path] == text
    if said:
        assert said in page and f'href="#{path.replace(".", "-")}"' in page and "<title>Lỗi:" in page
        assert "Đã lưu; còn" in page
    assert "<script>alert" not in page


def test_text_in_another_spelling_becomes_one(entry):
    entry.open()
    entry.post("identity", data={OTHER: unicodedata.normalize("NFD", "Nguyễn Thị Ẩn")})
    assert get(entry.work.document, OTHER) == unicodedata.normalize("NFC", "Nguyễn Thị Ẩn")


def test_line_ends_of_a_browser_are_no_change(entry):
    path = "history.arrest_imprisonment_statement"
    entry.open()
    entry.post("history", data={path: "Không bị bắt.\r\nKhông bị tù."})
    before = entry.change.revision
    assert entry.typed[path] == "Không bị bắt.\nKhông bị tù."
    entry.post("history", data={path: "Không bị bắt.\r\nKhông bị tù.", "seen": entry.seen("history")})
    assert entry.typed[path] == "Không bị bắt.\nKhông bị tù." and entry.change.revision == before + 1


def test_fields_of_the_agency_and_of_registers_cannot_be_sent(entry):
    entry.open()
    page = text_of(entry.get("identity"))
    assert "Đã có, không phải khai lại" in page and 'name="identity.birth_full_name"' not in page
    entry.post("identity", data={"identity.birth_full_name": "Người Khác", OTHER: "Lan"})
    entry.post("header", data={"header.staff_number": "X-1"})
    entry.post("identity", data={"work.work_history.abc123.from_month": "2001", "no.such": "x"})
    assert entry.typed == {OTHER: "Lan"}


def test_a_field_that_depends_on_another_is_hidden_until_it_applies(entry):
    entry.open()
    hidden = re.compile(r'data-when="[^"]*party-party_admission_date[^"]*" hidden')
    assert hidden.search(text_of(entry.get("party")))
    entry.post("party", data={"party.party_admission_date": "03/02/2004"})
    assert not hidden.search(text_of(entry.get("party")))


# -- two at once ------------------------------------------------------------------------------------------------------


def test_two_tabs_lose_nothing_and_choose(entry):
    entry.open()
    old = entry.seen("identity")
    entry.post("identity", data={OTHER: "Lan", PHONE: "0912 345 678", "seen": old})
    answer = entry.post("identity", data={OTHER: "Hoa", PHONE: "", "identity.place_of_birth": "Hạ Long", "seen": old})
    page = text_of(answer)
    assert answer.status_code == 409 and "Hoa" in page and "Lan" in page and "Bạn ghi" in page
    assert entry.typed == {OTHER: "Lan", PHONE: "0912 345 678", "identity.place_of_birth": "Hạ Long"}
    fresh = re.search(r'name="seen" value="([^"]*)"', page)[1].replace("&quot;", '"')
    choice = {f"chon:{OTHER}": "mine", f"chon:{PHONE}": "theirs", PHONE: ""}
    assert entry.post("identity", data={OTHER: "Hoa", "seen": fresh, **choice}).status_code == 302
    assert entry.typed[OTHER] == "Hoa" and entry.typed[PHONE] == "0912 345 678"


def test_an_automatic_save_tells_what_the_page_must_know(entry):
    entry.open()
    seen = json.loads(entry.seen("identity"))
    sent = {OTHER: "Lan", "seen": json.dumps(seen)}
    answer = entry.post("identity", data=sent, headers={"X-Autosave": "1", "HX-Request": "true"})
    told = answer.json()
    assert answer.status_code == 200 and told["clashes"] == [] and told["seen"][OTHER] != seen[OTHER]
    again = entry.post("identity", data=sent | {OTHER: "Hoa"}, headers={"X-Autosave": "1"})
    assert again.status_code == 409 and again.json()["clashes"] == ["identity-other_names"]


def test_a_page_of_a_draft_that_was_sent_says_so(entry):
    entry.fill()
    url = entry.url("identity")
    entry.client.post(entry.review(), {"cam-doan": "1"})
    assert entry.client.post(url, {OTHER: "Lan"}).status_code == 409
    answer = entry.client.post(url, {OTHER: "Lan"}, headers={"X-Autosave": "1", "HX-Request": "true"})
    assert answer.status_code == 409 and "HX-Retarget" in answer.headers


@pytest.mark.parametrize("seen", ["", "[]", "{", '{"identity.other_names": 5}', '{"a": "b"}'])
def test_a_broken_memory_of_a_page_is_no_reason_to_lose_text(entry, seen):
    entry.open()
    assert entry.post("identity", data={OTHER: "Lan", "seen": seen}).status_code == 302
    assert entry.typed[OTHER] == "Lan"


# -- evidence ---------------------------------------------------------------------------------------------------------


def bomb():
    """A PNG of a few bytes that says it has 2.5 thousand million pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def encrypted():
    import pikepdf

    made, kept = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(kept, encryption=pikepdf.Encryption(owner="a", user="b"))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (lambda: b"MZ\x90\0" + b"x" * 900, "quyet-dinh.pdf", "Chỉ nhận tệp PDF, JPEG hoặc PNG"),
        (lambda: b"%PDF-1.7\n" + b"x" * 21 * 1024 * 1024, "lon.pdf", "tối đa 20 MB"),
        (bomb, "anh.png", "Ảnh quá lớn"),
        (lambda: b"%PDF-1.7\nnot a pdf", "hong.pdf", "bị hỏng"),
        (encrypted, "khoa.pdf", "có mật khẩu"),
        (lambda: b"", "trong.pdf", "Tệp rỗng"),
    ],
)
def test_a_file_is_refused_in_its_own_sentence_and_the_text_beside_it_is_kept(entry, make, name, said):
    entry.open()
    file = SimpleUploadedFile(name, make(), "application/pdf")
    answer = entry.post("identity", data={OTHER: "Lan", "tep": file, "viec": "tai-len"})
    assert answer.status_code == 422 and said in text_of(answer) and name in text_of(answer)
    assert entry.typed[OTHER] == "Lan" and not entry.work.evidence


def test_more_than_any_page_sends_is_refused_by_its_length(entry):
    entry.open()
    answer = entry.client.generic(
        "POST",
        entry.url("identity"),
        b"--x--",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(500 * 1024 * 1024),
    )
    assert answer.status_code == 413


def test_several_files_are_kept_replaced_and_removed(entry):
    entry.open()
    row = "work.work_history.abc123"
    entry.post(*row.split("."), data={f"{row}.from_month": "1999", "tep": [pdf_name(SCAN), pdf_name(SCAN)]})
    assert [each.paths for each in entry.work.evidence] == [[row], [row]]
    first, second = entry.work.evidence
    page = text_of(entry.get("work"))
    assert "Minh chứng: 2 trang" in page
    entry.post("work", data={f"thay:{first.pk}": pdf_name(SCAN, "moi.png"), "viec": "tai-len"})
    entry.post("work", data={"viec": f"bo:{second.pk}"})
    (kept,) = entry.work.evidence
    assert kept.attachment.name == "moi.png" and kept.paths == [row] and kept.title == first.title
    entry.post("identity", data={OTHER: "Lan", PHONE: "0912 345 678"})
    entry.post("identity", data={"tep": pdf_name(SCAN), "ho-tro": [PHONE, "work"]})
    assert entry.work.evidence[-1].paths == [PHONE]


def test_pages_of_scans_are_pictures_for_those_who_may_look(entry, client):
    world = entry.world
    entry.open()
    entry.post("identity", data={OTHER: "Lan", "tep": pdf_name(SCAN)})
    address = reverse("evidence-page", args=[entry.work.evidence[0].pk, 1])
    assert client.get(address)["Content-Type"] == "image/webp"
    assert client.get(f"{address}?rong=12345").status_code == 404
    assert client.get(address.replace("/1/", "/2/")).status_code == 404
    enter(client, world.binh)
    assert client.get(address).status_code == 403, "a draft is nobody else's, nor is what lies beside it"
    Change.objects.filter(pk=entry.work.change.pk).update(status="accepted")
    assert client.get(address).status_code == 200
    from hoso.audit.models import Event

    assert Event.objects.filter(action="attachment.read", account=str(world.binh.pk)).exists()
    enter(client, world.em)
    assert client.get(address).status_code == 404


# -- whose page it is -------------------------------------------------------------------------------------------------


def test_nobody_opens_the_draft_of_another(entry, client):
    entry.fill()
    addresses = [entry.url("identity"), entry.url("work", "work_history", "row001"), entry.review()]
    for somebody, status in ((entry.world.binh, 403), (entry.world.em, 404)):
        enter(client, somebody)
        assert [client.get(address).status_code for address in addresses] == [status] * 3
        assert client.post(addresses[0], {OTHER: "X"}).status_code == status


def test_the_agency_fills_in_its_part_and_never_sees_what_is_protected(client, world):
    secret = "Đạo Cao Đài"
    typed = first_entry(queries.work(world.draft({OTHER: "Lan"}), on=NOON.date())) | {"identity.religion": "Cao Đài"}
    world.accepted(typed | {"history.arrest_imprisonment_statement": secret})
    binh = Entry(enter(client, world.binh), world, agency=True)
    address = reverse("agency-part", args=[world.record.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).url == address
    page = text_of(client.get(address))
    assert "Người có hồ sơ nhập" in page
    for part in binh.work.form.model_fields:
        page = text_of(binh.get(part))
        assert secret not in page and "Cao Đài" not in page, part
    page = text_of(client.get(binh.review()))
    assert secret not in page and "Cao Đài" not in page
    binh.post("assessment", data={"assessment.agency_assessment": "Hoàn thành tốt nhiệm vụ."})
    binh.post("identity", data={OTHER: "X"})
    assert binh.typed == {"assessment.agency_assessment": "Hoàn thành tốt nhiệm vụ."}
    binh.post("header", data={"anh:header.portrait_photo": pdf_name(SCAN, "anh.png")})
    assert binh.typed["header.portrait_photo"].count(":") == 1
    assert "page-strip" in text_of(binh.get("header"))


def test_entering_on_behalf_is_handed_to_the_person_who_submits(client, world):
    enter(client, world.binh)
    address = reverse("on-behalf", args=[world.record.pk])
    client.post(address)
    binh = Entry(client, world)
    binh.post("identity", data={OTHER: "Lan", "identity.religion": "Cao Đài"})
    assert "Cao Đài" in text_of(binh.get("identity"))  # what he typed himself
    client.post(reverse("entry-hand", args=[binh.change.pk]))
    assert "Đã chuyển cho người có hồ sơ" in text_of(client.get(address))
    assert binh.get("identity").status_code == 403
    enter(client, world.an)
    page = text_of(client.get(reverse("own-record")))
    assert "Trần Văn Bình" in page and "đã nhập thay bạn" in page
    assert "Lan" in text_of(binh.get("identity"))


def test_an_officer_who_enters_on_behalf_is_not_shown_what_the_record_protects(client, world):
    world.accepted()
    enter(client, world.binh)
    client.post(reverse("on-behalf", args=[world.record.pk]))
    binh = Entry(client, world)
    held = get(binh.work.base, "history.arrest_imprisonment_statement")
    page = text_of(binh.get("history"))
    assert held and held.splitlines()[0] not in page and "đang che" in page
    binh.post("history", data={"history.arrest_imprisonment_statement": "", "seen": binh.seen("history")})
    assert binh.typed == {}  # left empty is left alone


def test_an_error_in_what_is_locked_is_reported_and_answered(entry, client):
    address = reverse("entry-report", args=[entry.record.pk])
    assert "Sinh ngày" in text_of(client.get(f"{address}?muc=identity.date_of_birth"))
    client.post(address, {"muc": "identity.date_of_birth", "noi-dung": "Ngày sinh đúng là 03/09/1975."})
    assert "Chờ xem xét" in text_of(client.get(reverse("own-record")))
    enter(client, entry.world.em)
    assert client.get(address).status_code == 404
    enter(client, entry.world.binh)
    page = text_of(client.get(reverse("agency-part", args=[entry.record.pk])))
    assert "03/09/1975" in page
    client.post(re.search(r'action="(/ho-so-cua-toi/bao-sai-sot/[^"]+/da-xem/)"', page)[1])
    enter(client, entry.world.an)
    assert "Đã xem xét" in text_of(client.get(reverse("own-record")))


def test_a_contract_worker_has_a_contract(client, world):
    from hoso.people import actions as people

    person = people.add(
        pin="022190000321", full_name="Bùi Thị Giang", birth="1990", sex="F", keeper=None, by=world.system, at=NOON
    )
    from datetime import date

    from hoso.access import actions as access

    people.employ(
        person,
        organization=world.thuyloi,
        category="contract_worker",
        title="Lái xe",
        staff_number="",
        since=date(2024, 1, 1),
        began="Hợp đồng 5",
        by=world.system,
        at=NOON,
    )
    giang = access.create_account(
        kind="personal", sign_in="022190000321", name="Bùi Thị Giang", password="đường-về-quê-xa-lắm", person=person,
        by=world.system, at=NOON,
    )  # fmt: skip
    record = actions.expect_entry(giang, by=world.system, at=NOON)
    enter(client, giang)
    assert "Hợp đồng lao động" in text_of(client.get(reverse("own-record")))
    client.post(reverse("entry-open", args=[record.pk]))
    change = queries.open_draft(record, agency=False)
    for part in queries.work(change, on=NOON.date()).form.model_fields:
        assert client.get(reverse("entry-section", args=[change.pk, part])).status_code == 200


# -- cost -------------------------------------------------------------------------------------------------------------


def test_pages_cost_a_constant_number_of_queries(entry, django_assert_max_num_queries):
    entry.fill()
    for number in range(30):
        path = f"work.work_history.extra{number % 10}{number // 10}"[: len("work.work_history.") + 6]
        entry.post(*path.split("."), data={f"{path}.from_month": f"{1990 + number}"})
    with django_assert_max_num_queries(26):  # session, account, draft, keeper, key, evidence, shell
        entry.client.get(reverse("own-record"))
    for place in (["identity"], ["work"], ["work", "work_history", "row001"]):
        with django_assert_max_num_queries(18):
            entry.get(*place)
    with django_assert_max_num_queries(20):
        entry.client.get(entry.review())
