"""A passkey in Chromium: made, asked for at the door, and good to show again that it is you."""

import pytest

from hoso.access import factors
from hoso.access.models import Account
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # a browser and a database that commits
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_asked_for_and_shown_again(transactional_db, page):
    world = World()
    Account.objects.update(must_change_password=False)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    _password(page)
    page.click("text=Thêm khóa truy cập")
    page.fill("#ten", "Máy ở cơ quan")
    page.click("text=Tạo khóa truy cập")
    page.click("text=Tôi đã cất các mã này")
    assert page.locator("h1").inner_text() == "Việc hôm nay"
    assert [(each.kind, each.name) for each in factors.of(world.binh)] == [("webauthn", "Máy ở cơ quan")]

    page.context.clear_cookies()
    _password(page)
    page.click("text=Dùng khóa truy cập")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    assert page.locator("h1").inner_text() == "Việc hôm nay"

    page.goto("/xac-thuc-lai/?next=/bao-mat/")
    page.click("text=Dùng khóa truy cập")
    page.wait_for_url(lambda url: "xac-thuc-lai" not in url)
    assert "Máy ở cơ quan" in page.inner_text("main")


def _password(page):
    page.goto("/dang-nhap/")
    page.fill("#so", "022080004567")
    page.fill("#mk", PASSWORD)
    page.click("button.main")
