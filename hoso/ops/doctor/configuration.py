"""The settings: how the program runs, which names it answers to, how it is reached."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from django.conf import settings

from hoso.ops.doctor.finding import Finding, error, warning

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", ""})
ENVIRONMENT: Final = "environment of `hoso run` (docs/settings.md)"
ENVIRONMENTS: Final = ("", "production", "trial")
SOON: Final = timedelta(days=30)


def program(at: datetime) -> Iterator[Finding]:
    """Debugging, passwords, the user it runs as."""
    if settings.HOSO_ENV not in ENVIRONMENTS:
        yield error(
            "strange_environment",
            f"HOSO_ENV is {settings.HOSO_ENV!r}, which means nothing.",
            ENVIRONMENT,
            "leave it empty, or set production or trial",
        )
    if settings.DEBUG:
        yield error(
            "debug",
            "HOSO_DEBUG=1 shows settings, code and values of records to whoever meets an error.",
            ENVIRONMENT,
            "remove HOSO_DEBUG",
        )
    if "Argon2" not in settings.PASSWORD_HASHERS[0]:
        yield error(
            "weak_hasher",
            f"Passwords are hashed by {settings.PASSWORD_HASHERS[0]}.",
            "PASSWORD_HASHERS in hoso/settings.py",
            "put Argon2PasswordHasher back",
        )
    if not settings.AUTH_PASSWORD_VALIDATORS:
        yield error(
            "no_password_rules",
            "Any password is taken.",
            "AUTH_PASSWORD_VALIDATORS in hoso/settings.py",
            "put the validators back",
        )
    if os.geteuid() == 0:
        yield warning(
            "runs_as_root",
            "The program runs as root: a fault in it would be a fault of the whole machine.",
            "the service that starts `hoso run`",
            "give it a user of its own that owns HOSO_HOME",
        )
    if not settings.HOSO_SECURITY_CONTACT:
        yield warning(
            "no_contact",
            "Whoever finds a weakness does not learn whom to tell.",
            ENVIRONMENT,
            "HOSO_SECURITY_CONTACT=mailto:… of the people who run the node",
        )


def address(at: datetime) -> Iterator[Finding]:
    """The names it answers to."""
    hosts = [host.strip() for host in settings.ALLOWED_HOSTS]
    wide = [host for host in hosts if host == "*" or host.startswith(".")]
    if wide:
        yield error(
            "any_host",
            f"HOSO_HOSTS={','.join(wide)} answers to names that are not this node's: forged links would be believed.",
            ENVIRONMENT,
            "name each host: HOSO_HOSTS=ccvc.example.gov.vn",
        )
    elif set(hosts) <= LOCAL:
        yield error(
            "no_host",
            "HOSO_HOSTS names this machine only; nobody else could open a page.",
            ENVIRONMENT,
            "HOSO_HOSTS=ccvc.example.gov.vn, the name that people open",
        )
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if not origin.startswith("https://") or "*" in origin:
            yield error(
                "loose_origin",
                f"HOSO_ORIGINS={origin} lets pages of others, or pages read on the way, send forms here.",
                ENVIRONMENT,
                "only https:// and whole names, or empty if the proxy passes the name on",
            )


def transport(at: datetime) -> Iterator[Finding]:
    """TLS towards people, and towards a database that is somewhere else."""
    if not settings.HOSO_TLS:
        yield error(
            "no_tls",
            "Without TLS everything, passwords included, crosses the network in clear.",
            ENVIRONMENT,
            "HOSO_TLS=1 behind a proxy that ends TLS, or HOSO_TLS_CERTIFICATE and HOSO_TLS_KEY to end it here",
        )
    elif settings.HOSO_TLS_CERTIFICATE:
        yield from _own_certificate(at)
    elif settings.HOSO_HOST not in LOCAL:
        yield warning(
            "open_behind_proxy",
            "HOSO_TLS=1 believes the proxy's X-Forwarded headers, and HOSO_HOST lets others past the proxy.",
            ENVIRONMENT,
            "HOSO_HOST=127.0.0.1, or a firewall that lets only the proxy in",
        )
    held: dict[str, Any] = settings.DATABASES["default"]
    host, mode = held["HOST"], held["OPTIONS"].get("sslmode", "")
    if host and not host.startswith("/") and host not in LOCAL and mode not in ("verify-full", "verify-ca"):
        yield error(
            "database_in_clear",
            f"The database at {host} is reached with sslmode={mode or 'prefer'}: it may be somebody else, or in clear.",
            "DATABASE_URL",
            "add ?sslmode=verify-full&sslrootcert=/path/to/root.crt",
        )


def trial() -> Iterator[Finding]:
    """A trial stays on this machine."""
    if settings.HOSO_HOST not in LOCAL:
        yield error(
            "trial_is_open",
            f"HOSO_ENV=trial is for this machine alone, and HOSO_HOST={settings.HOSO_HOST} opens it to others.",
            ENVIRONMENT,
            "remove HOSO_HOST, or HOSO_ENV and set up the node for real",
        )


def _own_certificate(at: datetime) -> Iterator[Finding]:
    certificate, key = Path(settings.HOSO_TLS_CERTIFICATE), Path(settings.HOSO_TLS_KEY)
    if settings.HOSO_TLS_MINIMUM not in ("tls1.2", "tls1.3"):
        yield error("old_tls", f"HOSO_TLS_MINIMUM={settings.HOSO_TLS_MINIMUM} is no version.", ENVIRONMENT, "tls1.3")
    for path in (certificate, key):
        if not path.is_file():
            yield error("no_tls_file", f"{path} is not there.", ENVIRONMENT, "put it there, or name another")
            return
    if key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield error("open_tls_key", "Others on this machine may read the key of TLS.", str(key), f"chmod 600 {key}")
    try:
        until = x509.load_pem_x509_certificates(certificate.read_bytes())[0].not_valid_after_utc
    except (ValueError, IndexError):
        yield error("bad_tls_certificate", "It is no certificate (PEM).", str(certificate), "put the right file there")
        return
    if until < at:
        yield error("old_tls_certificate", f"The certificate ended on {until:%d/%m/%Y}.", str(certificate), "renew it")
    elif until < at + SOON:
        yield warning("tls_ends_soon", f"The certificate ends on {until:%d/%m/%Y}.", str(certificate), "renew it")
