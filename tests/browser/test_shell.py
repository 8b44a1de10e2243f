"""The shell in Chromium: no violation of WCAG 2.2 AA, no sideways scrolling, nothing blocked by our own policy."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from hoso.access.models import Account
from hoso.web.views import errors
from tests.factors import code
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # a browser and a database that commits

AXE = Path(__file__).parents[2] / "build/npm/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = ("/dang-nhap/", "/quen-mat-khau/", "/can-cu/", "/tiep-can/", "/khong-co/")
ENROLLING = ("/bao-mat/lop-hai/", "/bao-mat/lop-hai/khoa-truy-cap/", "/bao-mat/lop-hai/ung-dung/")
INSIDE = ("/", "/bao-mat/", "/tim/?q=an", "/doi-mat-khau/", "/xac-thuc-lai/", "/khong-co/")


def faults(page: Any, path: str) -> list[str]:
    """What axe, the width of the page and the console say against a page."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    said += [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append("scrolls sideways")
    return [f"{path}: {each}" for each in said]


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_shell_is_for_everybody(transactional_db, new_page, width):
    world = World()
    Account.objects.update(must_change_password=False)
    world.submitted()
    page = new_page(viewport={"width": width, "height": 900})
    said = [each for path in PUBLIC for each in faults(page, path)]
    page.goto("/dang-nhap/")
    page.fill("#so", "022080004567")
    page.fill("#mk", PASSWORD)
    page.click("button.main")
    said += [each for path in ENROLLING for each in faults(page, path)]
    enrol(page)
    said += faults(page, "/bao-mat/ma-du-phong/")
    page.click("main form button.main")
    said += [each for path in INSIDE for each in faults(page, path)]
    assert not said, "\n".join(said)


def enrol(page: Any) -> None:
    """Type the first code of the secret that the page shows; ten recovery codes follow."""
    page.fill("#ma", code(page.inner_text(".secret").replace(" ", "")))
    page.click("main form button.main")
    assert page.locator(".codes li").count() == 10


def _fulfil(html: str, route: Any) -> None:
    route.fulfill(body=html, content_type="text/html")


def test_pages_that_say_no_are_for_everybody(db, new_page):
    page = new_page(viewport={"width": 390, "height": 800})
    said = []
    for answered, status in ((errors.bare, 503), (errors.page, 413)):
        html = answered(RequestFactory().get("/can-cu/"), status).content.decode()
        page.route("**/can-cu/", partial(_fulfil, html))
        said += faults(page, "/can-cu/")
    assert not said, "\n".join(said)


def test_text_grows_at_once_and_stays_so(transactional_db, new_page):
    World()
    page = new_page()
    page.goto("/can-cu/")
    with page.expect_response("**/co-chu/"):
        page.check("#size-3", force=True)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "19px"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.size") == "3"


def test_everything_works_without_javascript(transactional_db, new_page):
    World()
    Account.objects.update(must_change_password=False)
    page = new_page(java_script_enabled=False)
    page.goto("/can-cu/")
    page.check("#size-1", force=True)
    page.click("noscript button, .text-size button")
    assert page.locator("html").get_attribute("data-size") == "1"
    page.goto("/dang-nhap/")
    page.fill("#so", "022080004567")
    page.fill("#mk", PASSWORD)
    page.click("button.main")
    assert page.locator("h1").inner_text() == "Thêm xác thực lớp hai"
    page.click("text=Thêm ứng dụng")
    enrol(page)
    page.click("main form button.main")
    assert page.locator("h1").inner_text() == "Việc hôm nay"
    page.click("details.account summary")
    page.click("details.account form button")
    assert page.url.endswith("/dang-nhap/")
