"""What somebody with bad intent tries: every address with everything that can be sent, and ways around four eyes."""

import json
import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoso.access import actions as access
from hoso.access.models import Account, Grant
from hoso.access.rules import BasisKind, Paper
from hoso.api.urls import description
from hoso.approvals import actions as approvals
from hoso.approvals import queries as month
from hoso.approvals.models import Manifest
from hoso.base.envelope import Bare, Ring
from hoso.base.errors import Invalid, NotAllowed
from hoso.base.files import inspection, store
from hoso.base.files import pages as drawing
from hoso.base.ids import uuid7
from hoso.changes import actions as changes
from hoso.changes import queries
from hoso.changes.actions.printing import print_draft
from hoso.changes.models import Change
from hoso.changes.rules import Answer
from hoso.web.views.entry import pages
from tests import surface
from tests.world import ACCEPT, CONFIRM_DAY, NOON, SCAN, SIGN_DAY, refused

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CAST = ("stranger", "an", "binh", "chi", "dung", "em", "giang")
AGENCYS = "assessment.agency_assessment"
SECRET = "Cao Đài KHOABIMAT"
STATEMENT = "history.arrest_imprisonment_statement"


# -- every address, every method, everybody -------------------------------------------------------------------------


VIEWS = Path(pages.__file__).parents[1]
# Every name that a view reads from what was sent.
NAMES = sorted(
    {
        name
        for path in VIEWS.rglob("*.py")
        for name in re.findall(
            r'(?:GET|POST|given|asked)\.(?:get|getlist)\(\s*"([^"]+)"', path.read_text(encoding="utf-8")
        )
    }
    | {"seen", "identity.religion", "work.work_history.row001", "login", "password", "next", "language", "qd.identity"}
)
DEEP = "[" * 100_000
HOSTILE = (
    "", "0", "-1", "²", "٣", "9" * 18, "9" * 5000, "1e999", "NaN", "2026-13-45", "0000-00-00", "9999-12-31",
    "20/02/99999", "2026-11", "\0", "a\0b", "\x1b[2J", "\r\nSet-Cookie: a=b", "﷽" * 200, "\u202e" * 9, "\U000e0001",
    "'; DROP TABLE x; --", "%", "%s%s%n", "{{ 7*7 }}", "{0.__class__}", "<script>alert(1)</script>", "//evil.example/",
    "javascript:alert(1)", "http://[", "*", "../../etc/passwd", DEEP, '{"a":' * 50_000, '{"identity.religion": 1}',
    "null", "[]", "moi", "mo:a.b.moi", "mo:../..", "bo:x", "hoan-tac:a.b.c", "hoan-tac:work.work_history.row001",
    "them-dong", "tai-len", "identity.religion", "work.work_history.*", "work..x", ".", "....", "urn:uuid:",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
BODIES = (
    b"", b"{", b"[]", b"null", b'"\\ud800"', b'{"a": "\\u0000"}', DEEP.encode(), b'{"a":' * 50_000, b"\xff\xfe",
    b"1e9999", b'{"version_ids": ["\\udfff"]}', b'{"typed": {"\\ud800": "x"}}', b'{"answers": {"*": []}}', b"9" * 5000,
)  # fmt: skip


def addresses():
    """Every address of pages and API with the names of what stands in it, from the table itself."""
    found = []

    def walk(patterns, before):
        for each in patterns:
            route = before + str(each.pattern)
            if hasattr(each, "url_patterns"):
                walk(each.url_patterns, route)
            else:
                found.append("/" + route)

    walk(get_resolver().url_patterns, "")
    return sorted(set(found))


ADDRESSES = addresses()


class Siege:
    """The world with something of everything in it, and a window for each of the cast."""

    def __init__(self, world):
        world.round()
        self.world, self.windows = world, {"stranger": Client(raise_request_exception=False)}
        for name in CAST[1:]:
            account = getattr(world, name)
            Account.objects.filter(pk=account.pk).update(must_change_password=False)
            self.windows[name] = Client(raise_request_exception=False)
            self.windows[name].force_login(Account.objects.get(pk=account.pk))
        world.accepted()
        change = world.submitted({"identity.other_names": "Lan"})
        evidence = change.evidence.first()
        self.ids = {
            "change_id": [change.pk],
            "record_id": [world.record.pk, world.an.person_id],
            "evidence_id": [evidence.pk],
            "agency_id": [world.nnmt.pk, world.yt.pk],
            "organization_id": [world.nnmt.pk],
            "version_id": [world.record.pk],
            "account_id": [world.an.pk],
            "grant_id": [Grant.objects.filter(account=world.em).get().pk],
            "round_id": [month.round_for(NOON.date()).pk],
        }

    def address(self, route, draw=lambda pool: pool[0]):
        """An address with something in every place of it."""

        def fill(found):
            kind, _, name = found[1].rpartition(":")
            if kind == "uuid":
                return str(draw([*self.ids.get(name, ()), "01a21365-aab4-7c1b-ade1-7161c15e0f3d"]))
            pools = {
                "int": ["1", "0", "99999999999999999999", "9" * 4400],
                "slug": ["identity", "work", "work_history", "religion", "x-_", "DM01"],
                "path": ["syll/2c-2008", "x/y/../z"],
            }
            return draw(pools.get(kind or "str", ["row001", "moi", "%00", "%ED%A0%80", "a" * 300, "..", "ROW001"]))

        return re.sub(r"<([^>]+)>", fill, route)

    def ask(self, who, method, address, **sent):
        """The answer, of which nothing stays."""
        with transaction.atomic():
            answer = self.windows[who].generic(method, address, **sent)
            transaction.set_rollback(True)
        return answer


@pytest.fixture
def siege(world, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: CONFIRM_DAY)
    return Siege(world)


def form_of(pairs):
    """A multipart body, of fields in which anything may stand."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in pairs]
    return {
        "data": ("".join(parts) + "--x--\r\n").encode("utf-8", "surrogatepass"),
        "content_type": "multipart/form-data; boundary=x",
    }


def is_whole(answer, told):
    """No fault of ours, and every answer with the headers that guard it."""
    assert answer.status_code < 500, told
    assert not surface.faults(answer), told
    assert "Set-Cookie: a=b" not in str(answer.headers), told


def test_every_address_stands_every_method(siege):
    """Everybody takes a turn; whatever is not meant is refused, never broken."""
    for place, route in enumerate(ADDRESSES):
        for turn, method in enumerate(METHODS):
            who = CAST[(place + turn) % len(CAST)]
            is_whole(siege.ask(who, method, siege.address(route)), (who, method, route))


@settings(max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_is_sent_to_a_page_breaks_it(siege, data):
    """Every name that any view reads, with hostile words, in the address and in the body."""
    draw = lambda pool: data.draw(st.sampled_from(pool))  # noqa: E731
    who, route = draw(CAST + CAST[1:]), draw([each for each in ADDRESSES if not each.startswith("/api/")])
    method, address = draw(("GET", "POST", "POST")), siege.address(route, draw)
    words = st.sampled_from(HOSTILE) | st.text(alphabet=st.characters(exclude_categories=()), max_size=12)
    sent = data.draw(st.dictionaries(st.sampled_from(NAMES), words, max_size=12))
    query = "&".join(f"{name}={_quoted(text[:2000])}" for name, text in sent.items()) if draw((True, False)) else ""
    body = form_of(sent.items()) if method == "POST" else {}
    is_whole(siege.ask(who, method, f"{address}?{query}" if query else address, **body), (who, method, address, sent))


def _quoted(text):
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _names_of(operation):
    """What the description says a JSON body holds."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return sorted(description()["components"]["schemas"].get(reference, {}).get("properties", {}))


@settings(max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_is_sent_to_the_api_breaks_it(siege, data):
    """Described names with hostile values of every kind, and bodies that are none."""
    draw = lambda pool: data.draw(st.sampled_from(pool))  # noqa: E731
    place = draw(sorted(description()["paths"]))
    operations = description()["paths"][place]
    method = draw(sorted(operations))
    names = _names_of(operations[method])
    hostile = st.sampled_from(HOSTILE[:-1]) | st.integers() | st.floats() | st.booleans() | st.none()
    values = st.recursive(
        hostile,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(HOSTILE), inner, max_size=3),
        max_leaves=4,
    )
    whole = st.fixed_dictionaries(dict.fromkeys(names, values)) if names else values
    body = data.draw(st.sampled_from(BODIES) | whole.map(lambda held: json.dumps(held).encode()))
    queried = [each["name"] for each in operations[method].get("parameters", ()) if each["in"] == "query"]
    query = "&".join(f"{name}={_quoted(draw(HOSTILE)[:2000])}" for name in queried if draw((True, False)))
    address = siege.address(
        re.sub(r"{(\w+_id)}", r"<uuid:\1>", place).replace("{number}", "1").replace("{name}", "x"), draw
    )
    who = draw(CAST + CAST[1:])
    answer = siege.ask(who, method.upper(), f"{address}?{query}", data=body, content_type="application/json")
    is_whole(answer, (who, method, address, query, body[:300]))


@pytest.mark.parametrize("line", [{"host": "evil.example"}, {"host": "localhost, evil"}, {"referer": "http://[x"}])
def test_a_line_that_lies_about_where_it_comes_from_is_only_refused(client, line):
    client.raise_request_exception = False
    answer = client.get("/khong-co/", headers=line)
    assert answer.status_code in (400, 404)
    assert b"evil" not in answer.content


def test_the_way_back_of_an_error_leads_to_no_other_site(client):
    answer = client.get("/khong-co/", headers={"referer": "http://testserver//evil.example/a"})
    assert b"evil.example" not in answer.content


# -- four eyes --------------------------------------------------------------------------------------------------------


def agency_part(world):
    """A second version of An's to be made by the agency: Bình opens it."""
    world.accepted()
    return changes.open_draft(world.record.pk, agency=True, on_behalf=False, copy_of=None, by=world.binh, at=NOON)


def test_who_wrote_stays_a_writer_whoever_saves_last(world):
    """Phúc types, Bình saves after him and submits: Phúc, the deputy, has not become somebody else."""
    change = agency_part(world)
    with world.absent(world.binh):
        changes.save(change.pk, typed={AGENCYS: "Tốt"}, seen={}, done={}, by=world.phuc, at=NOON)
    changes.save(change.pk, typed={AGENCYS: "Khá"}, seen={}, done={}, by=world.binh, at=NOON)
    change.refresh_from_db()
    assert change.saved_by == world.binh
    assert queries.why_not_verifier(change, world.phuc, on=NOON.date()) == "own_change"
    assert queries.why_not_verifier(change, world.binh, on=NOON.date()) == "own_change"


def test_who_only_brings_or_takes_away_a_scan_is_a_writer(world):
    change = agency_part(world)
    with world.absent(world.binh):
        scan = changes.attach(change.pk, data=SCAN, name="a.png", title="", paths=["salary"], by=world.phuc, at=NOON)
    change.refresh_from_db()
    assert world.phuc.pk in change.writers
    other = world.draft({"identity.other_names": "Lan"})
    assert world.phuc.pk not in other.writers
    changes.detach(scan.pk, by=world.giang, at=NOON)
    change.refresh_from_db()
    assert world.giang.pk in change.writers


def test_what_comes_back_in_part_keeps_its_writers(world):
    """The follower of a change that was accepted in part is still by those who wrote it."""
    world.accepted()
    change = world.submitted({"identity.other_names": "Lan", "identity.ethnicity": "Tày"})
    Change.objects.filter(pk=change.pk).update(writers=[world.an.pk, world.phuc.pk])
    world.decide(change, ACCEPT | {"identity.other_names": Answer(False, "wrong_value", "Sai.")})
    follower = Change.objects.get(continues=change)
    assert world.phuc.pk in follower.writers


def test_a_copy_of_what_was_withdrawn_keeps_its_writers(world):
    change = world.draft({"identity.other_names": "Lan"})
    Change.objects.filter(pk=change.pk).update(writers=[world.an.pk, world.phuc.pk])
    changes.withdraw(change.pk, by=world.an, at=NOON)
    again = changes.open_draft(world.record.pk, agency=False, on_behalf=False, copy_of=change.pk, by=world.an, at=NOON)
    assert world.phuc.pk in again.writers


def test_what_the_agency_says_is_not_taken_back_by_the_person_it_is_about(world):
    change = agency_part(world)
    changes.save(change.pk, typed={AGENCYS: "Tốt"}, seen={}, done={}, by=world.binh, at=NOON)
    world.grant(world.an, "agency_admin", world.nnmt, deputy=True)
    with pytest.raises(NotAllowed):
        changes.withdraw(change.pk, by=world.fresh(world.an), at=NOON)


def test_what_was_handed_over_is_not_taken_back_by_the_officer(world):
    change = changes.open_draft(world.record.pk, agency=False, on_behalf=True, copy_of=None, by=world.binh, at=NOON)
    changes.save(change.pk, typed={"identity.other_names": "Lan"}, seen={}, done={}, by=world.binh, at=NOON)
    changes.hand(change.pk, by=world.binh, at=NOON)
    with pytest.raises(NotAllowed):
        changes.withdraw(change.pk, by=world.binh, at=NOON)


def test_nobody_answers_what_they_reported(world):
    world.accepted()
    report = changes.report_error(world.record.pk, path="header.staff_number", text="Sai", by=world.an, at=NOON)
    world.grant(world.an, "agency_admin", world.nnmt, deputy=True)
    with pytest.raises(NotAllowed):
        changes.answer_report(report.pk, by=world.fresh(world.an), at=NOON)


def test_nobody_gives_themselves_a_role(world):
    with refused("own_grant"):
        access.give(
            account=world.giang,
            role="dept_leader",
            organization=world.node.root,
            basis=Paper(BasisKind.DECISION, "1", date(2026, 1, 1)),
            since=date(2026, 1, 1),
            until=None,
            deputy=False,
            by=world.giang,
            at=NOON,
        )


def test_a_departments_administrator_of_one_part_verifies_nothing_outside(world):
    change = world.submitted()
    world.grant(world.em, "dept_admin", world.yt)
    em = world.fresh(world.em)
    assert queries.why_not_verifier(Change.objects.get(pk=change.pk), em, on=NOON.date()) == "not_allowed"
    assert queries.why_not_verifier(Change.objects.get(pk=change.pk), world.giang, on=NOON.date()) is None


def test_a_manifest_that_its_leader_is_signing_is_not_dropped(world, monkeypatch):
    """Who builds anew has read “built” a moment ago; by the time of the drop the leader has signed."""
    round_ = world.round()
    held = Manifest.objects.create(
        round=round_,
        number="1",
        count=1,
        lines_digest="0" * 64,
        file=uuid7(),
        key_by="x",
        key_token=b"x",
        file_sha256="0" * 64,
        file_size=1,
        built_at=SIGN_DAY,
        built_by=world.dung,
    )
    read_before = Manifest.objects.get(pk=held.pk)
    Manifest.objects.filter(pk=held.pk).update(status="signed", signed_at=SIGN_DAY, signed_by=world.dung)
    monkeypatch.setattr("hoso.approvals.queries.manifest_of", lambda _round: read_before)
    with refused("cannot_drop_manifest_when_signed"):
        approvals.build(round_.pk, by=world.dung, at=SIGN_DAY)


def test_a_head_does_not_confirm_what_the_same_hand_accepted(world):
    """Chi is the head and, for once, the deputy administrator who accepted it."""
    world.grant(world.chi, "agency_admin", world.nnmt, deputy=True)
    access.go_away(since=NOON.date(), until=None, by=world.binh, at=NOON)
    world.chi, change = world.fresh(world.chi), world.submitted()
    world.decide(change, ACCEPT, by=world.chi)
    round_ = world.round()
    [each] = month.waiting_for(world.nnmt, world.fresh(world.chi), round_, on=CONFIRM_DAY.date())
    assert each.blocked == "own_acceptance"


def test_a_grant_of_tomorrow_opens_nothing_today_and_one_that_ended_nothing_any_more(world, client):
    Account.objects.filter(pk=world.binh.pk).update(must_change_password=False)
    client.force_login(world.fresh(world.binh))
    world.accepted()
    address = reverse("record", args=[world.record.pk])
    assert client.get(address).status_code == 200
    grants = Grant.objects.filter(account=world.binh)
    grants.update(until=date(2026, 1, 6))
    assert client.get(address).status_code == 404
    grants.update(since=date.today() + timedelta(days=400), until=None)
    assert client.get(address).status_code == 404


def test_an_account_that_is_suspended_is_out_at_once(world, client):
    Account.objects.filter(pk=world.binh.pk).update(must_change_password=False)
    client.force_login(world.fresh(world.binh))
    assert client.get("/").status_code == 200
    Account.objects.filter(pk=world.binh.pk).update(status="suspended")
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/me").status_code == 401


# -- what another hand typed ------------------------------------------------------------------------------------------


@pytest.fixture
def behind(world):
    """What Giang entered for An, with something protected in it."""
    change = changes.open_draft(world.record.pk, agency=False, on_behalf=True, copy_of=None, by=world.giang, at=NOON)
    typed = {STATEMENT: SECRET, "identity.other_names": "Lan"}
    changes.save(change.pk, typed=typed, seen={}, done={}, by=world.giang, at=NOON)
    return change


def window(client, account):
    """A signed-in browser."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(Account.objects.get(pk=account.pk))
    return client


def test_a_second_officer_does_not_see_what_the_first_typed(world, client, behind):
    address = reverse("entry-section", args=[behind.pk, "history"])
    assert SECRET in window(client, world.giang).get(address).content.decode()
    window(client, world.binh)
    assert SECRET not in client.get(address).content.decode()
    changes.save(behind.pk, typed={"identity.other_names": "Hoa"}, seen={}, done={}, by=world.binh, at=NOON)
    assert SECRET not in client.get(address).content.decode(), "not after a save of their own either"
    assert SECRET in window(client, world.giang).get(address).content.decode(), "who typed it still reads it"


def test_a_false_trace_wins_no_look_at_what_is_hidden(world, client, behind):
    """A clash names what stands there, but not to those who may not see it; nor do traces tell it."""
    window(client, world.binh)
    address = reverse("entry-section", args=[behind.pk, "history"])
    answer = client.post(address, {STATEMENT: "X", "seen": json.dumps({STATEMENT: "0" * 12})})
    assert answer.status_code == 409
    assert SECRET not in answer.content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())
    assert seen is None or STATEMENT not in seen[1]


def test_a_draft_on_paper_hides_what_is_protected_from_officers(world, behind):
    from tests.test_records_store import said

    assert SECRET not in said(print_draft(behind.pk, by=world.binh, at=NOON))
    changes.hand(behind.pk, by=world.giang, at=NOON)
    assert SECRET in said(print_draft(behind.pk, by=world.an, at=NOON))


# -- one human, two accounts ------------------------------------------------------------------------------------------


def test_an_agencys_account_does_not_verify_the_record_of_who_is_behind_it(world):
    """Giang's department account, and a personal one under the same name."""
    change = world.submitted()
    Account.objects.filter(pk=world.giang.pk).update(name="Nguyễn  thị AN")
    giang = world.fresh(world.giang)
    assert queries.why_not_verifier(Change.objects.get(pk=change.pk), giang, on=NOON.date()) == "own_record"
    with refused("own_record"):
        world.decide(change, ACCEPT, by=giang)


def test_who_wrote_with_one_account_does_not_verify_with_the_other(world):
    change = agency_part(world)
    Account.objects.filter(pk=world.giang.pk).update(name=world.binh.name)
    change = Change.objects.get(pk=change.pk)
    assert queries.why_not_verifier(change, world.fresh(world.giang), on=NOON.date()) == "own_change"


def test_a_head_with_an_agencys_account_does_not_confirm_the_own_line(world):
    world.accepted()
    Account.objects.filter(pk=world.giang.pk).update(name=world.an.name)
    world.grant(world.giang, "agency_head", world.nnmt)
    [each] = month.waiting_for(world.nnmt, world.fresh(world.giang), world.round(), on=CONFIRM_DAY.date())
    assert each.blocked == "own_record"


# -- what the log of the server is told -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/ho-so-cua-toi/", "/api/v1/changes"])
def test_two_at_once_are_a_conflict_and_no_row_stands_in_the_servers_log(world, client, caplog, monkeypatch, address):
    """A database that refuses a second row quotes it whole."""

    from hoso.changes.queries import mine
    from hoso.records.queries import of_person

    def refuse(*_args, **_more):
        monkeypatch.setattr("hoso.records.queries.of_person", of_person)  # once: the page that says so has a menu
        monkeypatch.setattr("hoso.changes.queries.mine", mine)
        raise IntegrityError(f"duplicate key value: Failing row contains ({SECRET})")

    window(client, world.an)
    monkeypatch.setattr("hoso.records.queries.of_person", refuse)
    monkeypatch.setattr("hoso.changes.queries.mine", refuse)
    client.raise_request_exception = False
    answer = client.get(address)
    assert answer.status_code == 409
    assert SECRET not in answer.content.decode()
    assert SECRET not in caplog.text


def test_files_lie_in_folders_that_only_the_node_reads(tmp_path):
    store.put(tmp_path / "files", Ring("k", {"k": Bare(b"k" * 32)}), uuid7(), b"data")
    assert [path for path in (tmp_path / "files").rglob("*") if path.stat().st_mode & 0o077] == []
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


# -- files that cost more than they weigh -----------------------------------------------------------------------------


def slow_pdf():
    """One page that fills itself thirty thousand times."""
    strokes = b"0 0 600 800 re f " * 30_000
    before = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n4 0 obj"
    )
    stream = b"<</Length %d>>stream\n%s\nendstream endobj\n" % (len(strokes), strokes)
    return before + stream + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


def test_a_page_that_would_be_drawn_for_hours_is_given_up(monkeypatch):
    """Nobody else's page is drawn meanwhile: a few kilobytes must not stop a node."""
    monkeypatch.setattr(drawing, "LONGEST", 0.05)
    assert inspection.inspect(slow_pdf()).pages == 1
    began = time.monotonic()
    with pytest.raises(Invalid):
        drawing.render_page(slow_pdf(), inspection.PDF, 1, 900)
    assert time.monotonic() - began < 5
