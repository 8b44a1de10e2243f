"""Bình verifies in a real browser: by keyboard alone, in part, on a phone, and for everybody (axe)."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from hoso.access.models import Account
from hoso.changes import actions
from hoso.changes.models import Change
from hoso.changes.rules import Status
from tests.world import ACCEPT, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"identity.contact_phone": "0986 204 715"}
MORE = {
    "identity.religion": "Phật giáo",
    "qualification.highest_professional_qualification": "Tiến sĩ",
    "training.professional_education.zzz001.from_month": "09/2022",
    "training.professional_education.zzz001.to_month": "08/2026",
    "training.professional_education.zzz001.institution_name": "Trường Đại học Thủy lợi",
    "training.professional_education.zzz001.major": "Kỹ thuật xây dựng công trình thủy",
    "training.professional_education.zzz001.degree_level": "Tiến sĩ",
    "training.professional_education.zzz001.study_mode": "Chính quy",
    "work.work_history.row002.from_month": "08/2001",
    "work.work_history.row002.to_month": "06/2019",
    "family.family_own_side.row002": "",
}


def scan():
    """A page of a decision, as a phone photographs it."""
    sheet = Image.new("RGB", (900, 1272), "#fdfdfb")
    draw = ImageDraw.Draw(sheet)
    for line, y in enumerate(range(120, 1150, 34)):
        draw.line((90, y, 810 - (line * 53) % 220, y), fill="#555", width=3)
    draw.ellipse((540, 950, 700, 1110), outline="#c33", width=4)
    kept = io.BytesIO()
    sheet.save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def world(transactional_db):
    """The cast, with passwords changed."""
    made = World()
    Account.objects.update(must_change_password=False)
    return made


@pytest.fixture
def window(new_page, live_server):
    """Opens a signed-in window: `window(account, width, height)`."""

    def open_window(account, width=1440, height=900, **options):
        client = Client()
        client.force_login(Account.objects.get(pk=account.pk))
        page = new_page(viewport={"width": width, "height": height}, **options)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return open_window


def sent(world, typed=PHONE):
    """An's change after her first entry, with a scan for all of it, on Bình's desk today."""
    now = timezone.now()
    if not world.record.head_seq:
        world.accepted(at=now)
    change = world.draft(typed, at=now)
    sections = sorted({path.split(".")[0] for path in typed})
    given = {"data": scan(), "name": "qd.png", "title": "Quyết định 412/QĐ-SNNMT", "paths": sections}
    actions.attach(change.pk, by=world.an, at=now, **given)
    return actions.submit(change.pk, declared=True, sign=None, by=world.an, at=now)


def axe(page):
    """The rules that axe finds broken, with where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({ runOnly: tags })", tags)
    return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found["violations"]]


def taken(page, change):
    """The page of a change, taken from the queue."""
    page.goto("/kiem-tra/")
    page.click(f"form[action='/kiem-tra/{change.pk}/nhan/'] button")
    page.wait_for_selector("#kiem-tra")


def press(page, *keys):
    """Press keys one after another; how many that were."""
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def test_an_ordinary_change_takes_at_most_six_keys(world, window):
    change = sent(world, PHONE | {"qualification.highest_professional_qualification": "Tiến sĩ"})
    page = window(world.binh)
    taken(page, change)
    keys = press(page, "a", "a", "Space", "Enter")
    page.wait_for_selector(".notices")
    assert keys <= 6
    assert "đã chấp nhận 2 mục" in page.inner_text(".notices")
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED


def test_by_keyboard_alone_in_part(world, window):
    change = sent(world, PHONE | MORE)
    page = window(world.binh)
    taken(page, change)
    assert page.locator(".proposal.is-active > legend").inner_text().startswith("7")
    press(page, "j")
    assert "SĐT" in page.locator(".proposal.is-active > legend").inner_text()
    press(page, "k", "Shift+A")
    assert page.locator(".decide .accept input:checked").count() == 2, "the section"
    press(page, "r", "Space")
    page.keyboard.press("Tab")
    reason = page.evaluate("document.activeElement.value")
    assert reason == "Không khớp minh chứng", "a chip writes its words"
    page.keyboard.type(", sai bậc.")
    page.keyboard.press("Shift+Tab")
    press(page, "j", "a")
    assert page.locator(".proposal.is-active").get_attribute("data-part") == "work"
    press(page, "a")
    assert page.locator(".tied .accept input:checked").count() == 2, "what is tied is answered together"
    press(page, "a")
    assert page.evaluate("document.activeElement.id") == "khop-giay"
    assert page.locator(".progress b").inner_text() == "7 trong 7"
    press(page, "Space", "Enter")
    page.wait_for_selector(".notices")
    assert "đã chấp nhận 6 mục, trả lại 1 mục" in page.inner_text(".notices")
    assert Change.objects.filter(continues=change, status=Status.RETURNED).count() == 1


def test_the_scan_is_turned_and_enlarged_without_losing_a_decision(world, window):
    change = sent(world)
    page = window(world.binh)
    taken(page, change)
    press(page, "a", "z")
    page.wait_for_selector(".zoom-150")
    page.click("button:has-text('Xoay phải')")
    page.wait_for_selector(".zoom-150.turn-90")
    assert page.locator(".decide .accept input:checked").count() == 1
    assert page.locator(".scan-page img").evaluate("img => img.complete && img.naturalWidth") in (900, 1600)


def test_on_a_phone_proof_and_data_stay_together(world, window):
    change = sent(world, PHONE | MORE)
    page = window(world.binh, 390, 844, has_touch=True)
    taken(page, change)
    page.locator("[data-part=family] .accept").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    box = page.locator("#minh-chung").bounding_box()
    assert abs(box["y"]) < 2
    assert abs(box["height"] - 0.38 * 844) < 4
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    place = page.locator("[data-part=family] .accept").bounding_box()
    bar = page.locator(".decision-bar").bounding_box()
    assert box["height"] <= place["y"] + place["height"] <= bar["y"] + 1, "neither the scan nor the bar covers it"


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_axe_finds_nothing(world, window, width):
    change = sent(world, PHONE | MORE)
    actions.report_error(world.record.pk, path="header.staff_number", text="Sai.", by=world.an, at=timezone.now())
    page = window(world.binh, width, 844)
    for address in ("/kiem-tra/", "/kiem-tra/?han=late", "/kiem-tra/tra-lai/", "/kiem-tra/bao-sai-sot/"):
        page.goto(address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(f"/kiem-tra/{change.pk}/")
    assert axe(page) == []
    taken(page, change)
    press(page, "a", "a", "r")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#hoan-tat")
    page.wait_for_selector("#errors-box")
    page.click(".return-all summary")
    assert axe(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_in_a_row_that_is_gone_there_is_nothing_to_accept(world, window, width):
    removal = sent(world, {"work.work_history.row002": ""})
    world.record.refresh_from_db()
    change = sent(world, PHONE | MORE)
    world.decide(removal, ACCEPT, at=timezone.now())
    page = window(world.binh, width, 844)
    taken(page, change)
    page.click("button[name=ca-phan][value=work]")
    assert page.locator("[data-part=work] .decide input").count() == 2, "each can only be returned"
    page.locator("[data-part=work]").first.focus()
    press(page, "a")
    assert page.locator("[data-part=work] .decide input:checked").count() == 0
    page.locator("[data-part=work]").first.focus()
    press(page, "r")
    assert page.locator("[data-part=work] .decide input:checked").count() == 2, "what is tied is answered together"
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_without_javascript(world, window):
    change = sent(world, PHONE | MORE)
    page = window(world.binh, java_script_enabled=False)
    taken(page, change)
    for part in ("identity", "qualification", "training", "work", "family"):
        page.click(f"button[name=ca-phan][value={part}]")
    page.click(".scan-docs button[name=xem]")
    page.check("#khop-giay")
    page.click("#hoan-tat")
    page.wait_for_selector(".notices")
    assert "đã chấp nhận 7 mục" in page.inner_text(".notices")
