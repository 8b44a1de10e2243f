"""Written consent opens exactly the sections it names, for its days, and nothing else."""

import json
import re
from datetime import date, timedelta
from itertools import product

import pytest
from django.urls import reverse

from hoso.access import actions as access
from hoso.access import queries
from hoso.access.models import Account, Consent
from hoso.access.rules import (
    Asked,
    BasisKind,
    ConsentState,
    Paper,
    consent_state,
    why_not_answer,
    why_not_consent,
    why_not_withdraw,
)
from hoso.audit.models import Event
from hoso.base.clock import day
from hoso.base.errors import NotAllowed, NotFound
from hoso.records import actions as records
from hoso.records import queries as record_queries
from hoso.records.purposes import Purpose
from tests.world import NOON, SCAN, refused

TODAY = date(2026, 11, 10)
LAST = date(2026, 12, 10)
LETTER = Paper(BasisKind.CONSENT, "31/CV-SNNMT", TODAY, data=SCAN, name="dong-y.png")
GOOD = Asked(
    own=False, reader_is_giver=False, reader_is_person=False, reader_in_use=True, sections=1, purpose="Xét tuyển",
    since=TODAY, until=LAST, has_file=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({}, None),
        ({"own": True}, "own_record"),
        ({"reader_is_giver": True}, "own_grant"),
        ({"reader_is_person": True}, "reads_own_already"),
        ({"reader_in_use": False}, "no_such_account"),
        ({"sections": 0}, "no_section_chosen"),
        ({"purpose": " "}, "consent_purpose_missing"),
        ({"since": TODAY - timedelta(days=1)}, "begins_in_the_past"),
        ({"until": TODAY - timedelta(days=1)}, "ends_before_it_begins"),
        ({"has_file": False}, "consent_file_missing"),
    ],
)
def test_what_an_authority_may_consent_to(what, code):
    assert why_not_consent(GOOD._replace(**what), TODAY) == code


class Row:
    def __init__(self, needs, agreed, refused_, withdrawn):
        self.needs_person, self.since, self.until = needs, TODAY, LAST
        self.agreed_at, self.refused_at, self.withdrawn_at = agreed or None, refused_ or None, withdrawn or None


@pytest.mark.parametrize("row", [Row(*each) for each in product((0, 1), repeat=4)])
@pytest.mark.parametrize("on", [TODAY - timedelta(days=1), TODAY, LAST, LAST + timedelta(days=1)])
def test_a_consent_is_in_force_only_given_agreed_not_refused_not_withdrawn_in_its_days(row, on):
    state = consent_state(row, on)
    said_yes = (not row.needs_person or row.agreed_at) and not row.refused_at and not row.withdrawn_at
    assert (state == ConsentState.IN_FORCE) == bool(said_yes and TODAY <= on <= LAST)
    assert (why_not_answer(row, on) is None) == (state == ConsentState.WAITING)
    running = state in (ConsentState.WAITING, ConsentState.TO_COME, ConsentState.IN_FORCE)
    assert (why_not_withdraw(row, on) is None) == running


def let(world, *, sections=("salary",), protected=False, by=None, reader=None, personnel=False, record=None, **more):
    at = more.pop("at", NOON)
    letter = LETTER._replace(date=min(TODAY, day(at)))
    said = {"since": TODAY, "until": LAST, "purpose": "Hiệp y bổ nhiệm", "basis": letter} | more
    return records.let_read(
        (record or world.record).pk, reader=reader or world.em, sections=sections, protected=protected,
        personnel_work=personnel, by=world.fresh(by or world.chi), at=at, **said,
    )  # fmt: skip


def sight(world, reader=None, on=TODAY):
    found = record_queries.held(world.record.pk)
    return record_queries.sight(world.fresh(reader or world.em), found, on=on)


def test_silence_is_no_consent(world):
    consent = let(world)
    assert consent.needs_person and not sight(world).is_any
    with refused("not_allowed"):
        record_queries.readable(world.record.pk, world.em, on=TODAY)
    for other in (world.em, world.chi, world.binh):
        with pytest.raises(NotFound):
            access.agree(consent.pk, by=other, at=NOON)
    access.agree(consent.pk, by=world.an, at=NOON)
    assert sight(world).sections == {"salary": False}
    with refused("answered_already"):
        access.refuse(consent.pk, by=world.an, at=NOON)
    assert sight(world, on=LAST).is_any and not sight(world, on=LAST + timedelta(days=1)).is_any


def test_what_is_refused_never_opens(world):
    consent = let(world)
    access.refuse(consent.pk, by=world.an, at=NOON)
    with refused("answered_already"):
        access.agree(consent.pk, by=world.an, at=NOON)
    assert not sight(world).is_any


@pytest.mark.parametrize("who", ["an", "chi"])
def test_the_person_and_the_authority_withdraw_at_any_time(world, who):
    consent = let(world)
    access.agree(consent.pk, by=world.an, at=NOON)
    by = world.fresh(getattr(world, who))
    with refused("not_allowed"):
        access.withdraw_consent(consent.pk, reason="", by=world.fresh(world.binh), at=NOON)
    access.withdraw_consent(consent.pk, reason="Không còn cần", by=by, at=NOON)
    assert not sight(world).is_any
    with refused("ended_already"):
        access.withdraw_consent(consent.pk, reason="", by=by, at=NOON)


def test_for_personnel_work_the_authority_agrees_alone(world):
    consent = let(world, personnel=True)
    assert sight(world).sections == {"salary": False}
    with refused("consent_needs_no_answer"):
        access.agree(consent.pk, by=world.an, at=NOON)
    with refused("not_yours_to_withdraw"):
        access.withdraw_consent(consent.pk, reason="", by=world.an, at=NOON)


def test_only_the_authority_consents_and_never_in_its_own_cause(world):
    for other in (world.binh, world.em, world.an, world.dung):
        with pytest.raises(NotAllowed):
            let(world, by=other)
    with refused("own_grant"):
        let(world, reader=world.chi)
    with refused("reads_own_already"):
        let(world, reader=world.an)
    with refused("no_such_field"):
        let(world, sections=("salary", "everything"))
    with refused("consent_file_missing"):
        let(world, basis=LETTER._replace(data=None))
    from hoso.changes import actions as changes

    own = changes.expect_entry(world.chi, by=world.system, at=NOON)
    with refused("own_record"):
        let(world, record=own)
    assert let(world, by=world.giang)
    assert not Consent.objects.exclude(given_by=world.giang).exists()


@pytest.fixture
def read(world, monkeypatch):
    """An's record with two versions; Em may read the salary and the health of it, the health with what is protected."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715"})
    world.record.refresh_from_db()
    let(world, personnel=True)
    let(world, sections=("health",), protected=True, personnel=True, purpose="Giám định sức khỏe")
    Account.objects.update(must_change_password=False)
    return world


def secrets_of(world):
    """Every text of An's record outside the two sections that is long enough to be found, and what is protected."""
    document = record_queries.head_document(world.record)
    inside = json.dumps({key: document[key] for key in ("salary", "health")}, ensure_ascii=False)

    def texts(node):
        if isinstance(node, dict):
            return [text for each in node.values() for text in texts(each)]
        if isinstance(node, list):
            return [text for each in node for text in texts(each)]
        return [str(node)]

    outside = {text for key, each in document.items() if key not in ("salary", "health") for text in texts(each)}
    shown = {"Nguyễn Thị An", "Chi cục Thủy lợi", "Sở Nông nghiệp và Môi trường"}
    return {
        text for text in outside if len(text) > 7 and text not in inside and not any(text in each for each in shown)
    }


def test_a_consent_opens_its_sections_and_nothing_else_anywhere(read, client):
    client.force_login(read.fresh(read.em))
    record = read.record.pk
    own = {
        name: client.get(address)
        for name, address in {
            "record": reverse("record", args=[record]),
            "first version": reverse("version", args=[record, 1]),
            "versions": reverse("versions", args=[record]),
            "compare": reverse("compare", args=[record]) + "?tu=0&den=1",
            "story": reverse("record-story", args=[record]),
            "consents": reverse("consents"),
            "api": f"/api/v1/records/{record}",
            "api versions": f"/api/v1/records/{record}/versions",
            "api differences": f"/api/v1/records/{record}/differences?since=0&until=2",
        }.items()
    }
    planted = secrets_of(read)
    assert len(planted) > 60
    for name, response in own.items():
        assert response.status_code == 200, name
        body = response.content.decode()
        assert [text for text in planted if text in body] == [], name
        assert "0986204715" not in body, name
    text = own["record"].content.decode()
    assert re.findall(r'<section class="record-section[^"]*" id="(\w+)"', text) == ["salary", "health"]
    assert "Văn thư" not in text and "Phiên bản 2" not in own["versions"].content.decode()
    assert set(own["api"].json()["document"]) == {"salary", "health"}
    assert set(own["api"].json()["levels"]) == {"salary", "health"}
    closed = ("record-evidence", "portrait")
    shut = [*(reverse(name, args=[record]) for name in closed), reverse("compare", args=[record]) + "?tu=1&den=2"]
    assert [client.get(address).status_code for address in shut] == [403, 404, 404]
    assert "Nguyễn Thị An" not in client.get(reverse("people")).content.decode()
    assert "Nguyễn Thị An" not in client.get(reverse("find") + "?q=nguyen thi an").content.decode()


ASSESSMENT = Purpose("other", "Giám định")


def test_what_is_protected_opens_where_the_consent_says_so_for_a_purpose_and_the_person_sees_it(read):
    asked = {"seq": 2, "by": read.fresh(read.em), "at": NOON}
    path = "health.health_status"
    with refused("purpose_missing"):
        records.reveal(read.record.pk, path=path, purpose=Purpose(), **asked)
    assert records.reveal(read.record.pk, path=path, purpose=ASSESSMENT, **asked)
    for closed in ("identity.citizen_id_number", "economy.house_owned_type", "salary.salary_coefficient"):
        with refused("not_allowed"):
            records.reveal(read.record.pk, path=closed, purpose=ASSESSMENT, **asked)
    event = Event.objects.filter(action="record.revealed").latest("pk")
    assert (event.person, event.basis) == (str(read.an.person_id), "31/CV-SNNMT ngày 10/11/2026")
    assert not event.role and event.data["consents"]
    page = str(records.print_form(read.record.pk, seq=None, purpose=ASSESSMENT, by=read.fresh(read.em), at=NOON)[:5])
    assert "%PDF" in page
    printed = Event.objects.filter(action="record.printed").latest("pk")
    assert printed.data["sections"] == ["health", "salary"]
    assert printed.data["paths"] and all(each.startswith("health.") for each in printed.data["paths"])


def test_who_is_concerned_sees_the_consent_and_its_scan_and_nobody_else(world, client, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    consent = let(world)
    Account.objects.update(must_change_password=False)
    for account, expected in (
        (world.an, 200),
        (world.em, 200),
        (world.chi, 200),
        (world.giang, 200),
        (world.phuc, 404),
    ):
        client.force_login(world.fresh(account))
        assert client.get(reverse("consent", args=[consent.pk])).status_code == expected, account
    client.force_login(world.fresh(world.an))
    assert "1 văn bản chờ bạn trả lời" in client.get(reverse("my-consents")).content.decode()
    scan = reverse("basis-page", args=[consent.basis_id, 1])
    assert client.get(scan)["Content-Type"] == "image/webp"
    assert client.post(reverse("agree", args=[consent.pk])).status_code == 302
    assert queries.consents_at_a_glance(world.an, on=TODAY) == (1, 0, 0)
    client.force_login(world.fresh(world.dung))
    assert client.get(scan).status_code == 404
    assert Event.objects.filter(action="basis.read").count() == 1
