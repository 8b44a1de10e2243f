"""The pages of the month: what a head sees and does, what the leader sees and does, and what each refusal says."""

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hoso.approvals import queries
from hoso.audit.models import Event
from hoso.orgs.models import Organization
from hoso.signing import pades
from tests.authority import PASSPHRASE, office
from tests.factors import sign_in
from tests.test_approvals import built, confirm, signed
from tests.world import CONFIRM_DAY, NOON, PASSWORD, SIGN_DAY, World

CHI, DUNG, BINH, EM = "022168007890", "022070000123", "022080004567", "022085000456"


@pytest.fixture
def now(monkeypatch):
    """The clock of the pages: `now.at = …`."""

    class Clock:
        at = CONFIRM_DAY

    clock = Clock()
    monkeypatch.setattr("hoso.web.middleware.timezone.now", lambda: clock.at)
    return clock


@pytest.fixture
def month(settings, tmp_path, db, now):
    """An's first entry is accepted; the round is open; Dũng's certificate is registered."""
    signer = office(settings, tmp_path, NOON)
    world = World()
    world.signer = signer
    world.certificate = signer.register(world.dung, by=world.system)
    world.accepted()
    world.record.refresh_from_db()
    for account in (world.chi, world.dung, world.binh, world.em):
        type(account).objects.filter(pk=account.pk).update(must_change_password=False)
    world.round()
    return world


@pytest.fixture
def as_(client, month):
    """Sign in through the door."""

    def enter(account):
        account.refresh_from_db()
        client.logout()
        assert sign_in(client, NUMBERS[account.name], PASSWORD).status_code == 302
        assert client.post(reverse("reauthenticate"), {"mat-khau": PASSWORD}).status_code == 302
        return client

    return enter


NUMBERS = {"Lê Thị Kim Chi": CHI, "Phạm Quốc Dũng": DUNG, "Trần Văn Bình": BINH, "Hoàng Văn Em": EM}


def text(response):
    return response.content.decode()


def post_confirm(client, world, **more):
    version = world.record.versions.order_by("-seq").first()
    data = {"ky": world.round().pk, "cam-doan": "1", "nguoi": [version.pk]} | more
    return client.post(reverse("month-confirm", args=[world.nnmt.pk]), data, follow=True)


def test_a_head_sees_who_waits_and_confirms_with_the_password(month, as_):
    client = as_(month.chi)
    page = client.get(reverse("month"))
    assert page.status_code == 200
    assert "Còn 1 người chờ xác nhận" in text(page)
    assert "Nguyễn Thị An" in text(page)
    assert "Nhập lần đầu" in text(page)
    assert "hết ngày 30/11/2026" in text(page)
    assert "khoản 1 Điều 7" in text(page)
    done = post_confirm(client, month)
    assert "Đã xác nhận 1 người." in text(done)
    assert "Không còn ai chờ xác nhận" in text(done)
    assert queries.levels(month.record) == {1: 2}


def test_without_a_recent_password_the_page_asks_for_it_and_carries_the_ticks(month, as_):
    client = as_(month.chi)
    session = client.session
    shown = session["account_authentication_methods"]
    session["account_authentication_methods"] = [each for each in shown if "reauthenticated" not in each]
    session.save()
    asked = post_confirm(client, month)
    assert "Xác thực lại" in text(asked)
    assert str(month.record.versions.get().pk) in text(asked)
    assert "Đã xác nhận 1 người." in text(post_confirm(client, month, **{"mat-khau": PASSWORD}))


def test_changes_are_told_in_one_line_and_side_by_side_and_the_look_is_logged(month, as_, now):
    confirm(month)
    signed(month)
    month.accepted(
        {"identity.contact_phone": "0912000111", "identity.religion": "Phật giáo"},
        at=SIGN_DAY,
    )
    now.at = SIGN_DAY
    client = as_(month.chi)
    page = text(client.get(reverse("month")))
    assert "8c SĐT liên hệ" in page
    assert "0912000111" in page
    assert "đã đổi, được bảo vệ" in page
    assert "Phật giáo" not in page
    version = month.record.versions.get(seq=2)
    before = Event.objects.filter(action="record.compared").count()
    address = reverse("month-compare", args=[month.nnmt.pk, version.pk])
    compared = text(client.get(address))
    assert "0912000111" in compared
    assert "Phật giáo" not in compared
    assert Event.objects.filter(action="record.compared").count() == before + 1
    event = Event.objects.filter(action="record.compared").latest("pk")
    assert (event.person, event.data["sections"]) == (str(month.record.person_id), ["identity"])
    opened = client.post(
        reverse("month-reveal", args=[month.nnmt.pk, version.pk]) + "?muc=identity.religion", {"muc-dich": "paper"}
    )
    assert "Phật giáo" in text(opened)
    assert Event.objects.filter(action="record.revealed", purpose="Đối chiếu hồ sơ giấy").count() == 1


def test_pay_and_post_have_no_box_to_tick(month, as_, now):
    confirm(month)
    signed(month)
    month.accepted({"position.current_position": "Phó Trưởng phòng"}, at=SIGN_DAY)
    now.at = SIGN_DAY
    page = text(as_(month.chi).get(reverse("month")))
    assert "Xem từng người" in page
    assert "Xem để xác nhận" in page
    assert 'name="nguoi"' not in page


def test_a_head_sends_back_with_a_reason(month, as_):
    client = as_(month.chi)
    version = month.record.versions.get()
    address = reverse("month-send-back", args=[month.nnmt.pk, version.pk])
    refused = client.post(address, {"ky": month.round().pk, "ly-do": ""})
    assert refused.status_code == 409
    done = client.post(address, {"ky": month.round().pk, "ly-do": "Sai số điện thoại"}, follow=True)
    assert "Đã trả lại hồ sơ của Nguyễn Thị An" in text(done)
    assert "trả lại trong kỳ" in text(client.get(reverse("month")))


def test_an_administrator_reads_why_they_cannot(month, as_):
    page = text(as_(month.binh).get(reverse("month")))
    assert "không được tự xác nhận" in page
    assert "data-confirm" not in page


def test_strangers_to_the_agency_and_people_without_a_role_stay_out(month, as_):
    client = as_(month.em)
    assert client.get(reverse("month-agency", args=[month.nnmt.pk])).status_code == 403
    assert post_confirm(client, month).status_code == 403
    assert client.get(reverse("sign")).status_code == 403


def test_before_the_window_the_page_says_when_it_opens(month, as_, now):
    now.at = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    page = text(as_(month.chi).get(reverse("month")))
    assert "Chưa đến kỳ" in page
    assert "Được xác nhận từ 24/11/2026 đến hết ngày 30/11/2026" in page
    assert "data-confirm" not in page


def test_in_a_province_without_heads_level_the_page_says_so(month, as_):
    Organization.objects.update(profile="tay-ninh")
    page = as_(month.chi).get(reverse("month"))
    assert page.status_code == 409
    assert "không có bước thủ trưởng xác nhận" in text(page)


def test_a_head_with_a_certificate_confirms_by_signing(month, as_):
    issued = month.signer.register(month.chi, by=month.system)
    client = as_(month.chi)
    asked = post_confirm(client, month)
    assert "Ký xác nhận 1 người" in text(asked)
    wrong = post_confirm(client, month, **{"chung-thu": upload(issued.p12), "mat-khau-chung-thu": "sai"})
    assert "Mật khẩu" in text(wrong)
    assert wrong.status_code == 409
    done = post_confirm(client, month, **{"chung-thu": upload(issued.p12), "mat-khau-chung-thu": PASSPHRASE})
    assert "Đã xác nhận 1 người." in text(done)


def upload(data, name="tep.bin"):
    return SimpleUploadedFile(name, data)


def sign(client, manifest, **data):
    return client.post(reverse("sign-manifest", args=[manifest.pk]), data, follow=True)


def test_the_leader_builds_views_and_signs(month, as_, now):
    confirm(month)
    now.at = SIGN_DAY
    client = as_(month.dung)
    page = text(client.get(reverse("sign")))
    assert "Lập bảng kê 1 hồ sơ" in page
    assert "Sở Nông nghiệp và Môi trường" in text(client.get(reverse("sign") + "?loc=da"))
    client.post(reverse("sign-build"), {"ky": month.round().pk})
    manifest = queries.manifest_of(month.round())
    pdf = client.get(reverse("sign-download", args=[manifest.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert Event.objects.filter(action="manifest.exported").count() == 1
    assert "Ký bằng công cụ của tôi" in text(client.get(reverse("sign-manifest", args=[manifest.pk])))
    wrong = sign(
        client, manifest, cach="tep", **{"chung-thu": upload(month.certificate.p12), "mat-khau-chung-thu": "x"}
    )
    assert (wrong.status_code, "Mật khẩu" in text(wrong)) == (409, True)
    good = {"chung-thu": upload(month.certificate.p12), "mat-khau-chung-thu": PASSPHRASE}
    done = text(sign(client, manifest, cach="tep", **good))
    assert "Bảng kê 11/2026-BK đã ký và đóng dấu." in done
    assert "Phạm Quốc Dũng ký 27/11/2026" in done
    assert queries.levels(month.record) == {1: 3}
    again = client.get(reverse("sign-manifest", args=[manifest.pk]))
    assert again.status_code == 409


def test_a_department_administrator_watches_and_does_not_sign(month, client, now):
    confirm(month)
    manifest = built(month)
    now.at = SIGN_DAY
    type(month.giang).objects.filter(pk=month.giang.pk).update(must_change_password=False)
    sign_in(client, "snv.quantri", month.node.password)
    client.post(reverse("reauthenticate"), {"mat-khau": month.node.password})
    page = text(client.get(reverse("sign")))
    assert "Bạn xem để theo dõi" in page
    assert "Ký bảng kê" not in page
    assert client.get(reverse("sign-manifest", args=[manifest.pk])).status_code == 403
    assert client.post(reverse("sign-build"), {"ky": month.round().pk}).status_code == 403
    assert client.get(reverse("month-agency", args=[month.nnmt.pk])).status_code == 200


def test_a_refusal_stands_beside_the_form_with_what_was_ticked_and_typed(month, as_, now):
    client = as_(month.chi)
    page = client.post(reverse("month-confirm", args=[month.nnmt.pk]), {"ky": month.round().pk, "cam-doan": "1"})
    assert page.status_code == 409 and 'class="error-summary' in text(page) and "Còn 1 người" in text(page)
    version = month.record.versions.order_by("-seq").first()
    unsaid = {"ky": month.round().pk, "nguoi": [version.pk]}
    page = client.post(reverse("month-confirm", args=[month.nnmt.pk]), unsaid)
    assert page.status_code == 409 and f'value="{version.pk}" data-pick checked' in text(page)
    unsaid["tu"] = "so-sanh"
    page = client.post(reverse("month-confirm", args=[month.nnmt.pk]), unsaid)
    assert page.status_code == 409 and 'class="send-back"' in text(page)
    where = reverse("month-send-back", args=[month.nnmt.pk, version.pk])
    page = text(client.post(where, {"ky": month.round().pk, "ly-do": " "}))
    assert '<details class="send-back" open>' in page and 'id="ly-do-error"' in page
    confirm(month)
    manifest = built(month)
    now.at = SIGN_DAY
    client = as_(month.dung)
    where = reverse("sign-manifest", args=[manifest.pk])
    page = client.post(where, {"cach": "tai"})
    assert page.status_code == 409 and 'id="da-ky-error"' in text(page)
    page = client.post(where, {"cach": "tep", "chung-thu": upload(month.certificate.p12), "mat-khau-chung-thu": "sai"})
    assert page.status_code == 409 and 'value="tep" checked' in text(page)
    assert 'id="mat-khau-chung-thu-error"' in text(page)


REFUSALS = {
    "not_pdf": "không phải PDF",
    "other_document": "không phải bảng kê này",
    "other_manifest": "bảng kê của kỳ khác",
    "altered": "đã bị sửa",
    "not_signed": "chưa có chữ ký số",
    "untrusted_signer": "không do tổ chức được tin cậy cấp",
    "other_signer": "không phải là bạn",
    "expired_certificate": "đã hết hạn",
    "revoked_certificate": "đã bị thu hồi",
    "no_coverage": "không bao trùm",
    "no_file": "Chưa chọn tệp",
}


@pytest.mark.skipif(not (shutil.which("pdfsig") and shutil.which("pk12util")), reason="poppler-utils, libnss3-tools")
def test_what_a_foreign_tool_signed_is_taken_and_other_files_are_refused_each_in_its_words(month, as_, now, tmp_path):
    confirm(month)
    manifest = built(month)
    original = queries.original_pdf(manifest)
    now.at = SIGN_DAY
    client = as_(month.dung)
    theirs = foreign(tmp_path / "dung", original, month.certificate)

    def refused(data, code):
        files = {} if data is None else {"da-ky": upload(data)}
        answer = sign(client, manifest, cach="tai", **files)
        assert (answer.status_code, REFUSALS[code] in text(answer)) == (409, True), code
        manifest.refresh_from_db()
        assert manifest.status == "built"

    refused(None, "no_file")
    refused(b"GIF89a", "not_pdf")
    refused(original, "not_signed")
    refused(flipped(theirs, len(original) // 2), "altered")
    refused(foreign(tmp_path / "other", original, month.signer.issue("Ai Do")), "other_signer")
    refused(foreign(tmp_path / "stranger", original, month.signer.stranger(tmp_path / "ca2")), "untrusted_signer")
    ending = month.signer.register(month.dung, by=month.system, days=17)  # at noon of the day of signing
    now.at = SIGN_DAY + timedelta(hours=4)
    refused(foreign(tmp_path / "ended", original, ending), "expired_certificate")
    now.at = SIGN_DAY
    refused(theirs + b"% hidden\nstartxref" + theirs[-40:].split(b"startxref")[1], "no_coverage")
    refused(foreign(tmp_path / "document", blank(), month.certificate), "other_document")
    refused(foreign(tmp_path / "month", of_other_month(original), month.certificate), "other_manifest")
    month.signer.revoke(month.certificate, at=SIGN_DAY - timedelta(days=1))
    refused(theirs, "revoked_certificate")
    month.signer.forgive()
    done = sign(client, manifest, cach="tai", **{"da-ky": upload(theirs)})
    assert "đã ký và đóng dấu" in text(done)
    assert queries.levels(month.record) == {1: 3}


def foreign(folder, pdf, issued):
    """Signed with poppler and NSS, as no code of ours would do it."""
    folder.mkdir()
    (folder / "own.p12").write_bytes(issued.p12)
    (folder / "in.pdf").write_bytes(pdf)
    _run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    _run("pk12util", "-i", folder / "own.p12", "-d", f"sql:{folder}", "-W", PASSPHRASE)
    words = ("-nssdir", folder, "-add-signature", "-nick", "hoso-test-person", "-reason", "Ký")
    _run("pdfsig", *words, folder / "in.pdf", folder / "out.pdf")
    return (folder / "out.pdf").read_bytes()


def _run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


def blank():
    """A PDF with fields to sign that is no manifest."""
    sheet = pikepdf.new()
    sheet.add_blank_page(page_size=(595, 842))
    result = io.BytesIO()
    sheet.save(result)
    return pades.add_fields(result.getvalue())


def of_other_month(original):
    """The same manifest, saying another month."""
    with pikepdf.open(io.BytesIO(original)) as document:
        said = document.attachments["manifest.json"].get_file().read_bytes()
        document.attachments["manifest.json"] = pikepdf.AttachedFileSpec(
            document, said.replace(b'"2026-11"', b'"2026-10"'), mime_type="application/json"
        )
        result = io.BytesIO()
        document.save(result)
    return result.getvalue()


def flipped(data, position):
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
