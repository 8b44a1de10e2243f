"""Entering in a real browser: every field of both forms, saving by itself, the keyboard, and whatever axe finds."""

import io
from collections import Counter
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from hoso.access import actions as access
from hoso.access.models import Account
from hoso.changes import actions, queries
from hoso.people import actions as people
from hoso.records.forms import Contract, Syll
from hoso.records.forms.grammar import columns, sections, tables, walk
from hoso.records.paths import pattern_of
from hoso.settings import HOSO_ASSETS
from tests.filling import FILL
from tests.forms import PHOTO, full
from tests.world import NOON, World, first_entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (HOSO_ASSETS / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def world(transactional_db):
    made = World()
    Account.objects.update(must_change_password=False)
    return made


@pytest.fixture
def window(new_page, live_server):
    """A window of somebody who is signed in."""

    def open_window(account, **options):
        page = new_page(**options)
        sign_in(page, account, live_server.url)
        return page

    return open_window


def sign_in(page, account, address):
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (472, 709), "navy").save(kept, "PNG")
    return {"name": "anh.png", "mimeType": "image/png", "buffer": kept.getvalue()}


def fill_side(page, change, typed):
    """Go through the whole of one side from its list: each section, each row, as `typed` says."""
    work = queries.work(change, on=timezone.now().date())
    mine = {path: text for path, text in typed.items() if work.may_fill(path)}
    for part in sections(work.form):
        fields = {path: text for path, text in mine.items() if path.startswith(f"{part.key}.") and path.count(".") == 1}
        rows = [table for table in part.tables if any(path.startswith(f"{table.path}.") for path in mine)]
        if not fields and not rows:
            continue
        press(page, f'.task-link[href$="/{part.key}/"]')
        put(page, fields)
        for table in rows:
            fill_rows(page, table, mine)
        press(page, 'button[value="ve-danh-sach"]')
    return mine


def press(page, selector):
    """Press something that leads to another page."""
    with page.expect_navigation():
        page.click(selector)


def put(page, values):
    pictures = [path for path, text in values.items() if text == PHOTO]
    assert page.evaluate(FILL, {path: text for path, text in values.items() if text != PHOTO}) == []
    for path in pictures:
        with page.expect_navigation():
            page.set_input_files(f'[name="anh:{path}"]', picture())


def fill_rows(page, table, mine):
    names = list(dict.fromkeys(path.split(".")[2] for path in mine if path.startswith(f"{table.path}.")))
    assert len(names) >= 2
    press(page, f'button[value="mo:{table.path}.moi"]')
    for name in names:
        row = urlsplit(page.url).path.rstrip("/").split("/")[-1]
        path = f"{table.path}.{name}."
        put(page, {key.replace(f".{name}.", f".{row}."): text for key, text in mine.items() if key.startswith(path)})
        press(page, f'.form-acts button[value="{"luu" if name == names[-1] else "them-dong"}"]')


def without_rows(typed):
    """Texts by where they stand, whatever their row is called; pictures only as such."""
    return Counter((pattern_of(path), PHOTO if is_photo(text) else text) for path, text in typed.items())


def is_photo(text):
    return len(text) == 101 and text[36] == ":"


def test_every_field_of_the_record_is_reached_filled_and_kept(world, window):
    everything = full(Syll)
    assert {path.split(".")[1] for path in everything if path.count(".") == 3} == {
        table.path.split(".")[1] for table in tables(Syll)
    }
    reached = set()
    own = actions.open_draft(
        world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=timezone.now()
    )
    page = window(world.an)
    page.goto(reverse("own-record"))
    mine = fill_side(page, own, everything)
    own.refresh_from_db()
    work = queries.work(own, on=timezone.now().date())
    assert without_rows(work.typed) == without_rows(mine) and work.problems == [] and not work.missing
    reached |= set(mine)
    page = window(world.binh)
    page.goto(reverse("agency-part", args=[world.record.pk]))
    press(page, "text=Mở bản nháp")
    theirs = queries.open_draft(world.record, agency=True)
    mine = fill_side(page, theirs, everything)
    theirs.refresh_from_db()
    work = queries.work(theirs, on=timezone.now().date())
    assert without_rows(work.typed) == without_rows(mine)
    reached |= set(mine)
    locked = {path for path in everything if path in work.locked}
    assert set(everything) == reached | locked
    assert {leaf.path for leaf in walk(Syll)} <= set(map(pattern_of, everything))


def worker(world, name, pin):
    """A person on a labour contract, and the record opened with the account."""
    person = people.add(pin=pin, full_name=name, birth="1990", sex="F", keeper=None, by=world.system, at=NOON)
    people.employ(
        person,
        organization=world.thuyloi,
        category="contract_worker",
        title="Lái xe",
        staff_number="",
        since=date(2024, 1, 1),
        began="Hợp đồng 5",
        by=world.system,
        at=NOON,
    )
    account = access.create_account(
        kind="personal", sign_in=pin, name=name, password="đường-về-quê-xa", person=person, by=world.system, at=NOON
    )
    Account.objects.update(must_change_password=False)
    return account, actions.expect_entry(account, by=world.system, at=NOON)


def test_every_field_of_both_kinds_of_contract_is_reached_filled_and_kept(world, window):
    reached = set()
    officer = window(world.binh)
    for number, other in enumerate((False, True)):
        everything = full(Contract, other_choices=other)
        account, record = worker(world, "Bùi Thị Giang", f"02219000032{number}")
        officer.goto(reverse("agency-part", args=[record.pk]))
        press(officer, "text=Mở bản nháp")
        agency = queries.open_draft(record, agency=True)
        theirs = fill_side(officer, agency, everything)
        agency.refresh_from_db()
        assert without_rows(queries.work(agency, on=timezone.now().date()).typed) == without_rows(theirs)
        own = actions.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=account, at=timezone.now())
        page = window(account)
        page.goto(reverse("own-record"))
        work = queries.work(own, on=timezone.now().date())
        # What depends on the agency's choice of form is asked once the agency has said which it is.
        applies = {path: text for path, text in everything.items() if not _waits(work, path)}
        mine = fill_side(page, own, applies)
        own.refresh_from_db()
        assert without_rows(queries.work(own, on=timezone.now().date()).typed) == without_rows(mine)
        reached |= set(theirs) | set(mine) | set(work.locked) | {path for path in everything if _waits(work, path)}
    assert {leaf.path for leaf in walk(Contract) if not leaf.table} <= reached
    for table in tables(Contract):
        assert all(
            any(path.endswith(leaf.path.rpartition(".")[2]) for path in reached)
            for leaf in columns(Contract, table.path)
        )


def _waits(work, path):
    leaf = next((each for each in walk(work.form) if each.path == path), None)
    return bool(leaf and leaf.when and not work.may_fill(leaf.when.path) and work.may_fill(path))


def test_what_is_typed_survives_a_killed_browser_and_a_sign_out(world, window, live_server):
    change = actions.open_draft(
        world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=timezone.now()
    )
    address = reverse("entry-section", args=[change.pk, "identity"])
    page = window(world.an)
    page.goto(address)
    page.fill("#identity-other_names", "Lan")
    page.wait_for_selector("text=Đã lưu nháp lúc")
    page.context.close()  # nothing was pressed
    page = window(world.an)
    page.goto(address)
    assert page.input_value("#identity-other_names") == "Lan"
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.fill("#identity-other_names", "Hoa")
    page.select_option("#identity-religion", index=2)
    page.wait_for_selector("text=Phiên đăng nhập đã hết")
    kept = page.evaluate("JSON.stringify({...sessionStorage})")
    assert "Hoa" in kept and "identity.religion" not in kept
    assert page.input_value("#identity-other_names") == "Hoa"
    page.context.add_cookies(cookies)
    page.goto(address)
    assert page.input_value("#identity-other_names") == "Lan"
    page.click("text=Lấy lại nội dung đó")
    page.wait_for_selector("text=Đã lưu nháp lúc")
    for _ in range(50):
        if page.evaluate("sessionStorage.length") == 0:
            break
        page.wait_for_timeout(100)
    page.reload()
    assert page.input_value("#identity-other_names") == "Hoa"


def test_a_server_that_is_away_is_said_and_tried_again(world, window):
    change = actions.open_draft(
        world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=timezone.now()
    )
    page = window(world.an)
    page.goto(reverse("entry-section", args=[change.pk, "identity"]))
    page.context.set_offline(True)
    page.fill("#identity-other_names", "Lan")
    page.wait_for_selector(".save-note.late-word:has-text('Chưa lưu được')")
    page.context.set_offline(False)
    page.fill("#identity-other_names", "Lan Anh")
    page.wait_for_selector("text=Đã lưu nháp lúc")
    change.refresh_from_db()
    assert queries.work(change, on=timezone.now().date()).typed == {"identity.other_names": "Lan Anh"}


def test_a_section_by_the_keyboard_alone(world, window):
    change = actions.open_draft(
        world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=timezone.now()
    )
    page = window(world.an)
    page.goto(reverse("own-record"))
    press_to(page, '[href$="/identity/"]')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_to(page, "#identity-other_names")
    page.keyboard.type("Lan")
    press_to(page, "#identity-native_place_province")
    page.keyboard.type("quang ninh")
    page.wait_for_selector("#identity-native_place_province-list:not([hidden]) [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    press_to(page, "#identity-contact_phone")
    page.keyboard.type("0912 345 678")
    press_to(page, '.form-acts button[value="luu"]')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    change.refresh_from_db()
    typed = queries.work(change, on=timezone.now().date()).typed
    assert typed["identity.other_names"] == "Lan" and typed["identity.contact_phone"] == "0912 345 678"
    assert "Quảng Ninh" in typed["identity.native_place_province"]
    assert page.url.endswith("/recruitment/")


def press_to(page, selector):
    """Tab until the control has the focus."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_axe_finds_nothing(world, window):
    now = timezone.now()
    change = actions.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=now)
    typed = first_entry(queries.work(change, on=now.date())) | {"identity.contact_phone": "12"}
    actions.save(change.pk, typed=typed, seen={}, done={}, by=world.an, at=now)
    actions.attach(
        change.pk, data=picture()["buffer"], name="a.png", title="Hợp đồng", paths=["work"], by=world.an, at=now
    )
    actions.save(change.pk, typed={"work.work_history.row002": ""}, seen={}, done={}, by=world.an, at=now)
    base = f"/ho-so-cua-toi/{change.pk}/"
    addresses = ["/ho-so-cua-toi/", f"{base}identity/?kiem-tra=1", f"{base}work/", f"{base}header/", f"{base}family/"]
    addresses += [f"{base}work/work_history/row001/", f"{base}xem-lai/"]
    addresses.append(f"/ho-so-cua-toi/bao-sai-sot/{world.record.pk}/?muc=identity.gender")
    found = []
    for width in (1440, 390, 320):
        page = window(world.an, viewport={"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            page.evaluate(AXE)
            result = page.evaluate(
                "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
            )
            found += [(width, address, each["id"], each["nodes"][0]["html"][:150]) for each in result["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                found.append((width, address, "scrolls sideways", wide))
    assert found == []


def test_two_tabs_choose_between_two_texts(world, window):
    now = timezone.now()
    change = actions.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=now)
    first, second = window(world.an), window(world.an)
    for page in (first, second):
        page.goto(f"/ho-so-cua-toi/{change.pk}/identity/")
    for page, text in ((first, "Lan"), (second, "Mai")):
        page.fill("#identity-other_names", text)
        press(page, '.form-acts button[value="luu"]') if page is first else page.click('.form-acts button[value="luu"]')
    choice = second.locator(".clash input[value=mine], .clash input[type=radio]")
    choice.first.wait_for()
    assert "Lan" in second.locator("main").inner_text() and second.title().startswith("Lỗi:")
    assert second.input_value("#identity-other_names") == "Mai"
    assert (
        queries.work(queries.open_draft(world.record, agency=False), on=now.date()).typed["identity.other_names"]
        == "Lan"
    )


def test_a_scan_supports_other_places_later(world, window):
    now = timezone.now()
    change = actions.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=now)
    actions.save(change.pk, typed={"identity.other_names": "Lan"}, seen={}, done={}, by=world.an, at=now)
    scan = actions.attach(
        change.pk, data=picture()["buffer"], name="a.png", title="Đơn", paths=["identity"], by=world.an, at=now
    )
    page = window(world.an)
    page.goto(f"/ho-so-cua-toi/{change.pk}/identity/")
    page.click(f"#muc-{scan.pk} summary")
    page.uncheck(f'[name="muc:{scan.pk}"][value="identity"]')
    press(page, f'button[value="muc:{scan.pk}"]')
    assert "Hãy chọn" in page.locator(f"#muc-{scan.pk}").inner_text()  # a scan that supports nothing is no evidence
    page.check(f'[name="muc:{scan.pk}"][value="identity.other_names"]')
    page.uncheck(f'[name="muc:{scan.pk}"][value="identity"]')
    press(page, f'button[value="muc:{scan.pk}"]')
    scan.refresh_from_db()
    assert scan.paths == ["identity.other_names"]
    assert "Chứng minh cho: Các tên gọi khác" in page.locator(".evidence").inner_text()


def test_axe_finds_nothing_on_the_pages_of_the_agency_and_the_receipt(world, window):
    now = timezone.now()
    sent = world.submitted()
    draft = actions.open_draft(world.record.pk, agency=True, on_behalf=False, copy_of=None, by=world.binh, at=now)
    found = []
    for width in (1440, 390, 320):
        own, officer = (window(each, viewport={"width": width, "height": 900}) for each in (world.an, world.binh))
        visits = [(own, "/ho-so-cua-toi/"), (own, f"/ho-so-cua-toi/{sent.pk}/bien-nhan/")]
        visits += [
            (officer, f"/ho-so/{world.record.pk}/phan-co-quan/"),
            (officer, f"/ho-so/{world.record.pk}/nhap-thay/"),
        ]
        visits += [(officer, f"/ho-so-cua-toi/{draft.pk}/{name}") for name in ("salary/", "reward/", "xem-lai/")]
        for page, address in visits:
            page.goto(address)
            page.evaluate(AXE)
            result = page.evaluate(
                "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
            )
            found += [(width, address, each["id"], each["nodes"][0]["html"][:150]) for each in result["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                found.append((width, address, "scrolls sideways", wide))
    assert found == []
