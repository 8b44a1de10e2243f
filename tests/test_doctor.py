"""The doctor: a node that is well, and every single thing that keeps one from serving real people."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hoso.audit import actions as audit
from hoso.base import keys
from hoso.ops import doctor, sealing
from hoso.ops.doctor import configuration, database
from hoso.signing.certificates import make_authority
from tests.environment import HOME

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 5, 0, tzinfo=UTC)


@pytest.fixture
def real(db, settings, tmp_path) -> Any:
    """A real node behind a proxy: its settings, in a home of its own."""
    settings.HOSO_HOME, settings.HOSO_KEYS, settings.HOSO_FILES = tmp_path, tmp_path / "keys", tmp_path / "files"
    for name in ("django", "index", "identity", "wrap-0001"):
        keys.secret(settings.HOSO_KEYS, name)
    keys.write_once(settings.HOSO_KEYS / "log.pem", b"")
    settings.HOSO_FILES.mkdir()
    settings.ALLOWED_HOSTS, settings.HOSO_TLS, settings.HOSO_ENV = ["hoso.example.gov.vn"], True, ""
    settings.CSRF_TRUSTED_ORIGINS = ["https://hoso.example.gov.vn"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.HOSO_SECURITY_CONTACT, settings.HOSO_TIMESTAMP_URL = "mailto:antoan@example.vn", "https://tsa.example.vn"
    settings.HOSO_TLS_CERTIFICATE = settings.HOSO_TLS_KEY = ""
    return settings


def codes(weight: str = "", *, security: bool = True) -> set[str]:
    """What is found, of this weight; that the tests may run as root is left out."""
    found = doctor.examine(at=NOW, security=security)
    assert all(each.what and each.where and each.mend for each in found)
    return {each.code for each in found if weight in ("", each.weight)} - {"runs_as_root"}


def test_a_real_node_that_is_well_has_nothing_to_mend(real):
    assert codes() == set()
    assert not list(doctor.why_not_start(at=NOW))


BREAKS = {
    "debug": lambda s: setattr(s, "DEBUG", True),
    "strange_environment": lambda s: setattr(s, "HOSO_ENV", "prod"),
    "weak_hasher": lambda s: setattr(s, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"]),
    "no_password_rules": lambda s: setattr(s, "AUTH_PASSWORD_VALIDATORS", []),
    "any_host": lambda s: setattr(s, "ALLOWED_HOSTS", ["hoso.example.gov.vn", "*"]),
    "no_host": lambda s: setattr(s, "ALLOWED_HOSTS", ["localhost", "127.0.0.1"]),
    "loose_origin": lambda s: setattr(s, "CSRF_TRUSTED_ORIGINS", ["http://hoso.example.gov.vn"]),
    "no_tls": lambda s: setattr(s, "HOSO_TLS", False),
    "no_tls_file": lambda s: setattr(s, "HOSO_TLS_CERTIFICATE", str(s.HOSO_HOME / "none.pem")),
    "demo_keys": lambda s: keys.write_once(s.HOSO_KEYS / keys.DEMO_MARK, b""),
    "key_missing": lambda s: (s.HOSO_KEYS / "log.pem").unlink(),
    "open_key": lambda s: (s.HOSO_KEYS / "index.key").chmod(0o640),
    "test_certificate": lambda s: make_authority(s.HOSO_HOME / "trust", NOW, bits=1024),
    "test_authority": lambda s: (s.HOSO_HOME / "ca").mkdir(),
    "demo_people": lambda _: audit.record("demo.seeded", by="system", object="node", at=NOW),
    "demo_accounts": lambda s: keys.write_once(s.HOSO_HOME / "demo" / "accounts.json", b"[]"),
}


@pytest.mark.parametrize("code", BREAKS)
def test_a_node_with_one_fault_does_not_start_and_says_which(real, code):
    BREAKS[code](real)
    assert codes("error") == {code}
    assert {each.code for each in doctor.why_not_start(at=NOW)} == {code}


def test_a_trial_starts_on_this_machine_only_and_production_never_by_chance(real):
    real.HOSO_TLS, real.HOSO_ENV, real.HOSO_HOST = False, "trial", "127.0.0.1"
    assert not list(doctor.why_not_start(at=NOW))
    real.HOSO_HOST = "0.0.0.0"
    assert [each.code for each in doctor.why_not_start(at=NOW)] == ["trial_is_open"]
    real.HOSO_ENV = "production"
    assert [each.code for each in doctor.why_not_start(at=NOW)] == ["no_tls"]


def test_a_demo_starts_as_it_is_but_not_as_production(real, monkeypatch):
    monkeypatch.setattr(doctor, "root", lambda: type("Root", (), {"profile": "demo"}))
    real.HOSO_TLS = False
    keys.write_once(real.HOSO_KEYS / keys.DEMO_MARK, b"")
    assert not list(doctor.why_not_start(at=NOW)) and codes("error", security=False) <= {"no_node"}
    real.HOSO_ENV = "production"
    assert {each.code for each in doctor.why_not_start(at=NOW)} == {"no_tls", "demo_keys"}


def test_the_programs_role_owns_nothing(real, monkeypatch):
    right = [("audit_event", False, False, False, True, False), ("people_person", False, False, True, False, True)]
    assert not list(database._rights(right))
    wrong = [("audit_event", False, False, True, True, False), ("audit_seal", False, False, False, False, False)]
    assert [each.code for each in database._rights(wrong)] == ["may_rewrite", "may_rewrite"]
    assert [each.code for each in database._rights([("people_person", True, False, True, False, False)])] == [
        "may_delete",
        "no_wall",
    ]
    mighty = ("postgres", True, True, False, False, False, True)
    monkeypatch.setattr(database, "_rows", lambda *_: [mighty])
    assert [each.code for each in database.roles(NOW)] == ["mighty_role", "owning_role"]


def test_a_certificate_of_its_own_is_looked_at(real, tmp_path):
    authority = make_authority(tmp_path / "tls", NOW - timedelta(days=3640), bits=1024)
    certificate = next(authority.folder.glob("*.crt"))
    key = tmp_path / "key.pem"
    key.touch(mode=0o644)
    real.HOSO_TLS_CERTIFICATE, real.HOSO_TLS_KEY = str(certificate), str(key)
    assert "open_tls_key" in codes("error")
    key.chmod(0o600)
    late = NOW + timedelta(days=9000)
    assert {each.code for each in configuration.transport(late)} == {"old_tls_certificate"}
    certificate.write_text("x")
    assert "bad_tls_certificate" in codes("error")


def test_a_database_elsewhere_is_reached_by_tls_that_is_checked(real, monkeypatch):
    held = dict(real.DATABASES["default"])
    for mode, wanted in (("require", {"database_in_clear"}), ("verify-full", set())):
        elsewhere = held | {"HOST": "db.example.vn", "OPTIONS": {"sslmode": mode}}
        monkeypatch.setitem(real.DATABASES, "default", elsewhere)
        assert {each.code for each in configuration.transport(NOW)} == wanted


def test_what_a_node_at_work_lacks_is_said(world, real, monkeypatch):
    real.HOSO_TIMESTAMP_URL = ""
    (real.HOSO_FILES).rmdir()
    monkeypatch.setattr("hoso.ops.doctor.life.ROOM", 10**18)
    wanted = {"no_timestamps", "worker_away", "no_files", "little_room"}
    of_the_node, here = HOME / "keys", real.HOSO_KEYS  # the world's events carry the mark of the first
    real.HOSO_KEYS = of_the_node
    audit.record("log.read", by="system", object="node", at=NOW - timedelta(hours=1))
    real.HOSO_KEYS = here
    assert codes(security=False) == wanted | {"sealer_behind"}
    real.HOSO_KEYS = of_the_node
    sealing.seal_now(at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [NOW])
    assert {each.code for each in doctor.LIFE[3](NOW)} == set()


def test_the_command_explains_and_ends_with_a_number(real, capsys, monkeypatch):
    real.HOSO_TLS = False
    monkeypatch.setenv("DATABASE_URL", "the test's own")
    for words, said in (((), "[error] Without TLS"), (("--json",), '"code": "no_tls"')):
        with pytest.raises(SystemExit) as ended:
            call_command("doctor", "--security", *words)
        assert ended.value.code == 2 and said in capsys.readouterr().out
    with pytest.raises(CommandError, match="reasons not to serve"):
        call_command("run")
