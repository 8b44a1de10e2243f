"""The list of people, accounts and roles, the tree, the log: who is listed for whom, and what is written down."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hoso.access.models import Account, Grant
from hoso.audit.models import Event
from hoso.people.models import Person
from hoso.records.models import Record
from tests.factors import show_again
from tests.world import NOON

pytestmark = pytest.mark.django_db

NEW = {
    "full_name": "Đỗ Thị Hạnh",
    "pin": "022 190 001 111",
    "birth": "05/03/1990",
    "sex": "F",
    "category": "civil_servant",
    "title": "Chuyên viên",
    "staff_number": "QN-09999",
    "since": "01/11/2026",
    "began": "Quyết định 9/QĐ-SNNMT",
}


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(hours=1))


@pytest.fixture
def as_(client):
    """Signs somebody in: `as_(account)`."""

    def sign_in(account):
        Account.objects.filter(pk=account.pk).update(must_change_password=False)
        client.force_login(Account.objects.get(pk=account.pk))
        return client

    return sign_in


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def names(response):
    return re.findall(r'<th scope="row"><(?:a [^>]*|b)>([^<]+)<', response.content.decode())


def test_people_of_ones_scope_by_given_name(as_, world):
    page = as_(world.binh).get(reverse("people"))
    assert names(page) == ["Nguyễn Thị An", "Trần Văn Bình", "Lê Thị Kim Chi", "Vũ Hồng Phúc"]
    assert Event.objects.get(action="list.read").data["count"] == 4
    assert names(as_(world.em).get(reverse("people"))) == ["Hoàng Văn Em"]
    assert as_(world.an).get(reverse("people")).status_code == 403


@pytest.mark.parametrize("typed", ["nguyen an", "Nguyễn Thị An", "QN-01234"])
def test_people_are_found_with_and_without_marks_and_by_staff_number(as_, world, typed):
    moved = as_(world.binh).post(reverse("people"), {"q": typed})
    assert names(as_(world.binh).get(moved["Location"])) == ["Nguyễn Thị An"]


def test_a_number_finds_the_person_and_stands_in_no_address(as_, world):
    _ = world.record
    moved = as_(world.binh).post(reverse("people"), {"q": "022 175 001 234"})
    assert moved["Location"] == reverse("record", args=[world.an.person_id])
    elsewhere = as_(world.em).post(reverse("people"), {"q": "022175001234"})
    assert elsewhere.status_code == 404
    assert "022175001234" not in elsewhere.content.decode()
    assert as_(world.binh).get(reverse("people") + "?q=022175001234")["Location"] == reverse("people")


def test_states_of_records_and_their_filter(as_, world):
    listed = as_(world.binh).get
    assert "Chưa nhập" in text_of(listed(reverse("people")))
    change = world.draft()
    assert names(listed(reverse("people") + "?tinh-trang=drafting")) == ["Nguyễn Thị An"]
    world.submitted()
    assert names(listed(reverse("people") + "?tinh-trang=waiting")) == ["Nguyễn Thị An"]
    change.refresh_from_db()
    world.decide(change, {"*": answer()})
    assert names(listed(reverse("people") + "?tinh-trang=kept")) == ["Nguyễn Thị An"]
    assert "Đã kiểm tra 10/11/2026" in text_of(listed(reverse("people")))
    assert names(listed(reverse("people") + "?tinh-trang=signed")) == []


def answer():
    from hoso.changes.rules import Answer

    return Answer(accepted=True)


def test_filters_by_unit_and_category(as_, world):
    client = as_(world.binh)
    assert names(client.get(reverse("people") + f"?don-vi={world.thuyloi.pk}")) == ["Nguyễn Thị An"]
    assert names(client.get(reverse("people") + "?doi-tuong=contract_worker")) == []
    assert len(names(client.get(reverse("people") + "?don-vi=khong-phai-ma"))) == 4


def test_pages_go_on_and_back_by_key(as_, world, monkeypatch):
    monkeypatch.setattr("hoso.web.views.people.MOST", 2)
    client = as_(world.binh)
    first = client.get(reverse("people"))
    on = re.search(r'href="([^"]+)" rel="next"', first.content.decode())[1]
    second = client.get(reverse("people") + on)
    assert names(first) + names(second) == ["Nguyễn Thị An", "Trần Văn Bình", "Lê Thị Kim Chi", "Vũ Hồng Phúc"]
    back = re.search(r'href="([^"]+)" rel="prev"', second.content.decode())[1]
    assert names(client.get(reverse("people") + back)) == names(first)
    assert 'rel="next"' not in second.content.decode()


def test_the_department_takes_somebody_in_with_one_act(as_, world):
    page = as_(world.giang).post(reverse("admit"), NEW | {"organization": str(world.thuyloi.pk)})
    code = re.search(r'class="once">([^<]+)<', page.content.decode())[1]
    person = Person.objects.get(full_name="Đỗ Thị Hạnh")
    assert Record.objects.get(person=person).family == "syll"
    account = Account.objects.get(person=person)
    assert account.status == "waiting"
    stranger = Client()
    given = {"login": NEW["pin"], "code": code, "new": "sáu-con-mèo-ngủ-trên-mái-tôn"}
    assert stranger.post(reverse("activate"), given | {"again": "khác"}).status_code == 422
    assert stranger.post(reverse("activate"), given | {"again": given["new"]}).status_code == 302
    account.refresh_from_db()
    assert account.status == "active"
    assert account.check_password(given["new"])
    assert "022190001111" not in page.content.decode()
    assert person.birth == "1990-03-05"


def test_what_is_wrong_with_somebody_new_is_said_with_everything_kept(as_, world):
    client, unit = as_(world.giang), {"organization": str(world.thuyloi.pk)}
    wrong = client.post(reverse("admit"), NEW | unit | {"birth": "31/02/1990", "began": ""})
    assert wrong.status_code == 422
    assert "Ghi ngày sinh theo dạng" in text_of(wrong)
    assert 'value="Đỗ Thị Hạnh"' in wrong.content.decode()
    known = client.post(reverse("admit"), NEW | unit | {"pin": "022175001234", "birth": "02/09/1975"})
    assert known.status_code == 422
    other = client.post(reverse("admit"), NEW | unit | {"sex": "M"})
    assert other.status_code == 422
    assert not Person.objects.filter(full_name="Đỗ Thị Hạnh").exists()
    assert as_(world.binh).get(reverse("admit")).status_code == 403


def test_roles_are_given_on_a_basis_and_ended(as_, world):
    client = as_(world.giang)
    assert 'name="mat-khau"' in client.get(reverse("give") + "?ten=phuc").content.decode()
    show_again(client)
    found = client.get(reverse("give") + "?ten=phuc")
    assert "Vũ Hồng Phúc" in text_of(found)
    given = {
        "account": str(world.phuc.pk),
        "role": "agency_head",
        "organization": str(world.nnmt.pk),
        "basis_number": "77/QĐ-SNNMT",
        "basis_date": "09/11/2026",
        "since": "10/11/2026",
    }
    assert client.post(reverse("give"), given | {"basis_number": ""}).status_code == 422
    assert client.post(reverse("give"), given).status_code == 302
    grant = Grant.objects.get(role="agency_head", account=world.phuc)
    assert "77/QĐ-SNNMT" in text_of(client.get(reverse("accounts")))
    client.post(reverse("end-grant", args=[grant.pk]), {"ngay": "10/11/2026"})
    grant.refresh_from_db()
    assert grant.until.isoformat() == "2026-11-10"
    assert as_(world.binh).post(reverse("give"), given).status_code == 403


def test_a_new_administrator_ends_the_old_ones_role(as_, world):
    given = {
        "account": str(world.chi.pk),
        "role": "agency_admin",
        "organization": str(world.nnmt.pk),
        "basis_number": "78/QĐ-SNV",
        "basis_date": "09/11/2026",
        "since": "10/11/2026",
    }
    client = as_(world.giang)
    show_again(client)
    client.post(reverse("give"), given)
    sole = Grant.objects.filter(role="agency_admin", organization=world.nnmt, deputy=False, until=None)
    assert [grant.account for grant in sole] == [world.chi]


def test_another_code_needs_the_own_password_first(as_, world):
    client = as_(world.giang)
    asked = client.post(reverse("account-act", args=[world.an.pk, "recover"]), {"seen": "on", "reason": "Quên"})
    assert 'class="once"' not in asked.content.decode()


def test_a_certificate_is_registered_or_refused(as_, world):
    client = as_(world.giang)
    address = reverse("certificate", args=[world.dung.pk])
    assert 'name="mat-khau"' in client.get(address).content.decode()
    show_again(client)
    bad = client.post(address, {"pem": SimpleUploadedFile("a.pem", b"not one"), "basis": "1/BCY"})
    assert bad.status_code == 422
    assert client.post(address, {"basis": "1/BCY"}).status_code == 422
    as_(world.binh)
    show_again(client)
    assert client.get(address).status_code == 403


def test_away_and_back(as_, world):
    client = as_(world.binh)
    assert client.post(reverse("away"), {"since": "12/11/2026", "until": "10/11/2026"}).status_code == 422
    client.post(reverse("away"), {"since": "10/11/2026", "until": "12/11/2026"})
    assert "Bạn đang báo vắng mặt" in text_of(client.get(reverse("away")))
    client.post(reverse("away"), {"ve": "1"})
    assert "Bạn đang báo vắng mặt" not in text_of(client.get(reverse("away")))
    assert as_(world.an).get(reverse("away")).status_code == 403


def test_organisations_are_opened_and_renamed(as_, world):
    client = as_(world.giang)
    made = {
        "parent": str(world.nnmt.pk),
        "code": "H49.NNMT.KL",
        "name": "Chi cục Kiểm lâm",
        "kind": "division",
        "since": "10/11/2026",
    }
    assert client.post(reverse("open-organization"), made).status_code == 302
    assert "Chi cục Kiểm lâm" in text_of(client.get(reverse("organizations")))
    name = reverse("rename-organization", args=[world.thuyloi.pk])
    client.post(name, {"name": "Chi cục Thủy lợi và Đê điều", "since": "10/11/2026"})
    assert "Chi cục Thủy lợi và Đê điều" in text_of(client.get(reverse("organizations")))
    assert as_(world.binh).post(reverse("open-organization"), made).status_code == 403


def test_the_log_is_for_those_who_may_read_it_and_says_who_read_it(as_, world):
    world.accepted()
    client = as_(world.giang)
    page = client.get(reverse("log"))
    assert "Chấp nhận" in text_of(page)
    assert "Trần Văn Bình" in text_of(page)
    assert "022175001234" not in page.content.decode()
    assert Event.objects.filter(action="log.read").count() == 1
    only = client.get(reverse("log") + "?viec=grant.given&ai=xyz")
    assert "Không có sự kiện nào khớp." in text_of(only)
    assert as_(world.binh).get(reverse("log")).status_code == 403


def test_an_inspector_of_one_agency_reads_only_what_happened_there(as_, world):
    world.accepted()
    world.grant(world.em, "inspector", world.yt)
    page = as_(world.em).get(reverse("log")).content.decode()
    assert '<th scope="row">Chấp nhận</th>' not in page


def test_the_chain_is_verified_on_demand(as_, world):
    page = as_(world.giang).post(reverse("verify-log"))
    assert "chưa niêm phong" in text_of(page)
    assert as_(world.binh).post(reverse("verify-log")).status_code == 403
