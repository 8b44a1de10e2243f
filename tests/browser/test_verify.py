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
from tests.world import World

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
    scanned = scan()
    actions.attach(change.pk, data=scanned, name="qd.png", title="Quyết định 412/QĐ-SNNMT", paths=sections, by=world.an, at=now)
    return actions.submit(change.pk, declared=True, sign=None, by=world.an, at=now)


def axe(page):
    """The rules that axe finds broken, with where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({ runOnly: tags })", tags)
    return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found["violations"]]
