"""What the store of records promises, proven as the application's own role: nothing that was kept is changed."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from hoso.audit.models import Event
from hoso.base.errors import NotAllowed
from hoso.changes.models import Decision
from hoso.records import actions, queries
from hoso.records.forms.grammar import Tier, walk
from hoso.records.models import Version
from hoso.records.purposes import NONE, Purpose
from hoso.records.versions import digest
from tests.world import NOON, refused

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
KEPT = (
    "records_version",
    "audit_event",
    "audit_seal",
    "audit_sealedevent",
    "changes_decision",
    "approvals_manifestline",
)


def forbidden(statement, *values):
    """The database refuses a statement, whatever the code would have done."""
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.database
@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_cannot_change_what_is_kept(world, table, statement):
    world.accepted()
    column = {"audit_seal": "count", "audit_sealedevent": "seal", "changes_decision": "path"}.get(table, "seq")
    column = "purpose" if table == "audit_event" else column
    forbidden(statement.format(table, column, column))


@pytest.mark.database
def test_the_application_cannot_take_the_lock_off(world):
    forbidden("ALTER TABLE records_version DISABLE TRIGGER append_only")
    forbidden("DROP TRIGGER append_only ON records_version")
    forbidden("SET session_replication_role = replica")


def test_a_version_holds_what_was_accepted_and_seals_what_is_protected(world):
    world.accepted()
    world.record.refresh_from_db()
    row = queries.version(world.record)
    kept = str(row.envelope)
    secret = [leaf for leaf in walk(queries.form_of(row)) if leaf.tier is Tier.PROTECTED and not leaf.table]
    whole = queries.document(row)
    assert whole["identity"]["religion"]
    for leaf in secret:
        section, name = leaf.path.split(".")
        value = whole.get(section, {}).get(name)
        if isinstance(value, str) and len(value) > 8 and "@" not in value:
            assert value not in kept, leaf.path
    assert digest(queries.sealed(row)) == row.digest == world.record.head_digest


def test_a_chain_of_versions_holds_and_says_where_it_breaks(world):
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715"})
    world.record.refresh_from_db()
    assert (world.record.head_seq, queries.chain_breaks(world.record)) == (2, None)
    world.record.head_digest = "0" * 64
    assert queries.chain_breaks(world.record) == 2


def test_a_version_that_changes_nothing_is_not_made(world):
    change = world.accepted()
    record = actions.lock(world.record.pk)
    with refused("nothing_changed"):
        actions.append_version(
            record,
            document=queries.head_document(record),
            form=change.form,
            change=change,
            organization=world.nnmt,
            by=world.binh,
            at=NOON,
        )


def test_levels_follow_from_what_others_signed(world):
    from hoso.approvals.queries import levels

    world.accepted()
    world.record.refresh_from_db()
    assert levels(world.record) == {1: 1}
    world.confirmed()
    assert levels(world.record) == {1: 2}


def test_only_the_person_sees_protected_values_without_asking(world):
    world.accepted()
    world.record.refresh_from_db()
    row, found = queries.version(world.record), queries.held(world.record.pk)
    assert isinstance(queries.shown(row, found, world.an, on=TODAY)["identity"]["religion"], str)
    assert queries.shown(row, found, world.binh, on=TODAY)["identity"]["religion"] == {"masked": "protected"}
    with pytest.raises(NotAllowed):
        queries.viewable(world.record.pk, world.em, on=TODAY)


def test_opening_a_value_needs_a_purpose_and_leaves_one_line(world):
    world.accepted()
    with refused("purpose_missing"):
        actions.reveal(world.record.pk, seq=1, path="identity.religion", purpose=Purpose(), by=world.binh, at=NOON)
    for code in ("other", "request"):
        with refused("purpose_text_missing"):
            purpose = Purpose(code, " \n ")
            actions.reveal(world.record.pk, seq=1, path="identity.religion", purpose=purpose, by=world.binh, at=NOON)
    with refused("no_such_field"):
        actions.reveal(world.record.pk, seq=1, path="economy", purpose=Purpose("paper"), by=world.binh, at=NOON)
    with pytest.raises(NotAllowed):
        purpose = Purpose("other", "Tò mò")
        actions.reveal(world.record.pk, seq=1, path="identity.religion", purpose=purpose, by=world.em, at=NOON)
    value = actions.reveal(
        world.record.pk, seq=1, path="identity.religion", purpose=Purpose("paper"), by=world.binh, at=NOON
    )
    line = Event.objects.get(action="record.revealed")
    assert value
    assert line.data == {"paths": ["identity.religion"], "purpose_code": "paper"}
    assert (line.purpose, line.role) == ("Đối chiếu hồ sơ giấy", "agency_admin")
    assert str(value) not in str(line.data)


def test_what_changed_last_in_a_section_is_known_with_masks(world):
    world.accepted()
    world.accepted({"identity.contact_phone": "0986204715", "identity.religion": "Phật giáo"})
    world.record.refresh_from_db()
    row, found = queries.version(world.record), queries.held(world.record.pk)
    changed = queries.last_changes(row, found, world.binh, on=TODAY)
    assert list(changed) == ["identity"]
    seq, edits = changed["identity"]
    assert seq == 2
    assert {edit.path: edit.new for edit in edits} == {
        "identity.contact_phone": "0986204715",
        "identity.religion": {"masked": "protected"},
    }


def test_paper_veils_what_is_protected_unless_a_purpose_is_named(world):
    world.accepted()
    plain = said(actions.print_form(world.record.pk, seq=None, purpose=NONE, by=world.binh, at=NOON))
    full = said(actions.print_form(world.record.pk, seq=1, purpose=Purpose("decision"), by=world.binh, at=NOON))
    own = said(actions.print_form(world.record.pk, seq=1, purpose=NONE, by=world.an, at=NOON))
    assert "(che)" in plain
    assert "(che)" not in full
    assert "(che)" not in own
    assert "người in: Trần Văn Bình" in plain
    assert "NGUYỄN THỊ AN" in plain
    lines = list(Event.objects.filter(action="record.printed").order_by("pk"))
    assert [bool(line.data["paths"]) for line in lines] == [False, True]
    with pytest.raises(NotAllowed):
        actions.print_form(world.record.pk, seq=1, purpose=NONE, by=world.em, at=NOON)


def test_a_draft_on_paper_says_that_it_is_one(world):
    from hoso.changes.actions.printing import print_draft

    change = world.draft()
    paper = said(print_draft(change.pk, by=world.an, at=NOON))
    assert "Bản nháp, chưa nộp, chưa kiểm tra" in paper
    assert "BẢN NHÁP" in paper
    with pytest.raises(NotAllowed):
        print_draft(change.pk, by=world.binh, at=NOON)


def test_decisions_stay_with_the_change(world):
    change = world.accepted()
    assert Decision.objects.filter(change=change, accepted=True).exists()
    assert Version.objects.get(record=world.record).change == change.pk


def said(pdf):
    """The text of a PDF, with single spaces."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())
