"""The second wall: what the database itself shows and takes, whatever the application forgot to ask."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import DataError, ProgrammingError, connection, connections, models, transaction
from django.urls import reverse

from hoso.access import policy
from hoso.access.models import Account, Basis, Consent
from hoso.approvals import actions as approvals
from hoso.approvals.models import Confirmation, ManifestLine, SentBack
from hoso.audit.models import Event
from hoso.base import identity
from hoso.base.identity import NOBODY, NODE, acting_as
from hoso.changes import actions as changes
from hoso.changes.models import Change, Decision, ErrorReport, Evidence
from hoso.documents.models import Attachment
from hoso.ops.doctor import database as doctor
from hoso.people import queries as people
from hoso.people.models import Employment, Person
from hoso.records.models import PersonKey, Record, Version
from tests.world import CONFIRM_DAY, NOON, PASSWORD, World, refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = NOON.date()
# Table → the way from a row to its person.
WALLED = {
    Person: "pk",
    Employment: "person",
    PersonKey: "pk",
    Record: "person",
    Version: "record__person",
    Change: "record__person",
    ErrorReport: "record__person",
    Evidence: "change__record__person",
    Decision: "change__record__person",
    Attachment: "person",
    SentBack: "version__record__person",
}
# About a person, but holding nothing of a record: who may do what, by when, and digests.
NOT_WALLED = {"Account", "Consent", "Handover", "Obligation"}


@contextmanager
def seen_by(account, *, on=TODAY):
    """Whatever is asked inside, this account asks, with the grants it has on a day."""
    with acting_as(policy.identity(Account.objects.get(pk=account.pk), on=on)):
        yield


@pytest.fixture
def kept(world):
    """The world with a row of An's in every table behind the wall."""
    world.accepted()
    changes.report_error(world.record.pk, path="post.pay_grade", text="Sai ngạch", by=world.an, at=NOON)
    world.record.refresh_from_db()
    version = Version.objects.get(record=world.record)
    round_ = world.round()
    approvals.send_back(
        round_.pk, agency=world.nnmt, version_id=version.pk, reason="Thiếu giấy", by=world.chi, at=CONFIRM_DAY
    )
    return world


def persons():
    """Table → the persons of the rows that can be seen now, without any filter."""
    return {model: set(model._base_manager.values_list(way, flat=True)) for model, way in WALLED.items()}


def test_every_table_about_people_is_behind_the_wall_or_says_why_not():
    leads = {Person}
    while more := {
        model
        for model in apps.get_models()
        if model not in leads
        and model.__module__.startswith("hoso.")
        and any(isinstance(field, models.ForeignKey) and field.related_model in leads for field in model._meta.fields)
        and model not in (Account, Confirmation, ManifestLine)  # what names an account is not about its person
    }:
        leads |= more
    assert {model.__name__ for model in leads - set(WALLED)} <= NOT_WALLED
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
            " AND relnamespace = 'public'::regnamespace"
        )
        assert {row[0] for row in cursor.fetchall()} == {model._meta.db_table for model in WALLED} == set(doctor.WALLED)
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relname !~ '^pg_'),"
            " rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (0, False)


def test_without_an_identity_nothing_is_seen(kept):
    assert all(persons().values())
    with acting_as(NOBODY):
        assert not any(persons().values())


def test_everybody_sees_their_own_and_where_a_grant_lets_them_read(kept):
    everybody = {account.person_id for account in Account.objects.exclude(person=None)}
    agency = {kept.an.person_id, kept.binh.person_id, kept.chi.person_id, kept.phuc.person_id}
    seen = {
        kept.an: {kept.an.person_id},
        kept.binh: agency,
        kept.phuc: {kept.phuc.person_id, kept.binh.person_id},  # for whom the deputy stands by
        kept.chi: agency,
        kept.em: {kept.em.person_id},
        kept.dung: everybody,
        kept.giang: everybody,
    }
    for account, expected in seen.items():
        with seen_by(account):
            found = persons()
            assert found[Person] == found[Employment] == expected, account
            for model, rows in found.items():
                if model not in (Person, Employment):
                    assert rows == ({kept.an.person_id} & expected), (account, model)


def test_a_grant_that_ended_or_only_reads_the_log_opens_nobody(world):
    inspector = world._person("Mai Văn Hà", "022085000999", "1985-12-01", "M", world.yt, "Thanh tra viên")
    world.grant(inspector, "inspector", world.node.root)
    with seen_by(inspector):
        assert persons()[Person] == {inspector.person_id}
    with seen_by(world.binh, on=NOON.date() - timedelta(days=3650)):
        assert persons()[Person] == {world.binh.person_id}


def test_what_is_not_seen_cannot_be_written_either(kept):
    with seen_by(kept.em):
        for model in WALLED:
            if model in (Version, Decision, SentBack):
                continue  # append-only for everybody
            column = model._meta.get_field("id" if model is not PersonKey else "by").column
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = {column}")
                assert cursor.rowcount == (1 if model in (Person, Employment) else 0), model
        refused_rows = (
            Record(person_id=kept.an.person_id, family="contract", opened_at=NOON),
            Employment(
                person_id=kept.an.person_id,
                organization=kept.yt,
                category="civil_servant",
                since=NOON.date(),
                until=NOON.date(),
            ),
            Change(record_id=kept.record.pk, form="x", agency=True, first_entry=False, base_seq=0, draft_sealed=b""),
            Person(pin_index=b"1", pin_sealed=b"", full_name="A", birth="1990", sex="M", keeper=kept.nnmt),
        )
        for row in refused_rows:
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                row.save(force_insert=True)


def test_consent_opens_one_person_for_reading_until_it_ends(kept):
    basis = Basis.objects.create(kind="consent", number="5/CV", date=NOON.date(), added_at=NOON, added_by=kept.giang)
    consent = Consent.objects.create(
        person_id=kept.an.person_id,
        reader=kept.em,
        family="syll",
        sections=["identity"],
        purpose="Thẩm tra",
        since=NOON.date(),
        until=NOON.date() + timedelta(days=7),
        basis=basis,
        needs_person=True,
        given_at=NOON,
        given_by=kept.giang,
    )
    own = {kept.em.person_id}
    with seen_by(kept.em):
        assert persons()[Person] == own  # she has not agreed yet
    Consent.objects.filter(pk=consent.pk).update(agreed_at=NOON, agreed_by=kept.an)
    with seen_by(kept.em):
        assert persons()[Person] == own | {kept.an.person_id}
        assert persons()[Version] == {kept.an.person_id}
        assert people_named("an") >= {kept.an.person_id}
        assert not Record.objects.filter(pk=kept.record.pk).update(head_seq=9)
        assert not Person.objects.filter(pk=kept.an.person_id).update(full_name="B")
    with seen_by(kept.em, on=NOON.date() + timedelta(days=8)):
        assert persons()[Person] == own
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=NOON, withdrawn_by=kept.an)
    with seen_by(kept.em):
        assert persons()[Person] == own


def people_named(text):
    return set(Employment.objects.filter(people.named(text)).values_list("person", flat=True))


def test_the_search_function_adds_the_scope_itself(world):
    assert people_named("Nguyễn an") == {world.an.person_id}
    assert people_named("van") == {world.binh.person_id, world.em.person_id}
    for odd in ("%", "_", "a%n", "\\", "'; drop"):
        assert people_named(odd) == set()
    assert people_named("") == set()
    with seen_by(world.binh):
        assert people_named("van") == {world.binh.person_id}
    with seen_by(world.em):
        assert people_named("an") == {world.em.person_id}
    with acting_as(NOBODY), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hoso_people_named('{a}', 9)")
        assert cursor.fetchone() == (0,)


def test_a_number_known_elsewhere_is_refused_without_being_shown(world):
    from hoso.people import actions

    with seen_by(world.em), refused("pin_known"):
        assert people.by_pin("022175001234") is None
        actions.add(pin="022175001234", full_name="Ai Đó", birth="1975", sex="F", keeper=world.yt, by=world.em, at=NOON)


def test_who_is_moved_is_seen_where_they_are_kept_now(world):
    Person.objects.filter(pk=world.an.person_id).update(keeper=world.yt)
    with seen_by(world.binh):
        assert world.an.person_id not in persons()[Person]
    with seen_by(world.em):
        assert world.an.person_id in persons()[Employment]


def test_acting_as_holds_inside_a_transaction_and_gives_back(world):
    with transaction.atomic():
        with acting_as(NOBODY):
            assert not Person.objects.exists()
            with acting_as(NODE):
                assert Person.objects.exists()
            assert not Person.objects.exists()
        assert Person.objects.exists()
        with pytest.raises(DataError), transaction.atomic(), acting_as(NOBODY), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert Person.objects.exists()


class TestCommitted:
    """On connections whose transactions end, as in the product."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def world(self, transactional_db):
        world = World()
        world.accepted()
        Account.objects.update(must_change_password=False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('hoso.mode', '', false)")  # between transactions nobody reads, as always
        return world

    def test_a_connection_keeps_nothing_between_transactions(self, world, server):
        with acting_as(NODE):
            with transaction.atomic():
                assert Person.objects.count() == 6
            assert not Person.objects.exists()
        with seen_by(world.em), transaction.atomic():
            assert Person.objects.count() == 1
        with transaction.atomic():
            assert identity.current() == NODE
        name = connection.settings_dict["NAME"]
        for role, expected in (("app", 0), ("owner", 0)):  # the owner is behind the wall as well
            with psycopg.connect(server.url(name, role)) as bare:
                for model in WALLED:
                    assert bare.execute(f"SELECT count(*) FROM {model._meta.db_table}").fetchone() == (expected,)

    def test_what_is_streamed_later_keeps_the_identity_of_the_request(self, world):
        def names():
            for person in Person.objects.order_by("pk"):
                yield person.full_name.encode()

        with seen_by(world.em):
            pieces = identity.streamed(names())
        with acting_as(NOBODY):
            assert list(pieces) == ["Hoàng Văn Em".encode()]
            assert identity.current() == NOBODY

    def test_threads_keep_their_identities_apart(self, world):
        def many(account):
            on = NOON.date()
            counts = set()
            for _ in range(8):
                with acting_as(policy.identity(Account.objects.get(pk=account), on=on)), transaction.atomic():
                    counts.add(Person.objects.count())
            connections.close_all()
            return counts

        with ThreadPoolExecutor(4) as pool:
            found = pool.map(many, [each.pk for each in (world.an, world.binh, world.giang, world.em)])
        assert list(found) == [{1}, {4}, {6}, {1}]

    def test_pages_ask_about_people_only_inside_the_transaction_of_their_request(self, world, client, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(hours=1))
        tables = tuple(model._meta.db_table for model in WALLED)
        told = []

        def look(execute, sql, params, many, context):
            told.append(sql) if "hoso_enter" in sql else None
            assert context["connection"].in_atomic_block or not any(table in sql for table in tables), sql
            return execute(sql, params, many, context)

        record = str(world.record.pk)
        pages = {
            world.an: ["own-record", "home", "who-looked"],
            world.binh: ["home", "people", "to-verify", ("record", record), ("versions", record), "month"],
            world.giang: ["home", "people", "accounts", "log", "organizations", ("give",)],
            world.dung: ["home", "sign"],
        }
        for account, names in pages.items():
            client.force_login(Account.objects.get(pk=account.pk))
            for name in names:
                address = reverse(name) if isinstance(name, str) else reverse(name[0], args=name[1:])
                told.clear()
                with connection.execute_wrapper(look):
                    assert client.get(address, follow=False).status_code in (200, 302), address
                assert len(told) == 1, (address, told)
        client.force_login(Account.objects.get(pk=world.em.pk))
        with connection.execute_wrapper(look):
            answer = client.get(reverse("record", args=[record]))
        assert answer.status_code in (403, 404) and "Sở Y tế" in answer.content.decode()  # the page of the refusal

    def test_a_refused_sign_in_stays_in_the_log(self, world, client):
        def failures():
            return Event.objects.filter(action="account.refused").count()

        client.post(reverse("sign-in"), {"login": "022175001234", "password": "sai"})
        assert failures() == 1
        token = client.get("/api/v1/session").json()["csrf_token"]
        given = {"username": "022175001234", "password": "sai"}
        answer = client.post("/api/v1/session", given, "application/json", headers={"X-CSRFToken": token})
        assert (answer.status_code, failures()) == (401, 2)
        given["password"] = PASSWORD
        answer = client.post("/api/v1/session", given, "application/json", headers={"X-CSRFToken": token})
        assert answer.status_code == 200
