"""The API: a month through it, who is refused what, how a refusal reads, and that nothing leaks or breaks."""

import base64
import hashlib
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.queries import by_sign_in
from hoso.api import urls as api
from hoso.audit.models import Event
from hoso.audit.queries import looks
from hoso.base import refusals
from hoso.base.canonical import canonical
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.records import queries as records
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import Tier, walk
from hoso.records.paths import find
from hoso.signing import pades
from hoso.signing.cms import cms_sign
from tests.authority import PASSPHRASE, office
from tests.counting import counted
from tests.factors import enrol
from tests.test_access_consents import let
from tests.world import ACCEPT, CONFIRM_DAY, NOON, PASSWORD, SCAN, SIGN_DAY, World, first_entry

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"
PINS = {
    "an": "022175001234",
    "binh": "022080004567",
    "chi": "022168007890",
    "dung": "022070000123",
    "em": "022085000456",
}
PROTECTED = "identity.religion"
PHONE = "identity.contact_phone"
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
# What strangers may ask; the rest of the description is behind the door.
PUBLIC = {
    ("get", "/session"),
    ("post", "/session"),
    ("delete", "/session"),
    ("post", "/session/second-factor"),
    ("get", "/forms"),
    ("get", "/forms/{name}/schema"),
    ("post", "/verify"),
}


@pytest.fixture(autouse=True)
def limits_count_anew():
    """Rate limits lie in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def now(monkeypatch):
    """The clock of the node: `now.at = …`."""

    class Clock:
        at = NOON

    clock = Clock()
    monkeypatch.setattr("hoso.web.middleware.timezone.now", lambda: clock.at)
    return clock


class Program:
    """A program that has a session as a browser has, and sends the token with every write."""

    def __init__(self, who=None):
        self.client, self.headers = Client(enforce_csrf_checks=True), {}
        self.token()
        if who:
            assert self.sign_in(who).status_code == 200

    def token(self):
        """Ask for a token."""
        self.headers["X-CSRFToken"] = self.client.get(f"{ROOT}/session").json()["csrf_token"]

    def sign_in(self, who, password=PASSWORD):
        """Open the door."""
        body = {"username": PINS.get(who, who), "password": password}
        account, now = by_sign_in(body["username"]), timezone.now()
        if policy.sees_others(account, on=now.date()):
            body["code"] = enrol(account, now)
        answer = self("post", "/session", body)
        if answer.status_code == 200:
            self.headers["X-CSRFToken"] = answer.json()["csrf_token"]
        return answer

    def __call__(self, method, path, body=None, *, files=None, **headers):
        given = {"headers": self.headers | headers}
        if files is not None:
            given |= {"data": files}
        elif body is not None:
            given |= {"data": json.dumps(body), "content_type": "application/json"}
        elif method != "get":
            given |= {"content_type": "application/json"}
        return getattr(self.client, method)(ROOT + path, **given)

    def ask(self, path):
        """The body of a GET that succeeds."""
        answer = self("get", path)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def do(self, path, body=None, *, method="post", status=200, files=None):
        """The body of a write that succeeds."""
        answer = self(method, path, body, files=files)
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer.content else None


def settle():
    """Everybody has changed the first password."""
    Account.objects.update(must_change_password=False)


def refused(answer, status, code):
    """Whether an answer is a refusal as RFC 9457 has it."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:300])
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["type"] == f"urn:hoso:refusal:{said['code']}"
    assert said["status"] == status and said["title"].strip()
    assert code is None or said["code"] == code, said
    return said


def operations():
    """Method, path as described, and the operation, of everything there is."""
    for path, found in api.description()["paths"].items():
        for method, operation in found.items():
            yield method, path.removeprefix(ROOT), operation


def upload(name, data, media_type="application/octet-stream"):
    return SimpleUploadedFile(name, data, media_type)


# The month


def test_a_month_through_the_api(settings, tmp_path, now):
    signer = office(settings, tmp_path, NOON)
    world = World()
    certificate = signer.register(world.dung, by=world.system)
    record = str(world.record.pk)
    world.round()
    settle()

    an = Program("an")
    assert [each["id"] for each in an.ask("/records")] == [record]
    draft = an.do(f"/records/{record}/drafts", {}, status=201)
    change = f"/changes/{draft['id']}"
    assert draft["status"] == "draft" and draft["first_entry"] and "Nguyễn Thị An" in draft["texts"].values()
    refused(an("post", f"{change}/submission", {"declared": True}), 409, "nothing_changed")
    an.do(change, {"typed": {PHONE: "không phải số", "identity.other_names": "Lan"}}, method="patch")
    said = refused(an("post", f"{change}/submission", {"declared": True}), 422, "not_ready")
    assert PHONE in {each["path"] for each in said["problems"]} and all(each["sentence"] for each in said["problems"])
    typed = first_entry(change_queries.work(change_queries.open_draft(world.record, agency=False), on=NOON.date()))
    saved = an.do(change, {"typed": typed, "done": {"identity": True}}, method="patch")
    assert not saved["problems"] and not any(each["missing"] for each in saved["sections"]) and not saved["hidden"]
    scan = an.do(
        f"{change}/evidence",
        status=201,
        files={"scan": upload("quyet-dinh.png", SCAN), "paths": ["identity"], "title": "Quyết định"},
    )
    assert scan["media_type"] == "image/png" and scan["pages"] == 1
    assert an("get", f"{change}/print").content[:5] == b"%PDF-"
    sent = an.do(f"{change}/submission", {"declared": True})
    assert sent["status"] == "submitted" and sent["number"]

    binh = Program("binh")
    waiting = binh.ask("/queue")["items"]
    assert [(each["id"], each["person"]) for each in waiting] == [(draft["id"], "Nguyễn Thị An")]
    queue = f"/queue/{draft['id']}"
    refused(binh("get", queue), 409, "take_first")
    seen = binh.do(f"{queue}/taking")
    proposed = {each["path"]: each for each in seen["proposals"]}
    assert proposed[PHONE]["new"] and proposed[PROTECTED]["new"]
    picture = binh("get", f"/evidence/{scan['id']}/pages/1")
    assert picture.status_code == 200 and picture["Content-Type"] == "image/webp"
    said = refused(binh("post", f"{queue}/decision", {"answers": {}, "head_seq": 0}), 422, "not_decided")
    assert len(said["problems"]) > 10
    answers = {"answers": {"*": {"accepted": True}}, "paper_match": True}
    refused(binh("post", f"{queue}/decision", answers | {"head_seq": 7}), 409, "record_moved_on")
    assert binh.do(f"{queue}/decision", answers | {"head_seq": seen["head_seq"]})["status"] == "accepted"

    now.at = CONFIRM_DAY
    chi = Program("chi")
    month = chi.ask("/month")
    place = f"/rounds/{month['round']['id']}/agencies/{month['agencies'][0]['id']}"
    (line,) = chi.ask(f"{place}/waiting")["items"]
    assert line["person"] == "Nguyễn Thị An" and line["blocked"] == "" and line["seq"] == 1
    assert chi.ask(f"{place}/waiting/{line['version_id']}")
    refused(chi("post", f"{place}/waiting/{line['version_id']}/return", {"reason": " "}), 409, "reason_missing")
    refused(
        chi(
            "post",
            f"{place}/confirmations",
            {"version_ids": [line["version_id"]], "statement": False, "password": PASSWORD},
        ),
        409,
        "statement_missing",
    )
    (made,) = chi.do(f"{place}/confirmations", {"version_ids": [line["version_id"]], "statement": True}, status=201)
    assert made["digest"] == line["digest"] and made["role"] == "agency_head"

    now.at = SIGN_DAY
    dung = Program("dung")
    assert any(each["confirmed"] == 1 for each in dung.ask(f"/rounds/{month['round']['id']}/agencies"))
    manifest = dung.do(f"/rounds/{month['round']['id']}/manifests", status=201)
    place = f"/manifests/{manifest['id']}"
    assert [each["person"] for each in dung.ask(f"{place}/lines")["items"]] == ["Nguyễn Thị An"]
    assert dung("get", f"{place}/file").content[:5] == b"%PDF-"
    p12 = certificate.p12
    asked = {"p12": upload("d.p12", p12), "passphrase": "sai"}
    refused(dung("post", f"{place}/signature", files=asked), 403, "password_again")
    asked |= {"p12": upload("d.p12", p12), "password": PASSWORD}
    wrong = dung("post", f"{place}/signature", files=asked)
    refused(wrong, 409, "wrong_passphrase")
    done = dung.do(f"{place}/signature", files={"p12": upload("d.p12", p12), "passphrase": PASSPHRASE})
    assert done["status"] == "sealed" and done["signed_sha256"]
    pdf = dung("get", f"{place}/file").content

    anybody = Client()
    told = anybody.post(f"{ROOT}/verify", {"pdf": upload("bk.pdf", pdf), "digest": line["digest"]}).json()
    assert told["verdict"] == "valid" and told["known"] and told["covers"] and told["initials"] == "N. T. A."
    bent = anybody.post(f"{ROOT}/verify", {"pdf": upload("bk.pdf", pdf.replace(b"/Type", b"/Tipe", 1))}).json()
    assert bent["verdict"] != "valid" and bent["covers"] is None

    an = Program("an")
    own = an.ask(f"/records/{record}")
    assert set(own["levels"].values()) == {3} and own["chain_broken_at"] is None
    assert [each["level"] for each in an.ask(f"/records/{record}/versions")["items"]] == [3]
    assert len(an.ask(f"/records/{record}/differences?since=0&until=1")) > 10
    assert an("post", f"/records/{record}/print", {}).content[:5] == b"%PDF-"


def test_a_leader_may_sign_with_a_tool_of_their_own(settings, tmp_path, now):
    signer = office(settings, tmp_path, NOON)
    world = World()
    certificate = signer.register(world.dung, by=world.system)
    world.accepted()
    round_ = world.confirmed()
    settle()
    now.at = SIGN_DAY
    dung = Program("dung")
    manifest = dung.do(f"/rounds/{round_.pk}/manifests", status=201)
    place = f"/manifests/{manifest['id']}"
    original = dung("get", f"{place}/file").content
    refused(
        dung("post", f"{place}/signed-file", files={"signed": upload("a.pdf", original), "password": PASSWORD}),
        409,
        "not_signed",
    )
    theirs = pades.sign_with_pkcs12(
        original, certificate.p12, PASSPHRASE, reason="Ký", at=SIGN_DAY, timestamper=None, trust=None, stamp=None
    )
    assert dung.do(f"{place}/signed-file", files={"signed": upload("a.pdf", theirs)})["status"] == "sealed"
    assert dung.do(f"{place}/seal")["status"] == "sealed"  # again changes nothing


def test_what_is_sent_back_says_why(settings, tmp_path, now):
    office(settings, tmp_path, NOON)
    world = World()
    world.accepted()
    round_ = world.round()
    settle()
    now.at = CONFIRM_DAY
    chi = Program("chi")
    place = f"/rounds/{round_.pk}/agencies/{world.nnmt.pk}/waiting"
    (line,) = chi.ask(place)["items"]
    chi.do(f"{place}/{line['version_id']}/return", {"reason": "Sai số điện thoại"}, status=204)
    assert chi.ask(place)["items"][0]["blocked"] == "sent_back"


def test_a_confirmation_asks_for_the_password_again(settings, tmp_path, now):
    office(settings, tmp_path, NOON)
    world = World()
    world.accepted()
    round_ = world.round()
    settle()
    now.at = CONFIRM_DAY
    chi = Program("chi")
    place = f"/rounds/{round_.pk}/agencies/{world.nnmt.pk}"
    (line,) = chi.ask(f"{place}/waiting")["items"]
    given = {"version_ids": [line["version_id"]], "statement": True}
    refused(chi("post", f"{place}/confirmations", given), 403, "password_again")
    refused(chi("post", f"{place}/confirmations", given | {"password": "sai"}), 403, "wrong_password")
    assert chi.do(f"{place}/confirmations", given | {"password": PASSWORD}, status=201)


def test_a_head_with_a_certificate_signs_the_lines(settings, tmp_path, now):
    signer = office(settings, tmp_path, NOON)
    world = World()
    world.accepted()
    issued, other = signer.register(world.chi, by=world.system), signer.issue("Người Khác")
    round_ = world.round()
    settle()
    now.at = CONFIRM_DAY
    chi, place = Program("chi"), f"/rounds/{round_.pk}/agencies/{world.nnmt.pk}"
    (line,) = chi.ask(f"{place}/waiting")["items"]
    given = {"version_ids": [line["version_id"]], "statement": True, "password": PASSWORD}
    refused(chi("post", f"{place}/confirmations", given), 409, "signature_missing")
    refused(chi("post", f"{place}/confirmations", given | {"signature": "không"}), 422, "unprocessable")
    refused(chi("post", f"{place}/confirmations", given | {"p12": "AAAA", "passphrase": "x"}), 409, None)
    digest = hashlib.sha256(canonical([[line["person_id"], line["form"], line["seq"], line["digest"]]])).hexdigest()

    def detached(certificate):
        made = cms_sign(digest.encode(), certificate.p12, PASSPHRASE, at=CONFIRM_DAY, timestamper=None)
        return given | {"signature": base64.b64encode(made).decode()}

    refused(chi("post", f"{place}/confirmations", detached(other)), 409, "other_signer")
    assert chi.do(f"{place}/confirmations", detached(issued), status=201)
    p12 = {"p12": base64.b64encode(issued.p12).decode(), "passphrase": PASSPHRASE}
    assert chi.do(f"{place}/confirmations", given | p12, status=201)  # again: nothing changes


def test_a_clash_gives_both_texts_and_saves_the_rest(world, now):
    settle()
    an = Program("an")
    draft = an.do(f"/records/{world.record.pk}/drafts", {}, status=201)
    change = f"/changes/{draft['id']}"
    an.do(change, {"typed": {PHONE: "0912345678"}, "seen": {PHONE: ""}}, method="patch")
    late = {"typed": {PHONE: "0987654321", "identity.other_names": "Lan"}, "seen": {PHONE: ""}}
    said = refused(an("patch", change, late), 409, "stale_edit")
    assert said["clashes"] == [{"path": PHONE, "yours": "0987654321", "theirs": "0912345678"}] and said["saved"] == 1
    assert an.ask(change)["typed"]["identity.other_names"] == "Lan"
    said = refused(an("patch", change, {"typed": {"identity.nothing": "x"}}), 409, "no_such_field")
    assert said["at"] == "identity.nothing"
    assert an.do(f"{change}/withdrawal")["status"] == "withdrawn"


# Who gets in


@pytest.fixture
def scene(world, now):
    """An's record with two versions, a change that waits and one that is open, a round: and the ids of all of it."""
    world.accepted()
    world.accepted({PHONE: "0986204715"})
    world.submitted({"identity.other_names": "Lan"})
    waiting = world.record.changes.get(status="submitted")
    round_ = world.round()
    settle()
    world.record.refresh_from_db()
    version = records.version(world.record)
    evidence = waiting.evidence.get()
    consent = let(world, reader=world.dung)
    now.at = CONFIRM_DAY
    world.ids = {
        "grant_id": consent.given_by.grants.get().pk,
        "basis_id": consent.basis_id,
        "consent_id": consent.pk,
        "record_id": world.record.pk,
        "change_id": waiting.pk,
        "evidence_id": evidence.pk,
        "round_id": round_.pk,
        "agency_id": world.nnmt.pk,
        "version_id": version.pk,
        "manifest_id": NOBODY,
        "number": 1,
        "name": "country",
    }
    return world


# A body that each write would take, so that it is refused for who asks, not for what.
BODIES = {
    "/records/{record_id}/drafts": {},
    "/evidence/{evidence_id}/opening": {"purpose": {"code": "paper"}},
    "/records/{record_id}/reveal": {"seq": 1, "path": PROTECTED, "purpose": {"code": "paper"}},
    "/records/{record_id}/print": {"purpose": {"code": "paper"}},
    "/changes/{change_id}": {"typed": {PHONE: "1"}},
    "/changes/{change_id}/submission": {"declared": True},
    "/queue/{change_id}/decision": {"answers": {"*": {"accepted": True}}, "paper_match": True, "head_seq": 2},
    "/grants/{grant_id}/end": {"until": "2026-11-25"},
    "/consents/{consent_id}/withdraw": {},
    "/rounds": {"month": "2026-11"},
    "/rounds/{round_id}/agencies/{agency_id}/confirmations": {"version_ids": [NOBODY], "statement": True},
    "/rounds/{round_id}/agencies/{agency_id}/waiting/{version_id}/return": {"reason": "x"},
}
# What every document and every act that rests on one is sent with.
RIGHTS = {
    "basis_number": "1/QĐ", "basis_date": "2026-11-10", "since": "2026-11-25", "until": "2026-12-10",
    "account_id": NOBODY, "reader_id": NOBODY, "organization_id": NOBODY, "role": "inspector",
    "sections": ["salary"], "purpose": "x", "password": "x",
}  # fmt: skip
QUERIES = {"/records/{record_id}/differences": "?since=1&until=2"}


def sent(program, method, path, operation, ids):
    """The answer to an operation with what it takes, for these ids."""
    place = path.format(**ids | {"factor_id": 1, "session_id": 1}) + QUERIES.get(path, "")
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        files = {"scan": upload("a.png", SCAN), "image": upload("a.png", SCAN), "p12": upload("a", b"x")}
        files |= {"signed": upload("a", b"x"), "pdf": upload("a", b"x"), "paths": ["identity"], "path": PHONE}
        return program(method, place, files=files | RIGHTS | {"passphrase": "x"})
    return program(method, place, BODIES.get(path) if method != "get" else None)


def test_a_stranger_gets_nothing_but_what_is_public(scene):
    stranger = Program()
    assert {(method, path) for method, path, _ in operations()} >= PUBLIC
    for method, path, operation in operations():
        answer = sent(stranger, method, path, operation, scene.ids)
        if (method, path) in PUBLIC:
            assert answer.status_code in (200, 204, 404, 422), (method, path)
        else:
            refused(answer, 401, "sign_in_first")
    assert stranger("get", "/openapi.json").status_code == 200
    refused(stranger("get", "/nothing"), 404, "not_found")


def test_another_agency_gets_nothing_of_this_one(scene):
    em = Program("em")
    before = scene.record.changes.values_list("pk", "status", "revision", "taken_by")
    held = list(before)
    for method, path, operation in operations():
        if (method, path) in PUBLIC or path.startswith("/code-lists"):
            continue
        answer = sent(em, method, path, operation, scene.ids)
        if "{" in path:
            assert answer.status_code in (403, 404), (method, path, answer.content.decode()[:200])
            refused(answer, answer.status_code, None)
        body = answer.content.decode()
        assert "Nguyễn" not in body and str(scene.record.pk) not in body, (method, path)
    assert list(before.all()) == held


def test_a_person_without_a_role_gets_only_their_own(scene):
    plain = scene._person("Lò Thị Giang", "022190000777", "1990-02-03", "F", scene.thuyloi, "Chuyên viên")
    Account.objects.filter(pk=plain.pk).update(must_change_password=False)
    somebody = Program("022190000777")
    own = {
        "/me",
        "/records",
        "/changes",
        "/queue",
        "/delegations",
        "/consents",
    }  # of the queue, nothing: not even a page
    for method, path, operation in operations():
        mine = path.startswith("/me/") or (method == "get" and path in own - {"/queue"})
        if (method, path) in PUBLIC or path.startswith("/code-lists") or mine:
            continue
        answer = sent(somebody, method, path, operation, scene.ids)
        assert answer.status_code in (403, 404), (method, path, answer.content.decode()[:200])
    assert somebody.ask("/records") == [] and somebody.ask("/changes") == {"items": [], "next": None}


def test_the_first_password_and_a_missing_second_factor_come_before_anything_else(world):
    program = Program()
    answer = program.sign_in("an")
    assert answer.json()["must_change_password"] is True
    for method, path, operation in operations():
        if (method, path) not in PUBLIC:
            ids = {"record_id": NOBODY, "change_id": NOBODY, "evidence_id": NOBODY, "round_id": NOBODY}
            ids |= {"grant_id": NOBODY, "basis_id": NOBODY, "consent_id": NOBODY}
            ids |= {"agency_id": NOBODY, "version_id": NOBODY, "manifest_id": NOBODY, "number": 1, "name": "x"}
            refused(sent(program, method, path, operation, ids), 403, "change_password_first")
    Account.objects.update(must_change_password=False)
    world.grant(world.an, "head_delegate", world.nnmt)
    assert program.ask("/session")["missing"] == "enrol_factor"
    for method, path, operation in operations():
        if (method, path) not in PUBLIC and path != "/me/factors/totp":
            refused(sent(program, method, path, operation, ids), 403, "enrol_factor_first")


def test_a_write_without_the_token_is_refused(scene):
    for who in (Program("an"), Program()):
        who.headers.clear()
        for method, path, operation in operations():
            if method != "get" and path != "/verify":
                answer = sent(who, method, path, operation, scene.ids)
                assert answer.status_code in (401, 403), (method, path)
                assert answer.json()["code"] in ("csrf", "sign_in_first")


def test_the_door_counts_tries_and_logs_them(world):
    settle()
    program = Program()
    for _ in range(5):
        refused(program.sign_in("an", "sai"), 401, "wrong_sign_in")
    refused(program.sign_in("an"), 429, "too_many_attempts")
    assert Event.objects.filter(action="account.refused", account=str(world.an.pk)).count() == 5
    other = Program("binh")
    assert other.ask("/me")["grants"][0]["role"] == "agency_admin"
    assert other("delete", "/session").status_code == 204
    refused(other("get", "/me"), 401, "sign_in_first")
    assert Event.objects.filter(action="account.signed_out", account=str(world.binh.pk)).exists()
    assert "Set-Cookie" not in str(program.client.options(f"{ROOT}/me").headers)  # and no word of CORS
    assert "Access-Control-Allow-Origin" not in Client().get(f"{ROOT}/forms", headers={"origin": "https://a.b"}).headers


# What is asked wrongly

LONG = "x" * 200_000
BAD = [
    ("not json", "{", "application/json", 400, "bad_request"),
    ("half a character", '{"typed": {"identity.other_names": "\\ud800"}}', "application/json", 400, "bad_request"),
    ("a NUL", '{"typed": {"identity.other_names": "a\\u0000b"}}', "application/json", 400, "bad_request"),
    ("no number", '{"typed": NaN}', "application/json", 400, "bad_request"),
    ("the same name twice", '{"typed": {}, "typed": {}}', "application/json", 400, "bad_request"),
    ("too deep", '{"typed": ' + "[" * 100_000 + "]" * 100_000 + "}", "application/json", 400, "bad_request"),
    ("digits without end", '{"typed": ' + "9" * 5000 + "}", "application/json", 400, "bad_request"),
    ("not UTF-8", b'{"typed": {"a": "\xff"}}', "application/json", 400, "bad_request"),
    ("nothing", "", "application/json", 422, "unprocessable"),
    ("null", "null", "application/json", 422, "unprocessable"),
    ("a list", "[]", "application/json", 422, "unprocessable"),
    ("an unknown name", '{"tiped": {}}', "application/json", 422, "unprocessable"),
    ("a number for a text", '{"typed": {"identity.other_names": 5}}', "application/json", 422, "unprocessable"),
    ("a text for a yes", '{"done": {"identity": "true"}}', "application/json", 422, "unprocessable"),
    ("too long", json.dumps({"typed": {PHONE: LONG}}), "application/json", 422, "unprocessable"),
    ("a long path", json.dumps({"typed": {"p" * 200: "x"}}), "application/json", 422, "unprocessable"),
    ("too many", json.dumps({"typed": {f"p{n}": "" for n in range(7000)}}), "application/json", 422, "unprocessable"),
    ("too large", " " * 5_000_000, "application/json", 413, "request_too_large"),
    ("text", "{}", "text/plain", 415, "wrong_content_type"),
    ("a form", "typed=1", "application/x-www-form-urlencoded", 415, "wrong_content_type"),
    ("a strange path", json.dumps({"typed": {"..": "x"}}), "application/json", 409, "no_such_field"),
    ("a strange section", json.dumps({"done": {"nothing": True}}), "application/json", 409, "no_such_field"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_a_bad_body_is_refused_and_breaks_nothing(world, body, kind, status, code):
    draft = world.draft({PHONE: "0912345678"})
    settle()
    an = Program("an")
    answer = an.client.generic("PATCH", f"{ROOT}/changes/{draft.pk}", body, kind, headers=an.headers)
    said = refused(answer, status, code)
    assert LONG[:1000] not in answer.content.decode() and len(said["title"]) < 200
    draft.refresh_from_db()
    assert draft.revision == 1


ADDRESSES = [
    ("/changes?after=x", 422, "bad_cursor"),
    ("/changes?after=WzFd", 422, "bad_cursor"),
    ("/changes?after=WyJhIl0", 422, "bad_cursor"),
    ("/queue?after=WyJhIiwgImIiXQ", 422, "bad_cursor"),
    ("/changes?limit=0", 422, "unprocessable"),
    ("/changes?limit=1000", 422, "unprocessable"),
    ("/changes?limit=x", 422, "unprocessable"),
    ("/changes?page=2", 422, "unprocessable"),
    ("/queue?due=yesterday", 422, "unprocessable"),
    ("/queue?text=%00", 400, "bad_request"),
    ("/queue?text=" + "x" * 101, 422, "unprocessable"),
    ("/code-lists/nothing", 404, None),
    ("/forms/nothing/schema", 404, "no_such_form"),
    ("/records/not-an-id", 404, "not_found"),
    (f"/records/{NOBODY}", 404, "no_such_record"),
    (f"/evidence/{NOBODY}/pages/99999999999999999999", 404, None),
    (f"/records/{NOBODY}?seq=99999999999999999999", 422, "unprocessable"),
    (f"/rounds/{NOBODY}/agencies/{NOBODY}/waiting", 404, None),
]


@pytest.mark.parametrize(("path", "status", "code"), ADDRESSES, ids=[each[0][:40] for each in ADDRESSES])
def test_a_bad_address_is_refused(world, path, status, code):
    settle()
    refused(Program("binh")("get", path), status, code)


def test_a_body_without_a_length_a_wrong_method_and_a_database_that_is_away(world, monkeypatch):
    settle()
    an = Program("an")
    chunked = an.client.post(
        f"{ROOT}/verify", **{"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO()}
    )
    refused(chunked, 411, "length_required")
    wrong = an("put", "/me", {})
    refused(wrong, 405, "method_not_allowed")
    assert wrong["Allow"] == "GET"

    def away(*given, **more):
        raise OperationalError("gone")

    monkeypatch.setattr("hoso.changes.queries.mine", away)
    answer = an("get", "/changes")
    refused(answer, 503, "unavailable")
    assert answer["Retry-After"]


def test_files_are_looked_at_by_their_content(world):
    draft = world.draft({PHONE: "0912345678"})
    settle()
    an = Program("an")
    place = f"/changes/{draft.pk}/evidence"
    refused(an("post", place, files={"scan": upload("a.pdf", b"not"), "paths": ["identity"]}), 422, "not_accepted_type")
    refused(an("post", place, files={"scan": upload("a.png", SCAN), "paths": ["nothing"]}), 409, "no_such_field")
    refused(an("post", place, files={"paths": ["identity"]}), 422, "unprocessable")
    refused(an("post", place, files={"scan": upload("a.png", SCAN), "paths": ["a\0b"]}), 400, "bad_request")
    refused(an("post", place, {"scan": "x"}), 415, "wrong_content_type")
    huge = {"scan": upload("a.png", b"x" * (21 * 1024 * 1024)), "paths": ["identity"]}
    refused(an("post", place, files=huge), 413, "request_too_large")
    for path, code in (("header.portrait_photo", "agency_fills"), (PHONE, "no_such_field"), ("..", "no_such_field")):
        image = {"image": upload("a.png", SCAN), "path": path}
        refused(an("post", f"/changes/{draft.pk}/image", files=image), 409, code)
    binh = Program("binh")
    theirs = binh.do(f"/records/{world.record.pk}/drafts", {"agency": True}, status=201)
    image = {"image": upload("a.png", SCAN), "path": "header.portrait_photo"}
    assert binh.do(f"/changes/{theirs['id']}/image", files=image, status=201)["paths"] == ["header.portrait_photo"]
    scan = an.do(place, files={"scan": upload("a.png", SCAN), "paths": ["identity"]}, status=201)
    an.do(f"/evidence/{scan['id']}", method="delete", status=204)
    bad = Client().post(f"{ROOT}/verify", {"pdf": upload("a.pdf", b"x"), "digest": "x"})
    refused(bad, 422, "unprocessable")


# How a refusal reads


def test_a_refusal_speaks_vietnamese_or_english(world):
    stranger = Program()
    assert refused(stranger("get", "/me"), 401, "sign_in_first")["title"] == "Bạn cần đăng nhập."
    english = stranger("get", "/me", **{"Accept-Language": "en"})
    assert "sign in" in refused(english, 401, "sign_in_first")["title"].lower()
    assert english["Content-Language"] == "en"


def test_every_code_of_the_api_has_its_sentence():
    for file in Path(api.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        named = re.findall(r'(?:Refused|NotAllowed|NotFound|Invalid|TooMany|SignInFirst)\("(\w+)"', text)
        named += re.findall(r'problem\(\d+, "(\w+)"', text)
        for code in named:
            assert code in refusals.SENTENCES, (file.name, code)


def test_the_description_is_openapi_and_describes_every_operation():
    described = api.description()
    assert described["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    shapes = re.findall(
        r"^class (\w+)\(", "\n".join(map(Path.read_text, Path(api.__file__).parent.glob("*.py"))), re.MULTILINE
    )
    assert len(set(shapes)) == len(shapes)  # the description has one shape for a name
    for method, path, operation in operations():
        assert operation.get("description"), (method, path)
        assert "application/problem+json" in operation["responses"]["default"]["content"], (method, path)
        assert ("security" in operation) == (
            (method, path) not in PUBLIC or (method in ("post", "delete") and path.startswith("/session"))
        )
    for name, schema in described["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert name
    for form in FORMS:
        jsonschema.Draft202012Validator.check_schema(Client().get(f"{ROOT}/forms/{form}/schema").json())


def test_code_lists_are_searched_without_marks(world):
    settle()
    an = Program("an")
    assert {"country", "commune"} <= {each["name"] for each in an.ask("/code-lists")}
    assert an.ask("/code-lists/country?q=viet nam")[0]["code"] == "VN"
    assert len(an.ask("/code-lists/commune?q=an&limit=3")) == 3


# What is protected


def test_nothing_protected_of_others_without_a_purpose(scene):
    form = FORMS[scene.record.changes.first().form]
    held = records.head_document(scene.record)
    secret = {
        value
        for leaf in walk(form)
        if leaf.tier is Tier.PROTECTED
        for _, value in find(held, leaf.path)
        if isinstance(value, str) and len(value) > 6 and "@" not in value
    }
    common = {value for leaf in walk(form) if leaf.tier is not Tier.PROTECTED for _, value in find(held, leaf.path)}
    secret -= common
    assert len(secret) > 5
    for who in ("binh", "chi", "dung"):
        program = Program(who)
        for method, path, operation in operations():
            if method == "get":
                answer = sent(program, method, path, operation, scene.ids)
                body = json.dumps(answer.json(), ensure_ascii=False) if "json" in answer["Content-Type"] else ""
                assert not [value for value in secret if value in body], (who, path)
    binh = Program("binh")
    record = f"/records/{scene.record.pk}"
    assert binh.ask(record)["document"]["identity"]["religion"] == {"masked": "protected"}
    asked = {"seq": 1, "path": PROTECTED}
    for purpose, said in (({"code": "curiosity"}, "purpose_missing"), ({"code": "other"}, "purpose_text_missing")):
        refused(binh("post", f"{record}/reveal", asked | {"purpose": purpose}), 409, said)
    opened = binh.do(f"{record}/reveal", asked | {"purpose": {"code": "other", "text": "Lập báo cáo"}})
    assert opened["value"] == held["identity"]["religion"]
    event = Event.objects.filter(action="record.revealed").latest("pk")
    assert event.purpose == "Công việc khác: Lập báo cáo" and event.data["paths"] == [PROTECTED]
    assert Program("an").ask(record)["document"] == held


def test_a_draft_on_behalf_hides_what_is_protected_from_others(world, now):
    change = changes.open_draft(world.record.pk, agency=False, on_behalf=True, copy_of=None, by=world.binh, at=NOON)
    typed = {PROTECTED: "Không phải tôn giáo nào đâu", PHONE: "0912345678"}
    changes.save(change.pk, typed=typed, seen={}, done={}, by=world.binh, at=NOON)
    settle()
    draft = Program("binh").ask(f"/changes/{change.pk}")
    assert PROTECTED in draft["hidden"] and "tôn giáo nào đâu" not in json.dumps(draft, ensure_ascii=False)
    assert draft["typed"][PHONE] == "0912345678"
    said = Program("binh")("patch", f"/changes/{change.pk}", {"typed": {PROTECTED: "Khác"}, "seen": {PROTECTED: "x"}})
    assert refused(said, 409, "stale_edit")["clashes"][0]["theirs"] is None


def test_a_guess_at_what_is_hidden_is_logged_and_the_person_sees_it(world, now):
    world.accepted()
    change = changes.open_draft(world.record.pk, agency=False, on_behalf=True, copy_of=None, by=world.binh, at=NOON)
    for text in ("Đoán lần một", "Đoán lần hai"):
        changes.save(change.pk, typed={PROTECTED: text}, seen={PROTECTED: "x"}, done={}, by=world.binh, at=NOON)
    changes.save(change.pk, typed={PHONE: "0912345678"}, seen={}, done={}, by=world.binh, at=NOON)
    probes = Event.objects.filter(action="record.probed", account=str(world.binh.pk))
    assert [each.data["sections"] for each in probes] == [["identity"]] * 2
    assert list(looks(world.an.person_id).filter(action="record.probed")) == list(probes.order_by("-pk"))


def test_what_is_read_of_others_is_logged(scene):
    def count(action):
        return Event.objects.filter(action=action, account=str(scene.binh.pk)).count()

    binh, record = Program("binh"), f"/records/{scene.record.pk}"
    binh.ask(record)
    binh.ask(f"{record}/versions")
    binh.ask(f"{record}/differences?since=1&until=2")
    binh.ask("/queue")
    assert count("record.read") == 2 and count("record.compared") == 1 and count("list.read") == 1
    Program("an").ask(record)
    assert not Event.objects.filter(action="record.read", account=str(scene.an.pk)).exists()


# What it costs


def test_lists_go_on_page_by_page(world, now):
    for number in range(5):
        world.submitted({"identity.other_names": f"Lan {number}"} if number else None)
        world.decide(world.record.changes.get(status="submitted"), ACCEPT)
    settle()
    an, found, after = Program("an"), [], ""
    while True:
        page = an.ask(f"/records/{world.record.pk}/versions?limit=2" + (f"&after={after}" if after else ""))
        found += [each["seq"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == [5, 4, 3, 2, 1]
    first = an.ask("/changes?limit=3")
    rest = an.ask(f"/changes?limit=3&after={first['next']}")
    ids = [each["id"] for each in (*first["items"], *rest["items"])]
    assert len(set(ids)) == 5 and ids == sorted(ids, reverse=True) and rest["next"] is None


def test_more_rows_cost_no_more_queries(world, now):
    world.accepted()
    world.accepted({PHONE: "0986204715"})
    round_ = world.round()
    settle()
    record = world.record.pk
    pages = {
        "record": (world.binh, f"{ROOT}/records/{record}"),
        "versions": (world.binh, f"{ROOT}/records/{record}/versions"),
        "differences": (world.binh, f"{ROOT}/records/{record}/differences?since=1&until=2"),
        "changes": (world.an, f"{ROOT}/changes"),
        "queue": (world.binh, f"{ROOT}/queue"),
        "waiting": (world.chi, f"{ROOT}/rounds/{round_.pk}/agencies/{world.nnmt.pk}/waiting"),
        "rounds": (world.dung, f"{ROOT}/rounds"),
    }
    crowd(world, 0, 2)
    few = {name: counted(*page) for name, page in pages.items()}
    crowd(world, 2, 8)
    world.accepted({"identity.other_names": "Lan"})
    many = {name: counted(*page) for name, page in pages.items()}
    for name, count in few.items():
        assert count == many[name], name
        assert sum(many[name].values()) < 30, many[name]


def crowd(world, since, until):
    """People of the agency: each with a version, and a change that waits."""
    for number in range(since, until):
        account = world._person(
            f"Người {number}", f"0220800{number:05}", "1980-01-15", "M", world.thuyloi, "Chuyên viên"
        )
        record = changes.expect_entry(account, by=world.system, at=NOON)
        for text in (None, {PHONE: f"09120000{number:02}"}):
            change = changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=account, at=NOON)
            typed = text or first_entry(change_queries.work(change, on=NOON.date()))
            changes.save(change.pk, typed=typed, seen={}, done={}, by=account, at=NOON)
            changes.attach(
                change.pk,
                data=SCAN,
                name="a.png",
                title="",
                paths=list(FORMS[change.form].model_fields),
                by=account,
                at=NOON,
            )
            changes.submit(change.pk, declared=True, sign=None, by=account, at=NOON)
            if text is None:
                changes.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=0, by=world.binh, at=NOON)
    Account.objects.update(must_change_password=False)
