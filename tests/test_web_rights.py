"""The rights room: delegating, letting read, and the documents, as people click through them."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hoso.access import actions as access
from hoso.access.models import Account, Consent, Grant
from hoso.audit.models import Event
from tests.test_access_consents import let
from tests.test_access_grants import delegated
from tests.world import NOON, PASSWORD, SCAN

PAPER = {"basis_number": "31/CV-SNNMT", "basis_date": "10/11/2026", "since": "10/11/2026", "until": "10/12/2026"}


@pytest.fixture
def as_(client, monkeypatch):
    """Signs somebody in, the password just given: `as_(account)`."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)

    def sign_in(account):
        Account.objects.update(must_change_password=False)
        client.force_login(Account.objects.get(pk=account.pk))
        client.post(reverse("reauthenticate"), {"mat-khau": PASSWORD, "next": "/"})
        return client

    return sign_in


def scan():
    return SimpleUploadedFile("van-ban.png", SCAN, "text/html")


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_head_delegates_sees_what_was_done_and_takes_it_back(world, as_):
    head = as_(world.chi)
    assert "Bạn chưa ủy quyền cho ai" in text_of(head.get(reverse("delegations")))
    form = head.get(reverse("delegate") + "?ten=phúc").content.decode()
    assert "Vũ Hồng Phúc" in form and "Sở Y tế" not in form
    given = PAPER | {"account": str(world.phuc.pk), "organization": str(world.thuyloi.pk)}
    missing = head.post(reverse("delegate"), given | {"until": ""})
    assert missing.status_code == 422 and "Nhập ngày." in text_of(missing)
    refused = head.post(reverse("delegate"), given | {"until": "01/11/2026"})
    assert refused.status_code == 422 and "Ngày cuối phải sau ngày đầu." in text_of(refused)
    made = head.post(reverse("delegate"), given | {"basis_scan": scan()})
    grant = Grant.objects.get(role="head_delegate")
    assert made["Location"] == reverse("delegation", args=[grant.pk])
    delegate = world.fresh(world.phuc)
    access.go_away(since=NOON.date(), until=None, by=delegate, at=NOON)
    page = text_of(head.get(made["Location"]))
    assert "Chi cục Thủy lợi" in page and "đang có hiệu lực" in page
    head.post(reverse("end-delegation", args=[grant.pk]))
    assert Grant.objects.get(pk=grant.pk).until == NOON.date()
    assert as_(world.binh).get(reverse("delegations")).status_code == 403


def test_a_head_lets_somebody_of_another_agency_read(world, as_):
    world.accepted()
    head, address = as_(world.chi), reverse("let-read", args=[world.record.pk])
    assert "Cho người khác đọc" in text_of(head.get(reverse("record", args=[world.record.pk])))
    assert "Hoàng Văn Em" not in text_of(head.get(address + "?ten=em")), "people elsewhere are not listed"
    assert "Hoàng Văn Em" in text_of(head.get(address + "?ten=Hoàng Văn Em"))
    assert "Hoàng Văn Em" in text_of(head.get(address + "?ten=022085000456"))
    assert "Trần Văn Bình" in text_of(head.get(address + "?ten=binh")), "people of their own are"
    given = PAPER | {"reader": str(world.em.pk), "sections": ["salary", "training"], "purpose": "Hiệp y"}
    lacking = head.post(address, given)
    assert lacking.status_code == 422 and "Chọn tệp quét văn bản." in text_of(lacking)
    assert not re.search(r'name="sections" value=""', lacking.content.decode())
    made = head.post(address, given | {"basis_scan": scan()})
    consent = Consent.objects.get()
    assert made["Location"] == reverse("consent", args=[consent.pk]) and consent.sections == ["salary", "training"]
    assert "chờ trả lời" in text_of(head.get(reverse("given-consents")))
    assert as_(world.binh).get(address).status_code == 403
    reader = as_(world.em)
    assert "Nguyễn Thị An" in text_of(reader.get(reverse("consents")))
    assert "Mở hồ sơ" not in text_of(reader.get(made["Location"]))
    assert as_(world.an).post(reverse("agree", args=[consent.pk])).status_code == 302
    assert "Mở hồ sơ" in text_of(as_(world.em).get(made["Location"]))


def test_without_the_password_given_just_now_nothing_is_given(world, client, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    Account.objects.update(must_change_password=False)
    client.force_login(world.fresh(world.chi))
    for address in (reverse("delegate"), reverse("let-read", args=[world.record.pk])):
        assert 'name="mat-khau"' in client.get(address).content.decode()
        client.post(address, PAPER | {"basis_scan": scan()})
    assert not Consent.objects.exists() and not Grant.objects.filter(role="head_delegate").exists()


def test_an_inspector_reads_the_log_and_the_documents_and_nothing_else(world, as_):
    world.accepted()
    grant = delegated(world, world.phuc)
    consent = let(world)
    inspector = access.create_account(
        kind="agency", sign_in="thanhtra", name="Trần Quốc Thanh", password=PASSWORD, person=None, by=world.system,
        at=NOON,
    )  # fmt: skip
    world.grant(inspector, "inspector", world.node.root)
    client = as_(inspector)
    home = client.get("/", follow=True)
    menu = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>', home.content.decode().split('class="rail"')[1].split("</nav>")[0])
    assert {reverse("log"), reverse("bases")} == {each for each in menu if each.startswith("/")}
    assert "31/CV-SNNMT" in text_of(client.get(reverse("bases")))
    document = client.get(reverse("basis", args=[consent.basis_id]))
    assert "Nguyễn Thị An" in text_of(document)
    assert client.get(reverse("basis-page", args=[consent.basis_id, 1])).status_code == 200
    assert Event.objects.filter(action="basis.read", account=str(inspector.pk)).count() == 1
    shut = {
        reverse("record", args=[world.record.pk]): 404,
        reverse("consent", args=[consent.pk]): 404,
        reverse("delegation", args=[grant.pk]): 404,
        reverse("given-consents"): 403,
        reverse("delegations"): 403,
        reverse("people"): 403,
        reverse("accounts"): 403,
        reverse("away"): 403,
        reverse("to-verify"): 403,
        reverse("month"): 403,
    }
    assert {address: client.get(address).status_code for address in shut} == shut


def test_documents_of_other_agencies_stay_with_them(world, as_):
    basis = let(world).basis
    assert as_(world.em).get(reverse("bases")).status_code == 200
    assert "31/CV-SNNMT" not in text_of(as_(world.em).get(reverse("bases")))
    Consent.objects.update(reader=world.dung)
    assert as_(world.em).get(reverse("basis", args=[basis.pk])).status_code == 404
    assert as_(world.binh).get(reverse("basis", args=[basis.pk])).status_code == 200
    assert BytesIO(as_(world.dung).get(reverse("basis-page", args=[basis.pk, 1])).content).read(4) == b"RIFF"
