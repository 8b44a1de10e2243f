"""The month in Chromium: the head confirms and sends back, the leader signs, anybody verifies; for everybody (axe)."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from hoso.access.models import Account
from hoso.approvals import actions, queries
from hoso.orgs.models import Organization
from tests.authority import PASSPHRASE, office
from tests.test_approvals import accept_entry_of, built, confirm
from tests.test_approvals import signed as signed_here
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures to look at


@pytest.fixture
def month(settings, tmp_path, transactional_db):
    """An was signed before and now has a new post; three others have first entries; the windows are open all month."""
    cache.clear()
    now = timezone.now()
    signer = office(settings, tmp_path, now)
    world = World()
    Organization.objects.update(profile="demo")
    world.signer, world.now = signer, now
    world.certificate = signer.register(world.dung, by=world.system)
    (tmp_path / "dung.p12").write_bytes(world.certificate.p12)
    world.p12 = tmp_path / "dung.p12"
    world.khoa = world._person("Ngô Văn Khoa", "022076000222", "1976-02-02", "M", world.nnmt, "Phó Trưởng phòng")
    world.accepted(at=now)
    first = actions.open_round(f"{timezone.localdate(now):%Y-%m}", by=world.system, at=now)
    confirm(world, at=now, round_=first)
    signed(world, built(world, at=now, round_=first), at=now)
    world.accepted(
        {
            "position.current_position": "Phó Trưởng phòng",
            "identity.contact_phone": "0912 000 111",
            "identity.religion": "Phật giáo",
            "training.professional_education.zzz001.from_month": "09/2022",
            "training.professional_education.zzz001.degree_level": "Tiến sĩ",
        },
        at=now,
    )
    for account, by in ((world.binh, world.phuc), (world.phuc, world.binh), (world.khoa, world.binh)):
        accept_entry_of(world, account, by=by, at=now)
    Account.objects.update(must_change_password=False)
    return world


@pytest.fixture
def window(new_page, live_server):
    """Opens a signed-in window that has just given its password: `window(account, width)`."""

    def open_window(account: Any = None, width: int = 1440, **options: Any) -> Any:
        page = new_page(viewport={"width": width, "height": 900}, **options)
        if account is not None:
            client = Client()
            client.force_login(account)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
            page.goto("/xac-thuc-lai/")
            page.fill("#mat-khau", PASSWORD)
            page.click("button.main")
        return page

    return open_window


def signed(*args: Any, **more: Any) -> Any:
    """Signing runs an event loop, and Playwright keeps one in this thread: so it is done in another."""

    def act() -> Any:
        try:
            return signed_here(*args, **more)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def faults(page: Any, name: str) -> list[str]:
    """What axe and the width of the page say against it; a picture where somebody wants to look."""
    if SHOTS:
        width = page.viewport_size["width"]
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    said = [f"{name}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append(f"{name}: scrolls sideways")
    return said


def test_confirm_together_one_alone_send_one_back_sign_and_verify(month, window, tmp_path):
    head = window(month.chi)
    head.goto("/thang/")
    assert head.locator("h1").inner_text() == "Còn 4 người chờ xác nhận"
    assert head.get_by_role("button", name="Xác nhận 3 người").is_visible()
    head.get_by_label("Chọn Ngô Văn Khoa").uncheck()
    head.get_by_role("button", name="Xác nhận 2 người").click()
    assert "Đã xác nhận 2 người." in head.locator("main").inner_text()
    head.get_by_role("link", name="Nguyễn Thị An", exact=True).click()
    assert "0912000111" in head.locator("main").inner_text()
    assert "Phật giáo" not in head.locator("main").inner_text()
    head.get_by_role("button", name="Xác nhận Nguyễn Thị An").click()
    assert "Đã xác nhận 1 người." in head.locator("main").inner_text()
    head.get_by_role("link", name="Ngô Văn Khoa", exact=True).click()
    head.get_by_text("Chưa xác nhận, trả lại với lý do").click()
    head.get_by_label("Lý do").fill("Thiếu quyết định bổ nhiệm.")
    head.get_by_role("button", name="Trả lại, không xác nhận").click()
    assert "Đã trả lại hồ sơ của Ngô Văn Khoa" in head.locator("main").inner_text()

    leader = window(month.dung)
    leader.goto("/thang/ky/")
    leader.get_by_role("button", name="Lập bảng kê 3 hồ sơ").click()
    leader.get_by_role("link", name="Ký bảng kê 3 hồ sơ").click()
    leader.get_by_text("Ký ngay trên hệ thống").click()
    leader.set_input_files("#chung-thu", month.p12)
    leader.get_by_label("Mật khẩu chứng thư").fill(PASSPHRASE)
    leader.get_by_role("button", name="Kiểm tra và nhận chữ ký").click()
    assert "đã ký và đóng dấu" in leader.locator("main").inner_text()
    with leader.expect_download() as caught:
        leader.get_by_role("link", name="Tải bảng kê").click()
    caught.value.save_as(tmp_path / "bang-ke.pdf")

    stranger = window()
    stranger.goto("/xac-minh/")
    stranger.set_input_files("#tep", tmp_path / "bang-ke.pdf")
    month.record.refresh_from_db()
    stranger.fill("#ma", month.record.head_digest)
    stranger.get_by_role("button", name="Kiểm tra tệp").click()
    said = stranger.locator("main").inner_text()
    assert "Bảng kê hợp lệ" in said
    assert "Có, bảng kê này ký phiên bản đó" in said
    assert queries.levels(month.record) == {1: 3, 2: 3}


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_month_is_for_everybody(month, window, tmp_path, width):
    head, leader, stranger = window(month.chi, width), window(month.dung, width), window(None, width)
    said = []
    head.goto("/thang/")
    said += faults(head, "thang")
    version = month.record.versions.get(seq=2)
    head.goto(f"/thang/{month.nnmt.pk}/{version.pk}/")
    head.get_by_text("Chưa xác nhận, trả lại với lý do").click()
    said += faults(head, "so-sanh")
    leader.goto("/thang/ky/")
    said += faults(leader, "ky")
    round_ = confirm_all(month)
    manifest = built(month, at=month.now, round_=round_)
    leader.goto("/thang/ky/")
    said += faults(leader, "ky-bang-ke")
    leader.goto(f"/thang/ky/{manifest.pk}/")
    said += faults(leader, "ky-hop-thoai")
    signed(month, manifest, at=month.now)
    (tmp_path / "bang-ke.pdf").write_bytes(queries.signed_pdf(queries.manifest(manifest.pk)))
    stranger.goto("/xac-minh/")
    said += faults(stranger, "xac-minh")
    stranger.set_input_files("#tep", tmp_path / "bang-ke.pdf")
    stranger.fill("#ma", version.digest)
    stranger.get_by_role("button", name="Kiểm tra tệp").click()
    said += faults(stranger, "xac-minh-hop-le")
    (tmp_path / "bang-ke.pdf").write_bytes(b"%PDF-1.7 x")
    stranger.set_input_files("#tep", tmp_path / "bang-ke.pdf")
    stranger.get_by_role("button", name="Kiểm tra tệp").click()
    said += faults(stranger, "xac-minh-hong")
    assert not said, "\n".join(said)


def confirm_all(world: World) -> Any:
    """Chi confirms everybody, those with a new post alone; the supplement that this opened."""
    on = timezone.localdate(world.now)
    round_ = queries.round_for(on)
    rows = queries.waiting_for(world.nnmt, world.fresh(world.chi), round_, on=on)
    for each in rows:
        row = confirm(world, [each], at=world.now, round_=round_)[0]
    return row.round


def test_the_head_needs_no_javascript(month, window):
    page = window(month.chi, java_script_enabled=False)
    page.goto("/thang/")
    page.get_by_role("button", name="Xác nhận những người đã chọn").click()
    assert "Đã xác nhận 3 người." in page.locator("main").inner_text()
