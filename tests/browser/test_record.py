"""A record in a real browser: reading, opening, comparing, printing; axe on every kind of page at three widths."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from hoso.access.models import Account
from hoso.audit.models import Event
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def world(transactional_db):
    """An's record in two versions and a change on its way, days ago and today."""
    made, now = World(), timezone.now()
    Account.objects.update(must_change_password=False)
    made.accepted(at=now - timedelta(days=9))
    made.accepted({"identity.contact_phone": "0986 204 715"}, at=now - timedelta(days=3))
    made.submitted({"identity.other_names": "Lan"}, at=now - timedelta(hours=1))
    made.record.refresh_from_db()
    return made


@pytest.fixture
def window(new_page, live_server):
    """Opens a signed-in window: `window(account, width)`."""

    def open_window(account, width=1440, **options):
        client = Client()
        client.force_login(Account.objects.get(pk=account.pk))
        page = new_page(viewport={"width": width, "height": 900}, **options)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return open_window


def violations(page):
    """What axe finds, in one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def test_a_protected_value_is_opened_in_its_place(world, window):
    page = window(world.binh)
    page.goto(f"/ho-so/{world.record.pk}/")
    page.locator("#identity details.masked summary").first.click()
    page.locator("#identity details.masked select").first.select_option("paper")
    page.locator("#identity details.masked button.main").first.click()
    page.wait_for_selector("#da-mo")
    assert "đã mở, đã ghi nhật ký" in page.locator("#da-mo").inner_text()
    assert page.evaluate("document.activeElement.id") == "da-mo"
    assert page.url.endswith(f"/ho-so/{world.record.pk}/")
    assert Event.objects.filter(action="record.revealed").count() == 1


def test_without_javascript_the_same_value_opens_on_a_page(world, window):
    page = window(world.binh, java_script_enabled=False)
    page.goto(f"/ho-so/{world.record.pk}/")
    page.locator("#identity details.masked summary").first.click()
    page.locator("#identity details.masked select").first.select_option("paper")
    page.locator("#identity details.masked button.main").first.click()
    assert page.locator(".just-opened").count() == 1
    assert page.locator("h1").inner_text() == "Nguyễn Thị An"


def test_from_the_list_to_a_difference_and_to_paper(world, window):
    page = window(world.binh)
    page.goto("/nguoi/")
    page.get_by_role("link", name="Nguyễn Thị An", exact=True).click()
    page.get_by_role("link", name="Phiên bản 2", exact=True).first.click()
    page.get_by_role("button", name="So sánh").click()
    assert "0986204715" in page.locator("main").inner_text()
    page.goto(f"/ho-so/{world.record.pk}/")
    page.locator(".identity-acts summary").click()
    with page.expect_download() as paper:
        page.get_by_role("link", name="In, che giá trị được bảo vệ").click()
    assert paper.value.suggested_filename.endswith(".pdf")


@pytest.mark.slow  # every kind of page at three widths
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_everybody_can_use_every_page(world, window, width):
    record = f"/ho-so/{world.record.pk}/"
    pages = [
        (world.an, [record, "/ho-so-cua-toi/ai-da-xem/"]),
        (
            world.binh,
            [
                record,
                f"{record}phien-ban/",
                f"{record}phien-ban/1/",
                f"{record}phien-ban/1/?kiem=1",
                f"{record}so-sanh/?tu=1&den=2",
                f"{record}minh-chung/",
                f"{record}nhat-ky/",
                "/nguoi/",
                "/vang-mat/",
            ],
        ),
        (
            world.giang,
            [
                "/tai-khoan/",
                "/tai-khoan/giao-quyen/?ten=phuc",
                "/tai-khoan/moi/",
                f"/tai-khoan/{world.dung.pk}/chung-thu/",
                "/co-quan/",
                "/co-quan/moi/",
                "/nhat-ky/",
            ],
        ),
    ]
    found = {}
    for account, addresses in pages:
        page = window(account, width)
        for address in addresses:
            page.goto(address)
            if problems := violations(page):
                found[address] = problems
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found.setdefault(address, []).append(f"{wide} px too wide")
    assert not found
