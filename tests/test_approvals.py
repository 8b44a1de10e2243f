"""The month: what was verified is confirmed by the head, signed by the leader, sealed by the department."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hoso.approvals import actions, queries, rules
from hoso.approvals.models import Confirmation, Manifest, ManifestLine, Round, SentBack
from hoso.approvals.rules import Level
from hoso.audit.models import Event
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.duties.models import Obligation
from hoso.orgs.models import Organization
from hoso.records.models import Record
from hoso.signing import queries as signing
from hoso.signing.cms import cms_sign
from hoso.signing.verify import examine
from tests.authority import PASSPHRASE, office
from tests.world import ACCEPT, CONFIRM_DAY, NOON, SCAN, SIGN_DAY, World, first_entry, refused

PHONE = "identity.contact_phone"
LATE = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def signer(settings, tmp_path, db):
    """The node's own authority; asked for before the world, whose keys lie in the same place."""
    return office(settings, tmp_path, NOON)


@pytest.fixture
def month(signer):
    """An's first entry is accepted; November's round is open; Dũng has a certificate."""
    world = World()
    world.signer = signer
    world.certificate = signer.register(world.dung, by=world.system)
    world.accepted()
    world.record.refresh_from_db()
    return world


def waiting(world, officer=None, agency=None, *, at=CONFIRM_DAY, round_=None):
    officer = world.fresh(officer or world.chi)
    return queries.waiting_for(agency or world.nnmt, officer, round_ or world.round(), on=at.date())


def confirm(world, rows=None, officer=None, agency=None, *, at=CONFIRM_DAY, round_=None, sign=None):
    officer, agency, round_ = world.fresh(officer or world.chi), agency or world.nnmt, round_ or world.round()
    rows = waiting(world, officer, agency, at=at, round_=round_) if rows is None else rows
    return actions.confirm(
        round_.pk,
        agency=agency,
        version_ids=[each.version.pk for each in rows],
        statement=True,
        sign=sign,
        by=officer,
        at=at,
    )


def built(world, *, at=SIGN_DAY, round_=None, by=None):
    return actions.build((round_ or world.round()).pk, by=world.fresh(by or world.dung), at=at)


def signed(world, manifest=None, *, at=SIGN_DAY, by=None, issued=None):
    manifest = manifest or built(world, at=at, by=by)
    p12 = (issued or world.certificate).p12
    by = world.fresh(by or world.dung)
    return actions.sign_with_pkcs12(manifest.pk, p12=p12, passphrase=PASSPHRASE, by=by, at=at)


def change(world, phone="0912000111", *, at=NOON):
    """An's next change, accepted."""
    return world.accepted({PHONE: phone}, at=at)


def test_a_confirmed_version_is_listed_signed_and_sealed(month):
    confirm(month)
    manifest = signed(month)
    assert (manifest.status, manifest.count, manifest.number) == ("sealed", 1, "11/2026-BK")
    found = examine(queries.signed_pdf(manifest), trust=signing.trust(), at=SIGN_DAY, most_bytes=10**8)
    assert found.verdict == "valid"
    assert [each.who.name for each in found.signatures] == ["Phạm Quốc Dũng", "Sở Nội vụ"]
    month.record.refresh_from_db()
    line = rules.covers(found.manifest, month.record.head_digest)
    assert (line.name, line.version) == ("Nguyễn Thị An", 1)
    assert rules.covers(found.manifest, "0" * 64) is None
    said = rules.summary(found.manifest)
    assert (said.number, said.month, said.records, said.agencies) == ("11/2026-BK", "2026-11", 1, 1)
    assert manifest.lines_digest == found.manifest["lines_digest"]
    assert queries.levels(month.record) == {1: Level.SIGNED}
    assert queries.covered(month.record.versions.get()).manifest == manifest
    events = Event.objects.filter(object__contains=str(manifest.pk)).order_by("pk")
    actions_logged = list(events.values_list("action", flat=True))
    assert actions_logged == ["manifest.built", "manifest.signed", "manifest.sealed"]


def test_the_level_of_every_version_listed_rises_and_of_no_other(month):
    assert queries.levels(month.record) == {1: Level.ACCEPTED}
    confirm(month)
    assert queries.levels(month.record) == {1: Level.CONFIRMED}
    manifest = built(month)
    assert queries.levels(month.record) == {1: Level.CONFIRMED}, "a manifest counts once it is sealed"
    signed(month, manifest)
    change(month, at=SIGN_DAY)
    month.record.refresh_from_db()
    levels = queries.levels(month.record)
    assert levels == {1: Level.SIGNED, 2: Level.ACCEPTED}
    parts = queries.part_levels(month.record.versions.get(seq=2).parts, levels)
    assert parts["identity"] == Level.ACCEPTED
    assert parts["work"] == Level.SIGNED


def test_what_was_signed_stays_whatever_the_application_tries(month):
    confirm(month)
    signed(month)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("hoso_app",)
    for statement in TAMPERING:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


TAMPERING = (
    "UPDATE approvals_manifestline SET digest = ''",
    "DELETE FROM approvals_manifestline",
    "TRUNCATE approvals_manifestline",
    "UPDATE approvals_confirmation SET seq = 2",
    "DELETE FROM approvals_confirmation",
    "DELETE FROM approvals_sentback",
    "UPDATE approvals_manifest SET status = 'built'",
    "UPDATE approvals_manifest SET count = 0",
    "DELETE FROM approvals_manifest",
    "UPDATE approvals_round SET closed_at = NULL, closed_by_id = NULL",
    "DELETE FROM approvals_round",
    """INSERT INTO approvals_manifestline (manifest_id, record_id, version_id, seq, digest, agency_id)
       SELECT m.id, (SELECT id FROM records_record WHERE id <> c.record_id LIMIT 1), c.version_id, 9, '', c.agency_id
       FROM approvals_manifest m, approvals_confirmation c""",
    """INSERT INTO approvals_confirmation (id, seq, digest, role, basis, batch, signature, confirmed_at, agency_id,
       confirmed_by_id, record_id, round_id, version_id)
       SELECT gen_random_uuid(), 9, digest, role, basis, batch, '', confirmed_at, agency_id,
       confirmed_by_id, gen_random_uuid(), round_id, version_id FROM approvals_confirmation""",
)


def test_nobody_confirms_or_signs_before_the_window_opens(month):
    before = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    with refused("window_not_open"):
        confirm(month, at=before)
    confirm(month)
    with refused("window_not_open"):
        built(month, at=CONFIRM_DAY)


def test_the_windows_are_whole_days_in_vietnam(month):
    first = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # midnight in Vietnam, the 24th
    with refused("window_not_open"):
        confirm(month, at=first - timedelta(seconds=1))
    confirm(month, at=first)
    with refused("window_not_open"):
        built(month, at=datetime(2026, 11, 25, 16, 59, tzinfo=UTC))
    signed(month, at=datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC))


def test_after_the_month_only_a_late_round_goes_on(month):
    with refused("window_closed"):
        confirm(month, at=LATE)
    late = actions.open_round("2026-11", by=month.fresh(month.dung), at=LATE)
    assert (late.late, late.supplement) == (True, 1)
    assert actions.open_round("2026-11", by=month.fresh(month.dung), at=LATE) == late
    confirm(month, at=LATE, round_=late)
    manifest = signed(month, built(month, at=LATE, round_=late), at=LATE)
    assert manifest.number == "11/2026-BK-BS1"
    data = examine(queries.signed_pdf(manifest), trust=signing.trust(), at=LATE, most_bytes=10**8).manifest
    assert (data["late"], data["supplement"]) == (True, 1)
    assert late in queries.rounds()
    with refused("month_not_begun"):
        actions.open_round("2027-01", by=month.fresh(month.dung), at=LATE)
    with refused("not_allowed"):
        actions.open_round("2026-11", by=month.fresh(month.chi), at=LATE)


def test_the_only_head_does_not_confirm_her_own_line_the_next_agency_up_does(month):
    department = month.node.home_affairs
    head = month._person("Đỗ Mạnh Hùng", "022065000321", "1965-02-02", "M", department, "Giám đốc")
    month.grant(head, "agency_head", department)
    accept_entry_of(month, month.chi)
    mine = {each.version.record.person.full_name: each.blocked for each in waiting(month)}
    assert mine == {"Nguyễn Thị An": "", "Lê Thị Kim Chi": "own_record"}
    above = waiting(month, head, department)
    assert [(each.version.record.person.full_name, each.blocked, each.from_below) for each in above] == [
        ("Lê Thị Kim Chi", "", month.nnmt)
    ]
    own = [each for each in waiting(month) if each.blocked]
    assert own[0].goes_to == department
    with refused("own_record"):
        confirm(month, own)
    row = confirm(month, above, head, department)[0]
    assert (row.agency, row.role, row.confirmed_by) == (department, "agency_head", head)
    confirm(month, [each for each in waiting(month) if not each.blocked])
    manifest = signed(month)
    agencies = {line.record.person.full_name: line.agency.name for line in queries.lines_of(manifest)}
    assert agencies["Lê Thị Kim Chi"] == "Sở Nông nghiệp và Môi trường", "the line stands with the agency that keeps it"


def test_a_delegate_confirms_the_heads_line_and_the_head_the_delegates(month):
    delegate = month._person("Ngô Văn Khoa", "022076000222", "1976-02-02", "M", month.nnmt, "Phó Giám đốc")
    month.grant(delegate, "head_delegate", month.nnmt)
    accept_entry_of(month, month.chi)
    accept_entry_of(month, delegate)

    def blocked(officer):
        rows = waiting(month, officer)
        return {each.version.record.person.full_name: each.blocked for each in rows if each.blocked}

    assert blocked(month.chi) == {"Lê Thị Kim Chi": "own_record"}
    assert blocked(delegate) == {"Ngô Văn Khoa": "own_record"}
    assert all(each.goes_to is None for each in waiting(month))


def test_nobody_below_confirms_the_heads_line(month):
    """The administrator may confirm in Quảng Ninh, but the head's line goes up."""
    accept_entry_of(month, month.chi, by=month.phuc)
    rows = {each.version.record.person.full_name: each.blocked for each in waiting(month, month.binh)}
    assert rows == {"Lê Thị Kim Chi": "goes_up", "Nguyễn Thị An": "own_acceptance"}


def accept_entry_of(world, account, *, by=None, at=NOON):
    """Somebody else's first entry, accepted by Bình (or by the deputy) as a whole."""
    record = changes.expect_entry(account, by=world.system, at=at)
    draft = changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=account, at=at)
    work = change_queries.work(draft, on=at.date())
    changes.save(draft.pk, typed=first_entry(work), seen={}, done={}, by=account, at=at)
    sections = sorted(work.form.model_fields)
    changes.attach(draft.pk, data=SCAN, name="a.png", title="Quyết định", paths=sections, by=account, at=at)
    changes.submit(draft.pk, declared=True, sign=None, by=account, at=at)
    verifier = world.fresh(by or world.binh)
    if by is not None:
        draft.refresh_from_db()
        draft.needs_deputy = True
        draft.save(update_fields=["needs_deputy"])
    changes.decide(draft.pk, answers=ACCEPT, paper_match=True, head_seq=0, by=verifier, at=at)
    return Record.objects.get(pk=record.pk)


def test_the_leaders_own_line_is_left_for_a_second_leader(month):
    month.grant(month.binh, "agency_admin", month.node.home_affairs)  # somebody verifies there, somebody confirms
    head = month._person("Đỗ Mạnh Hùng", "022065000321", "1965-02-02", "M", month.node.home_affairs, "Giám đốc")
    month.grant(head, "agency_head", month.node.home_affairs)
    second = month._person("Bùi Thị Nga", "022172000654", "1972-04-04", "F", month.node.home_affairs, "Phó Giám đốc")
    month.grant(second, "dept_leader", month.node.root)
    accept_entry_of(month, month.dung)
    confirm(month)
    confirm(month, officer=head, agency=month.node.home_affairs)
    assert queries.ready(month.round()).count() == 2
    manifest = signed(month)
    assert [line.record.person.full_name for line in queries.lines_of(manifest)] == ["Nguyễn Thị An"]
    supplement = actions.open_round("2026-11", by=month.fresh(second), at=SIGN_DAY)
    assert (supplement.supplement, supplement.late) == (1, False)
    with refused("nothing_ready"):
        built(month, round_=supplement)
    theirs = built(month, round_=supplement, by=second)
    with refused("own_record"):
        signed(month, theirs)
    issued = month.signer.register(second, by=month.system)
    assert signed(month, theirs, by=second, issued=issued).count == 1


def test_an_administrator_confirms_only_where_the_profile_lets_them(month):
    other = month.fresh(month.phuc)
    assert queries.confirmable_agencies(month.fresh(month.binh), on=CONFIRM_DAY.date()) == [month.nnmt]
    assert queries.confirmable_agencies(other, on=CONFIRM_DAY.date()) == [], "a deputy waits until the other is away"
    Organization.objects.filter(pk=month.nnmt.pk).update(profile="vn")
    assert queries.confirmable_agencies(month.fresh(month.binh), on=CONFIRM_DAY.date()) == []
    with refused("not_allowed"):
        confirm(month, officer=month.binh)


def test_the_same_hand_does_not_accept_and_confirm(month):
    assert [each.blocked for each in waiting(month, month.binh)] == ["own_acceptance"]
    with refused("own_acceptance"):
        confirm(month, officer=month.binh)


def test_somebody_of_another_agency_cannot_confirm(month):
    with refused("not_allowed"):
        actions.confirm(
            month.round().pk,
            agency=month.nnmt,
            version_ids=[month.record.versions.get().pk],
            statement=True,
            sign=None,
            by=month.fresh(month.em),
            at=CONFIRM_DAY,
        )
    assert not Confirmation.objects.exists()


def test_pay_post_discipline_and_planning_are_confirmed_one_by_one(month):
    confirm(month)
    signed(month)
    month.accepted({"position.current_position": "Phó Trưởng phòng"}, at=SIGN_DAY)
    accept_entry_of(month, month.binh, by=month.phuc)
    rows = waiting(month, at=SIGN_DAY)
    assert {each.version.record.person.full_name: each.alone for each in rows} == {
        "Nguyễn Thị An": True,
        "Trần Văn Bình": False,
    }
    with refused("look_at_each"):
        confirm(month, rows, at=SIGN_DAY)
    for each in rows:
        confirm(month, [each], at=SIGN_DAY)


def test_what_is_accepted_after_the_confirmation_waits_for_the_next_round(month):
    confirm(month)
    change(month, at=CONFIRM_DAY)
    again = waiting(month)
    assert [each.blocked for each in again] == ["confirmed_this_month"]
    with refused("confirmed_this_month"):
        confirm(month, again)
    manifest = signed(month)
    assert [line.seq for line in queries.lines_of(manifest)] == [1], "what was confirmed is signed"
    next_month = actions.open_round("2026-12", by=month.system, at=LATE)
    at = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)
    confirm(month, at=at, round_=next_month)
    assert [line.seq for line in queries.lines_of(signed(month, built(month, at=at, round_=next_month), at=at))] == [2]


def test_what_is_confirmed_after_the_signature_goes_into_a_supplement(month):
    confirm(month)
    first = signed(month)
    change(month, at=SIGN_DAY)
    assert [each.blocked for each in waiting(month, at=SIGN_DAY, round_=first.round)] == [""]
    row = confirm(month, at=SIGN_DAY, round_=first.round)[0]
    assert (row.round.supplement, row.round.late) == (1, False)
    second = signed(month, built(month, round_=row.round))
    assert second.number == "11/2026-BK-BS1"
    assert list(queries.signed_months("2026-11")) == [second, first]


def test_sent_back_keeps_the_version_and_asks_for_a_correction(month):
    row = waiting(month)[0]
    sent = actions.send_back(
        month.round().pk,
        agency=month.nnmt,
        version_id=row.version.pk,
        reason="Số điện thoại chưa đúng.",
        by=month.fresh(month.chi),
        at=CONFIRM_DAY,
    )
    month.record.refresh_from_db()
    assert month.record.head_seq == 1
    duty = Obligation.objects.get(rule="change.correct")
    assert (duty.subject_id, duty.role, duty.organization, duty.closed_at) == (
        row.version.pk,
        "agency_admin",
        month.nnmt,
        None,
    )
    assert "điện thoại".encode() not in bytes(sent.reason_sealed)
    assert [each.blocked for each in waiting(month)] == ["sent_back"]
    with refused("sent_back"):
        confirm(month, [row])
    with refused("sent_back_already"):
        actions.send_back(
            month.round().pk,
            agency=month.nnmt,
            version_id=row.version.pk,
            reason="Lại",
            by=month.fresh(month.chi),
            at=CONFIRM_DAY,
        )
    change(month, at=CONFIRM_DAY)
    confirm(month)
    duty.refresh_from_db()
    assert duty.closed_at == CONFIRM_DAY, "the corrected version was confirmed"


def test_a_return_at_month_end_needs_a_reason(month):
    with refused("reason_missing"):
        actions.send_back(
            month.round().pk,
            agency=month.nnmt,
            version_id=waiting(month)[0].version.pk,
            reason="  ",
            by=month.fresh(month.chi),
            at=CONFIRM_DAY,
        )
    assert not SentBack.objects.exists()


def test_tay_ninh_has_no_confirmation_by_heads(month):
    Organization.objects.update(profile="tay-ninh")
    assert queries.confirmable_agencies(month.fresh(month.chi), on=CONFIRM_DAY.date()) == []
    with refused("not_allowed"):
        confirm(month)
    manifest = signed(month)
    assert manifest.count == 1
    assert queries.levels(month.record) == {1: Level.SIGNED}


def test_confirming_twice_is_confirming_once(month):
    rows = waiting(month)
    first = confirm(month, rows)
    assert confirm(month, rows) == first
    assert Confirmation.objects.count() == 1


def test_a_page_that_is_older_than_the_record_confirms_nothing(month):
    rows = waiting(month)
    change(month, at=CONFIRM_DAY)
    with refused("record_moved_on"):
        confirm(month, rows)


def test_without_the_statement_or_without_anybody_nothing_is_confirmed(month):
    with refused("nobody_chosen"):
        confirm(month, [])
    with refused("statement_missing"):
        actions.confirm(
            month.round().pk,
            agency=month.nnmt,
            version_ids=[waiting(month)[0].version.pk],
            statement=False,
            sign=None,
            by=month.fresh(month.chi),
            at=CONFIRM_DAY,
        )


def test_a_head_with_a_certificate_confirms_by_signing(month):
    issued = month.signer.register(month.chi, by=month.system)
    other = month.signer.issue("Ai Đó")

    def by(which):
        return lambda data: cms_sign(
            data, which.p12, PASSPHRASE, at=CONFIRM_DAY, timestamper=signing.timestamper(CONFIRM_DAY)
        )

    with refused("signature_missing"):
        confirm(month)
    with refused("other_signer"):
        confirm(month, sign=by(other))
    row = confirm(month, sign=by(issued))[0]
    assert len(row.signature) > 1000


def test_a_crash_between_signature_and_seal_is_finished_by_whoever_comes(month):
    confirm(month)
    manifest = built(month)
    hidden = month.signer.home / "keys" / "department.pem"
    kept = hidden.read_bytes()
    hidden.unlink()
    with refused("seal_unavailable"):
        signed(month, manifest)
    manifest.refresh_from_db()
    assert manifest.status == "signed", "the leader's signature is kept"
    assert queries.levels(month.record) == {1: Level.CONFIRMED}
    assert list(actions.unfinished()) == [manifest]
    hidden.write_bytes(kept)
    sealed = actions.finish(manifest.pk, by=month.system, at=SIGN_DAY)
    assert (sealed.status, sealed.signed_by) == ("sealed", month.dung)
    again = actions.finish(manifest.pk, by=month.system, at=SIGN_DAY + timedelta(hours=1))
    assert (again.sealed_at, again.signed_sha256) == (sealed.sealed_at, sealed.signed_sha256)
    assert Event.objects.filter(action="manifest.sealed").count() == 1
    assert signed(month, manifest).signed_sha256 == sealed.signed_sha256, "the leader's second click"


def test_a_manifest_that_is_not_signed_is_replaced_and_a_signed_one_is_not(month):
    confirm(month)
    first = built(month)
    second = built(month)
    first.refresh_from_db()
    assert (first.status, second.status) == ("dropped", "built")
    with refused("cannot_sign_manifest_when_dropped"):
        signed(month, first)
    signed(month, second)
    with refused("round_closed"):
        built(month, round_=second.round)


def test_only_a_leader_builds_and_signs(month):
    confirm(month)
    with refused("not_allowed"):
        built(month, by=month.giang)
    manifest = built(month)
    with refused("not_allowed"):
        signed(month, manifest, by=month.giang)
    assert actions.export(manifest.pk, by=month.fresh(month.giang), at=SIGN_DAY)[1].startswith(b"%PDF-")
    with refused("not_allowed"):
        actions.export(manifest.pk, by=month.fresh(month.chi), at=SIGN_DAY)


def test_the_list_costs_the_same_however_many_wait(month):
    on, round_ = CONFIRM_DAY.date(), month.round()

    def count():
        officer = month.fresh(month.chi)
        with CaptureQueriesContext(connection) as caught:
            queries.one_line(queries.waiting_for(month.nnmt, officer, round_, on=on), officer, on=on)
        return len(caught)

    one = count()
    for account in (month.binh, month.phuc, month.chi):
        accept_entry_of(month, account, by=month.phuc if account is month.binh else month.binh)
    assert len(waiting(month)) == 4
    assert count() == one <= 14


def test_the_states_of_agencies_say_how_far_each_is(month):
    confirm(month)
    state = {each.agency.code: each for each in queries.agency_states(month.round())}["H49.NNMT"]
    assert (state.changed, state.confirmed, state.signed, state.pending) == (1, 1, 0, 0)
    first = signed(month)
    month.submitted({PHONE: "0912000222"}, at=SIGN_DAY)
    state = {each.agency.code: each for each in queries.agency_states(first.round)}["H49.NNMT"]
    assert (state.changed, state.confirmed, state.signed, state.pending) == (1, 1, 1, 1)
    assert [each.name for each in queries.pending(month.nnmt, month.chi, on=SIGN_DAY.date())] == ["Nguyễn Thị An"]


def test_manifests_and_rounds_are_counted_once(month):
    confirm(month)
    signed(month)
    assert (Manifest.objects.count(), ManifestLine.objects.count(), Round.objects.count()) == (1, 1, 1)
