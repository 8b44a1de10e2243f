"""`make tour`: the whole month through the real screens, as five people, with pictures and axe on every page.

A demo of its own is made under build/tour and served by the product's own command; nothing here calls the code.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.factors import fresh_code

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
WORDS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WORDS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SHOWN = {"home-administrator": "home", "verify": "verify", "record": "record"}  # in the README
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Product:
    """The product as a newcomer starts it, in a folder and on a port of its own."""

    def __init__(self, home: Path, people: int = 200) -> None:
        self.home, self.people, self.port = home, people, free_port()
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its commands see."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOSO_", "DATABASE_"))}
        return kept | {"HOSO_HOME": str(self.home), "HOSO_PORT": str(self.port), "PEOPLE": str(self.people)}

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    def command(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run one of its commands to the end."""
        whole = [str(ROOT / ".venv" / "bin" / "hoso"), *words]
        return subprocess.run(whole, env=self.environment, check=check, capture_output=True, text=True, timeout=600)

    def make(self) -> None:
        """A fresh demo."""
        if self.home.exists():
            self.command("demo", "--reset", check=False)
            shutil.rmtree(self.home, ignore_errors=True)
        self.command("demo", "--no-serve")

    def start(self) -> None:
        """Serve, and wait until it answers."""
        log = (self.home / "serving.log").open("ab")
        self.server = subprocess.Popen(
            [str(ROOT / ".venv" / "bin" / "hoso"), "run"],
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.address}/dang-nhap/", timeout=5).close()
                return
            except OSError:
                time.sleep(0.25)
        raise RuntimeError(f"it does not answer; see {self.home / 'serving.log'}")

    def stop(self) -> None:
        """Ask it to end."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)
            self.server = None

    def cast(self) -> dict[str, dict[str, str]]:
        """Who can sign in, by role."""
        accounts = json.loads((self.home / "demo" / "accounts.json").read_text(encoding="utf-8"))
        return {each["role"]: each for each in accounts}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Tour:
    """A walk: everybody keeps a window of their own; `look` draws a page at both widths and asks axe."""

    def __init__(self, product: Product, browser: Any, pictures: Path | None) -> None:
        self.product, self.browser, self.pictures = product, browser, pictures
        self.cast = product.cast()
        self.windows: dict[str, Any] = {}
        self.number = 0
        self.findings: list[str] = []

    def window(self, role: str) -> Any:
        """The window of a role, signed in at its first use."""
        if role not in self.windows:
            context = self.browser.new_context(viewport=DESK, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
            context.set_default_timeout(20_000)
            self.windows[role] = context.new_page()
            if role in self.cast:
                self.sign_in(role)
        return self.windows[role]

    def sign_in(self, role: str) -> None:
        """By number or name, and password."""
        page = self.windows[role]
        page.goto(f"{self.product.address}/dang-nhap/")
        page.fill("input[name=login]", self.cast[role]["username"])
        page.fill("input[name=password]", self.cast[role]["password"])
        page.click("main button.main")
        page.wait_for_url(lambda url: not url.endswith("/dang-nhap/"))
        if self.cast[role]["totp_secret"]:
            fresh_code(self.cast[role]["totp_secret"], lambda code: self._show(page, code))

    def _show(self, page: Any, code: str) -> bool:
        """The second step at the door; whether it opened."""
        page.fill("input[name=ma]", code)
        press(page, "main form[action*='lop-hai'] button")
        return "lop-hai" not in page.url

    def go(self, role: str, path: str) -> Any:
        """Open an address as somebody."""
        page = self.window(role)
        page.goto(self.product.address + path)
        return page

    def look(self, page: Any, name: str) -> None:
        """Two pictures, and axe at both widths."""
        self.number += 1
        for size, word in ((DESK, "desktop"), (PHONE, "phone")):
            page.set_viewport_size(size)
            page.wait_for_load_state("networkidle")
            if self.pictures is not None:
                keep(page.screenshot(full_page=True), self.pictures / f"{self.number:02}-{name}-{word}.png")
                if name in SHOWN and size is DESK:
                    keep(page.screenshot(), self.pictures / f"readme-{SHOWN[name]}.png")
            self.findings += [f"{name} ({word}): {found}" for found in axe(page)]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.findings.append(f"{name} ({word}): scrolls sideways by {wide} px")
        page.set_viewport_size(DESK)


def keep(picture: bytes, path: Path) -> None:
    """A picture with 128 colours: a third of the size, and nobody sees it."""
    from io import BytesIO

    from PIL import Image

    Image.open(BytesIO(picture)).convert("RGB").quantize(128).save(path, optimize=True)


def axe(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, each with its first place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{each['id']} at {each['nodes'][0]['target']}" for each in found["violations"]]


def press(page: Any, what: Any) -> None:
    """Click something that leads to another page, and wait for that page."""
    target = page.locator(what).first if isinstance(what, str) else what.first
    with page.expect_navigation():
        target.click()


def whole_entry(tour: Tour) -> None:
    """Somebody new sets a password, types the whole statutory form with all its tables, and sends it."""
    from hoso.records.forms import Syll
    from hoso.records.forms.grammar import sections
    from tests.filling import FILL
    from tests.forms import PHOTO, full

    everything = {path: text for path, text in full(Syll).items() if text != PHOTO}
    page = tour.window("newcomer")
    tour.look(page, "first-password")
    for name in ("present", "new", "again"):
        given = tour.cast["newcomer"]["password"] if name == "present" else "một-câu-dài-của-riêng-tôi"
        if page.locator(f"input[name={name}]").count():
            page.fill(f"input[name={name}]", given)
    press(page, "main form button.main")
    page.goto(f"{tour.product.address}/ho-so-cua-toi/")
    tour.look(page, "nothing-yet")
    press(page, "form[action*='/mo/'] button")
    press(page, "a.task-link:has-text('Thông tin cá nhân')")
    draft = re.sub(r"[^/]+/$", "", page.url)
    rows_typed = 0
    for part in sections(Syll):
        page.goto(f"{draft}{part.key}/")
        fields = {
            path: text for path, text in everything.items() if path.startswith(f"{part.key}.") and path.count(".") == 1
        }
        there = {path: text for path, text in fields.items() if page.locator(f"[name='{path}']").count()}
        if there:
            assert page.evaluate(FILL, there) == [], part.key
            press(page, ".form-acts button[value=luu].main")
        for table in part.tables:
            names = dict.fromkeys(path.split(".")[2] for path in everything if path.startswith(f"{table.path}."))
            for name in names:
                page.goto(f"{draft}{part.key}/")
                if not page.locator(f"button[value='mo:{table.path}.moi']").count():
                    break
                press(page, f"button[value='mo:{table.path}.moi']")
                row = page.url.rstrip("/").rpartition("/")[2]
                typed = {path: text for path, text in everything.items() if path.startswith(f"{table.path}.{name}.")}
                typed = {path.replace(f".{name}.", f".{row}."): text for path, text in typed.items()}
                assert page.evaluate(FILL, typed) == [], table.path
                press(page, ".form-acts button[value=luu].main")
                rows_typed += 1
    assert rows_typed >= 30, rows_typed
    page.goto(f"{draft}xem-lai/")
    tour.look(page, "whole-form-review")
    submit(tour, "newcomer", draft.removeprefix(tour.product.address), picture=False)
    verify(tour, change_of(draft), give_back="identity.other_names", picture=False)
    again = correct(tour, "newcomer", {"identity.other_names": "Bí danh Lan Hương"}, picture=False)
    verify(tour, change_of(again), picture=False)


def change_of(draft: str) -> str:
    """The id in the address of a draft."""
    return draft.rstrip("/").rpartition("/")[2]


def prove_identity(tour: Tour, page: Any, role: str) -> None:
    """The page that asks for the password again before something grave; nothing if it does not ask."""
    if page.locator("input[name=mat-khau]").count():
        page.fill("input[name=mat-khau]", tour.cast[role]["password"])
        press(page, "main button.main")


def enter(tour: Tour, phone: str) -> str:
    """The person changes a number and adds a training, with a scan; returns the address of the draft."""
    page = tour.go("person", "/ho-so-cua-toi/")
    tour.look(page, "my-record")
    begin = page.locator("form[action*='/mo/'] button")
    if begin.count():
        press(page, begin)
    tour.look(page, "my-draft")
    press(page, "a.task-link:has-text('Thông tin cá nhân')")
    draft = str(re.sub(r"[^/]+/$", "", page.url.removeprefix(tour.product.address)))
    page.fill("[name='identity.contact_phone']", "12345")
    press(page, "button[value=luu].main")
    tour.look(page, "a-mistake")
    page.fill("[name='identity.contact_phone']", phone)
    page.fill("#ten-minh-chung", "Đơn đề nghị cập nhật")
    page.set_input_files("#tep", scan(tour.product.home))
    if page.locator("button[value=tai-len]").is_visible():
        page.click("button[value=tai-len]")
    page.wait_for_selector(".evidence")
    tour.look(page, "a-section")
    page.goto(f"{tour.product.address}{draft}training/")
    press(page, "button[value='mo:training.language_training.moi']")
    for name, value in TRAINING.items():
        fill(page, name, value)
    page.set_input_files("#tep", scan(tour.product.home))
    page.wait_for_timeout(300)
    tour.look(page, "a-row")
    press(page, "button[value=luu].main")
    tour.look(page, "a-table")
    return draft


TRAINING = {
    "from_month": "03/2025",
    "to_month": "09/2025",
    "institution_name": "Trường Chính trị tỉnh Minh Họa",
    "language": "Tiếng Anh",
    "certificate": "Bậc 3 (B1)",
    "score": "6,5",
}


def fill(page: Any, name: str, value: str) -> None:
    """Type into a field of a row, or choose."""
    field = page.locator(f"[name$='.{name}']").first
    if field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(label=value)
    else:
        field.fill(value)
        field.press("Tab")


PAPER = [
    ((330, 120), 34, "CHỨNG CHỈ NGOẠI NGỮ"),
    ((120, 240), 28, "Cấp cho: người trong bản minh họa"),
    ((120, 300), 28, "Tiếng Anh, bậc 3 (B1), điểm 6,5"),
    ((120, 360), 28, "Khóa học từ tháng 03/2025 đến tháng 09/2025"),
    ((120, 420), 28, "Trường Chính trị tỉnh Minh Họa"),
    ((120, 1150), 24, "DỮ LIỆU MINH HỌA: văn bản này không có thật"),
]


def scan(home: Path) -> str:
    """A picture with some text, as a phone takes it."""
    from PIL import Image, ImageDraw, ImageFont

    path = home / "scan.png"
    if not path.exists():
        image = Image.new("L", (900, 1272), 250)
        draw = ImageDraw.Draw(image)
        tinos = next((AXE.parents[1] / "@expo-google-fonts" / "tinos").rglob("Tinos_400Regular.ttf"))
        for place, size, text in PAPER:
            draw.text(place, text, fill=40, font=ImageFont.truetype(str(tinos), size))
        image.rotate(0.6, fillcolor=244).save(path)
    return str(path)


def submit(tour: Tour, role: str, draft: str, *, picture: bool = True) -> None:
    """Review, declare, send."""
    page = tour.go(role, f"{draft}xem-lai/")
    if picture:
        tour.look(page, "review")
    page.check("#cam-doan")
    page.click(".declare button.main")
    page.wait_for_url("**/bien-nhan/")
    if picture:
        tour.look(page, "receipt")


def refuse_outsider(tour: Tour, change: str) -> None:
    """Somebody of another agency finds nothing and is told so."""
    page = tour.go("outsider", "/kiem-tra/")
    name = tour.cast["person"]["name"]
    assert name not in page.inner_text("main"), "an outsider sees the change in the queue"
    answer = page.goto(f"{tour.product.address}/kiem-tra/{change}/")
    assert answer is not None and answer.status in (403, 404), answer
    assert name not in page.content()
    tour.look(page, "outsider-refused")


def verify(tour: Tour, change: str, *, give_back: str = "", picture: bool = True) -> None:
    """The administrator takes the change, decides place by place, finishes."""
    page = tour.go("agency_admin", "/kiem-tra/")
    if picture:
        tour.look(page, "queue")
    page.goto(f"{tour.product.address}/kiem-tra/{change}/")
    take = page.locator(f"form[action$='{change}/nhan/'] button")
    if take.count():
        press(page, take)
        page.wait_for_load_state()
    if picture:
        tour.look(page, "verify")
    page.evaluate("document.querySelectorAll('.decide .accept input').forEach(each => each.click())")
    if give_back:
        place = page.locator(f"fieldset[data-place]:has(input[name*='{give_back}'])").first
        place.locator(".decide .refuse").click()
        place.locator(".return-reason .chip").first.click()
        place.locator(".return-reason textarea").fill("Số này không có trên đơn; hãy ghi lại.")
    page.check("#khop-giay")
    if picture:
        tour.look(page, "verify-decided")
    press(page, "#hoan-tat")
    assert f"/kiem-tra/{change}/" not in page.url, page.inner_text("main")[:400]


def correct(tour: Tour, role: str, typed: dict[str, str], *, picture: bool) -> str:
    """What came back is marked; the person mends it and sends it again; returns the address of the new draft."""
    page = tour.go(role, "/ho-so-cua-toi/")
    if picture:
        tour.look(page, "returned")
    press(page, "a.task-link:has-text('Thông tin cá nhân')")
    if picture:
        tour.look(page, "returned-section")
    draft = str(re.sub(r"[^/]+/$", "", page.url.removeprefix(tour.product.address)))
    for name, text in typed.items():
        page.fill(f"[name='{name}']", text)
    press(page, "button[value=luu].main")
    submit(tour, role, draft, picture=False)
    return draft


def confirm(tour: Tour) -> None:
    """The head looks at one alone, then confirms the rest together."""
    page = tour.go("agency_head", "/thang/")
    tour.look(page, "month")
    alone = page.locator(
        "section[aria-labelledby=g1] .confirm-row a.button, section[aria-labelledby=g1] .confirm-row .button"
    )
    if alone.count():
        press(page, alone)
        tour.look(page, "month-compare")
        press(page, "form[action*='/xac-nhan/'] button.main")
        prove_identity(tour, page, "agency_head")
    page.goto(f"{tour.product.address}/thang/")
    press(page, "form#confirm button.main")
    if page.locator("input[name=mat-khau]").count():
        tour.look(page, "prove-identity")
    prove_identity(tour, page, "agency_head")
    tour.look(page, "month-confirmed")


def sign(tour: Tour) -> Path:
    """The leader builds the manifest and signs it; returns the signed file."""
    page = tour.go("dept_leader", "/thang/ky/")
    tour.look(page, "cockpit")
    press(page, "form[action$='/lap-bang-ke/'] button")
    prove_identity(tour, page, "dept_leader")
    press(page, ".manifest a.button.main")
    prove_identity(tour, page, "dept_leader")
    page.check("input[name=cach][value=tep]")
    page.set_input_files("#chung-thu", tour.cast["dept_leader"]["certificate"])
    page.fill("#mat-khau-chung-thu", tour.cast["dept_leader"]["passphrase"])
    tour.look(page, "sign")
    press(page, ".dialog-acts button.main")
    prove_identity(tour, page, "dept_leader")
    page.goto(f"{tour.product.address}/thang/ky/")
    tour.look(page, "signed")
    with page.expect_download() as waiting:
        page.locator(".manifest a[download]").first.click()
    path = tour.product.home / "signed-manifest.pdf"
    waiting.value.save_as(path)
    return path


def read(tour: Tour) -> None:
    """The person reads the record: signed now, who looked, versions compared; whoever is new prints the whole form."""
    page = tour.go("person", "/ho-so/cua-toi/")
    tour.look(page, "record")
    record = page.url
    assert "Đã ký" in page.inner_text("main")
    page.goto(f"{record}phien-ban/")
    tour.look(page, "versions")
    page.goto(f"{record}so-sanh/?tu=1&den=2")
    tour.look(page, "compared")
    page.goto(f"{tour.product.address}/ho-so-cua-toi/ai-da-xem/")
    tour.look(page, "who-looked")
    page = tour.go("newcomer", "/ho-so/cua-toi/")
    assert "Đã ký" in page.inner_text("main")
    answer = page.request.get(f"{page.url}in/")
    assert answer.body().startswith(b"%PDF-"), answer.status
    if tour.pictures is not None:
        import pypdfium2

        paper = pypdfium2.PdfDocument(answer.body())
        for number in range(len(paper)):
            paper[number].render(scale=1.2).to_pil().save(tour.pictures / f"printed-form-page-{number + 1}.png")


def anyone_verifies(tour: Tour, manifest: Path) -> None:
    """A stranger drops the file on the public page; `hoso verify` says the same."""
    page = tour.go("stranger", "/xac-minh/")
    tour.look(page, "public")
    page.set_input_files("main input[type=file]", str(manifest))
    press(page, "main form button.main")
    tour.look(page, "public-verdict")
    assert page.locator(".verdict.is-valid").count() == 1, page.inner_text("main")[:300]
    assert tour.product.command("verify", str(manifest)).returncode == 0


def others(tour: Tour) -> None:
    """What else the roles open in a month."""
    for role, path, name in (
        ("stranger", "/dang-nhap/", "sign-in"),
        ("agency_admin", "/", "home-administrator"),
        ("agency_head", "/", "home-head"),
        ("dept_leader", "/", "home-leader"),
        ("agency_admin", "/nguoi/", "people"),
        ("agency_admin", "/kiem-tra/tra-lai/", "waiting-for-people"),
        ("dept_admin", "/", "home-department"),
        ("dept_admin", "/tai-khoan/", "accounts"),
        ("dept_admin", "/co-quan/", "organizations"),
        ("inspector", "/nhat-ky/", "log"),
    ):
        tour.look(tour.go(role, path), name)


def month(tour: Tour) -> Path:
    """The whole month, start to end; every step leaves something the next one needs."""
    draft = enter(tour, "0912 345 678")
    submit(tour, "person", draft)
    refuse_outsider(tour, change_of(draft))
    verify(tour, change_of(draft), give_back="contact_phone")
    again = correct(tour, "person", {"identity.contact_phone": "0987 654 321"}, picture=True)
    verify(tour, change_of(again), picture=False)
    whole_entry(tour)
    confirm(tour)
    manifest = sign(tour)
    read(tour)
    anyone_verifies(tour, manifest)
    return manifest


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=WORDS)
        yield browser
        browser.close()


def main() -> int:
    """Walk, draw, and say what axe found; exit 1 if anything."""
    pictures = ROOT / "docs" / "tour"
    pictures.mkdir(parents=True, exist_ok=True)
    product = Product(ROOT / "build" / "tour")
    product.make()
    product.start()
    try:
        with chromium() as browser:
            tour = Tour(product, browser, pictures)
            for old in pictures.glob("[0-9]*.png"):
                old.unlink()
            month(tour)
            others(tour)
    finally:
        product.stop()
        product.command("database", "stop", check=False)
    for finding in tour.findings:
        print(finding)
    print(f"{tour.number} pages looked at, at two widths; {len(tour.findings)} findings; pictures in docs/tour")
    return 1 if tour.findings else 0


if __name__ == "__main__":
    sys.exit(main())
