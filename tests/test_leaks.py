"""Nothing leaks: unique codes planted where only some may look are searched for on every page, as everybody.

Pages come from the table of addresses, so a page that is added is looked at without anybody remembering to.
"""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from hoso.access import actions as access
from hoso.access.models import Account
from hoso.approvals.models import Round
from hoso.audit.models import Event
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.changes.models import ErrorReport, Evidence
from hoso.changes.rules import Answer
from hoso.records.forms.grammar import Tier, walk
from hoso.records.models import Version
from tests.forms import full
from tests.world import NOON, SCAN

pytestmark = pytest.mark.django_db

PIN = "022175001234"
LATER = NOON + timedelta(hours=2)
# What stands in an address where a page needs it; an id of a thing that is not named here is An's record.
WORDS = {"section": "identity", "table": "work_history", "row": "row001", "name": "religion", "number": 1, "seq": 1}
# The task is the purpose: who verifies sees what is to be verified (TT 06/2023, ruling on protected values).
VERIFYING = {"verify", "verify-scan", "verify-proposal", "verify-step"}


class Planted:
    """Codes, and who may find each in a page that opens without a purpose."""

    def __init__(self) -> None:
        self.codes: dict[str, frozenset[str]] = {}

    def code(self, name, readers):
        """A word that stands nowhere else."""
        made = f"KHOA{len(self.codes):03}{name}"
        self.codes[made] = frozenset(readers)
        return made


@pytest.fixture
def scene(world, monkeypatch):
    """An's record, a change on Bình's desk, a draft, evidence, a return with a reason: with codes in all of them."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    world.round()
    officers = {"binh", "chi", "dung", "giang"}
    planted = Planted()
    world.record  # noqa: B018 (opens it)
    change = changes.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=NOON)
    work = change_queries.work(change, on=NOON.date())
    typed = {path: text for path, text in full(work.form).items() if work.may_fill(path)}
    for leaf in walk(work.form):
        if leaf.tier is Tier.COMMON or leaf.codes or leaf.suggest or leaf.kind.name not in ("text", "multiline"):
            continue
        readers = {"an", *officers} if leaf.tier is Tier.RESTRICTED else {"an"}
        for path in [each for each in typed if re.sub(r"\.row\d+\.", ".*.", each) == leaf.path]:
            typed[path] = planted.code("M" if leaf.tier is Tier.RESTRICTED else "P", readers)
    assert sum("P" in code[-1] for code in planted.codes) > 3
    world.typed, world.planted = typed, planted
    title = planted.code("E", {"an", *officers})
    first = world.draft(typed)
    attach(world, first, title, list(work.form.model_fields))
    changes.submit(first.pk, declared=True, sign=None, by=world.an, at=NOON)
    world.decide(first, {"*": Answer(accepted=True)})
    returned = world.submitted({"identity.current_address": planted.code("R", {"an", "binh", "giang"})})
    reason = planted.code("L", {"an", "binh", "giang", "chi"})
    world.decide(returned, {"*": Answer(False, "wrong_value", reason)})
    open_again = change_queries.open_draft(world.record, agency=False)
    names = {"identity.other_names": planted.code("D", {"an"})}
    changes.save(open_again.pk, typed=names, seen={}, done={}, by=world.an, at=NOON)
    text = planted.code("B", {"an", "binh", "giang"})
    report = changes.report_error(world.record.pk, path="header.staff_number", text=text, by=world.an, at=NOON)
    world.record.refresh_from_db()
    world.first, world.draft_change, world.report = first, open_again, report
    world.inspector = access.create_account(
        kind="agency", sign_in="thanh.tra", name="Đỗ Văn Tra", password="x" * 12, person=None, by=world.system, at=NOON
    )
    world.grant(world.inspector, "inspector", world.node.root)
    world.colleague = world._person("Bùi Văn Quân", "022081000999", "1981-02-03", "M", world.thuyloi, "Chuyên viên")
    Account.objects.update(must_change_password=False)
    return world


def attach(world, change, title, paths):
    changes.attach(change.pk, data=SCAN, name="qd.png", title=title, paths=paths, by=world.an, at=NOON)


def addresses(world):
    """Every address of the table that a GET may open, filled with An's things."""
    ids = {
        "record_id": world.record.pk,
        "person_id": world.an.person_id,
        "change_id": world.draft_change.pk,
        "evidence_id": Evidence.objects.filter(change=world.first).first().pk,
        "account_id": world.an.pk,
        "organization_id": world.thuyloi.pk,
        "report_id": ErrorReport.objects.get().pk,
        "agency_id": world.nnmt.pk,
        "round_id": Round.objects.get().pk,
        "version_id": Version.objects.get(record=world.record).pk,
    }
    found = []
    for pattern in get_resolver().url_patterns:
        name = getattr(pattern, "name", None)
        if not name or name.startswith(("sign-out", "account_")):
            continue
        words = pattern.pattern.converters
        filled = {word: ids.get(word, WORDS.get(word, world.record.pk)) for word in words}
        changed = [filled | {"change_id": world.first.pk}] if "change_id" in words else []
        found += [(name, reverse(name, kwargs=each)) for each in [filled, *changed]]
        if name == "compare":
            found.append((name, reverse(name, kwargs=filled) + "?tu=0&den=1"))
        if name == "people":
            found.append((name, reverse(name) + "?q=nguyen+an"))
    assert len(found) > 40
    return found


def text_of(response):
    """What a person, or a program, could read of an answer; pictures are not read."""
    kind = response.headers.get("Content-Type", "")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "application/pdf":
        document = pypdfium2.PdfDocument(body)
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        return text
    return "" if kind.startswith("image/") else body.decode("utf-8", "replace")


ROLES = ("an", "binh", "phuc", "chi", "dung", "giang", "em", "inspector", "colleague", None)


@pytest.mark.slow  # every page as everybody
@pytest.mark.parametrize("role", ROLES)
def test_no_page_says_what_its_reader_may_not_know(scene, role, caplog):
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(Account.objects.get(pk=getattr(scene, role).pk))
    hidden = [code for code, readers in scene.planted.codes.items() if role not in readers]
    trusted = role in {"an", "binh", "chi", "dung", "giang"}
    for name, address in addresses(scene):
        response = client.get(address)
        text = text_of(response)
        allowed = name in VERIFYING and role in {"binh", "phuc", "giang"}
        leaked = [] if allowed else [code for code in hidden if code in text.upper()]
        assert not leaked, (name, address, leaked)
        assert response.status_code < 500, (name, address)
        assert PIN not in response.headers.get("Location", ""), name
        assert not re.search(rf'(?:href|action|src|hx-[a-z]+)="[^"]*{PIN}', text), name
        if not trusted or response.status_code >= 400:
            assert PIN not in text, (name, address)
    assert PIN not in caplog.text


def test_the_number_is_kept_nowhere_but_in_the_person_and_the_record(scene, client, caplog):
    client.post(reverse("sign-in"), {"login": PIN, "password": "sai-mat-khau"})
    client.force_login(Account.objects.get(pk=scene.binh.pk))
    found = client.post(reverse("people"), {"q": PIN})
    assert found.status_code == 302
    assert PIN not in found["Location"]
    client.post(reverse("people"), {"q": "022 175 009 999"})
    client.post(reverse("find"), {"q": PIN})
    refused = client.post(reverse("people"), {"q": PIN[:-1]})
    assert PIN[:-1] not in refused.content.decode()
    assert not [row for row in Session.objects.all() if PIN in str(row.get_decoded())]
    assert not [row for row in Event.objects.values() if PIN in str(row)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM hoso_cache")
        assert not [row for row in cursor.fetchall() if PIN in str(row)]
    assert PIN not in caplog.text
    cache.clear()


def test_a_code_where_it_may_be_is_found(scene):
    """The search itself works: An finds all of hers on her record and her draft."""
    client = Client()
    client.force_login(Account.objects.get(pk=scene.an.pk))
    page = client.get(reverse("record", args=[scene.record.pk])).content.decode()
    assert [code for code in scene.planted.codes if code.endswith("P") and code in page]
    assert [code for code in scene.planted.codes if code.endswith("M") and code in page]
