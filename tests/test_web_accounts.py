"""Pages of accounts: the list, one account, requests, slips, second hands."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hoso.access import actions
from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.changes.actions import admitting
from tests.test_access_life import DECISION, HOLDER, PERSON, subunit
from tests.world import NOON

ASKED = PERSON | {"birth": "30/04/1992", "since": "09/11/2026"}


@pytest.fixture
def as_(world):
    """Sign in with every factor shown."""

    def sign_in(account):
        Account.objects.filter(pk=account.pk).update(must_change_password=False)
        client = Client()
        client.force_login(world.fresh(account))
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
        session.save()
        return client

    return sign_in


def text(answer):
    assert answer.status_code in (200, 422), answer.status_code
    return answer.content.decode()


def test_the_list_shows_ones_own_subtree_and_filters(as_, world):
    binh = as_(world.binh)
    page = text(binh.get(reverse("account-list")))
    assert "Nguyễn Thị An" in page
    assert "Hoàng Văn Em" not in page
    assert "Nguyễn Thị An" in text(binh.get(reverse("account-list") + "?q=nguyen+an&loai=personal&trang-thai=active"))
    assert "Nguyễn Thị An" not in text(binh.get(reverse("account-list") + "?trang-thai=expired"))
    assert binh.get(reverse("account", args=[world.em.pk])).status_code == 404
    assert as_(world.an).get(reverse("account-list")).status_code == 403


@pytest.mark.parametrize("act", ["restrict", "extend", "suspend", "end"])
def test_the_department_acts_with_a_reason(as_, world, act):
    giang = as_(world.giang)
    address = reverse("account-act", args=[world.an.pk, act])
    assert 'name="reason"' in text(giang.get(address))
    assert giang.post(address, {"reason": ""}).status_code == 422
    assert giang.post(address, {"reason": "Theo đề nghị"}).status_code == 302
    assert "Theo đề nghị" in text(giang.get(reverse("account", args=[world.an.pk])))
    assert as_(world.binh).post(address, {"reason": "Tự ý"}).status_code in (403, 422)


def test_a_code_is_shown_once_and_its_link_opens_the_page(as_, world):
    binh = as_(world.binh)
    address = reverse("account-act", args=[world.an.pk, "recover"])
    assert binh.post(address, {"reason": "Quên"}).status_code == 422
    page = text(binh.post(address, {"reason": "Quên", "seen": "on"}))
    code = re.search(r'class="once">([^<]+)<', page)[1]
    assert code in text(Client().get(reverse("activate") + f"?ma={code}"))
    assert code not in text(binh.get(reverse("account", args=[world.an.pk])))


def test_an_agency_asks_and_the_department_answers(as_, world):
    binh, giang = as_(world.binh), as_(world.giang)
    unit = {"organization": str(world.thuyloi.pk)}
    for kind in ("personal", "agency", "subunit"):
        assert "Gửi đề nghị" in text(binh.get(reverse("ask-account", args=[kind])))
    answer = binh.post(reverse("ask-account", args=["personal"]), ASKED | unit)
    assert answer.status_code == 302
    assert binh.post(reverse("ask-account", args=["personal"]), ASKED | unit | {"pin": "1"}).status_code == 422
    page = text(giang.get(reverse("account-requests")))
    where = re.search(r'href="(/tai-khoan/de-nghi/[0-9a-f-]{36}/)"', page)[1]
    assert PERSON["pin"] not in text(giang.get(where))
    assert 'class="once"' in text(giang.post(where + "lap/"))
    assert "đã lập" in text(binh.get(where))
    assert as_(world.em).get(where).status_code == 404


def test_a_sub_units_request_needs_its_papers(as_, world):
    binh = as_(world.binh)
    given = HOLDER | {"organization": str(world.thuyloi.pk), "basis_number": "51/QĐ", "basis_date": "02/11/2026"}
    address = reverse("ask-account", args=["subunit"])
    assert binh.post(address, given).status_code == 422
    more = {"agreement_number": "88/SNV", "agreement_date": "03/11/2026"}
    assert binh.post(address, given | more).status_code == 302


def test_slips_are_one_pdf_and_one_event_for_each_person(as_, world):
    binh = as_(world.binh)
    assert "không có ai đang chờ" in text(binh.post(reverse("slips"), {"organization": str(world.nnmt.pk)}))
    for number, pin in enumerate(("022192000321", "022192000654")):
        asked = PERSON | {"pin": pin, "full_name": f"Đỗ Thị Lan {number}"}
        row = admitting.ask_account(
            world.thuyloi.pk, kind="personal", asked=asked, paper=None, agreement=None, by=world.binh, at=NOON
        )
        admitting.meet_request(row.pk, by=world.giang, at=NOON)
    before = Event.objects.filter(action="account.code_given").count()
    pdf = binh.post(reverse("slips"), {"organization": str(world.nnmt.pk)})
    assert pdf.content.startswith(b"%PDF")
    assert Event.objects.filter(action="account.code_given").count() == before + 2


def test_the_second_hand_finds_what_waits(as_, world):
    row = actions.ask_second(
        world.an.pk,
        act="factors",
        seen_in_person=True,
        reason="Mất điện thoại",
        certificate="",
        by=world.binh,
        at=timezone.now(),
    )
    chi = as_(world.chi)
    assert "gỡ các lớp xác thực" in text(as_(world.giang).get(reverse("account-list")))
    answer = chi.post(reverse("second-hand", args=[row.pk]), {"viec": "khong"})
    assert answer.status_code == 302


def test_an_agency_account_is_handed_over_on_its_page(as_, world):
    given = admitting.meet_request(subunit(world).pk, by=world.giang, at=NOON)
    giang = as_(world.giang)
    address = reverse("account-act", args=[given.account.pk, "hand"])
    said = {"name": "Lý Thị Sen", "since": "10/11/2026", "reason": "Luân chuyển", "basis_number": DECISION.number}
    assert giang.post(address, said).status_code == 422
    assert 'class="once"' in text(giang.post(address, said | {"basis_date": "02/11/2026"}))
    assert "Lý Thị Sen" in text(giang.get(reverse("account", args=[given.account.pk])))
