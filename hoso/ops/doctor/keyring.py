"""The node's secrets: there, its own, and readable by nobody else."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from django.conf import settings

from hoso.base import keys as secrets
from hoso.ops.doctor.finding import Finding, error, warning

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
NEEDED: Final = ("django.key", "index.*", "identity.*", "wrap-*.*", "log.pem")  # each by one file at least
SOON: Final = timedelta(days=30)
RUNBOOK: Final = "docs/runbook.md, “Keys”"


def keys(at: datetime) -> Iterator[Finding]:
    """Every key is a file that only its owner reads, and none came from a demo."""
    folder = Path(settings.HOSO_KEYS)
    if (folder / secrets.DEMO_MARK).exists():
        yield error(
            "demo_keys",
            "These keys were made for a demo: copies of them may be anywhere.",
            str(folder / secrets.DEMO_MARK),
            "make a node of its own: an empty HOSO_HOME and `hoso init`; never carry a demo over",
        )
    for name in NEEDED:
        if not any(folder.glob(name)):
            yield error(
                "key_missing",
                f"No {name} is there; what it guards cannot be read, or a new one would contradict the old.",
                str(folder),
                f"put the node's own file back from the copy of its keys ({RUNBOOK})",
            )
    for path in [folder, *sorted(each for each in folder.rglob("*") if each.suffix != ".crt")]:
        held = path.stat()
        if held.st_mode & OTHERS:
            yield error(
                "open_key",
                f"Others on this machine may read {path.name} (mode {stat.S_IMODE(held.st_mode):o}).",
                str(path),
                f"chmod {'700' if path.is_dir() else '600'} {path}",
            )
        elif held.st_uid not in (os.geteuid(), 0):
            yield warning(
                "foreign_key",
                f"{path.name} belongs to another user of this machine.",
                str(path),
                f"chown it to the user that runs `hoso`: chown {os.geteuid()} {path}",
            )


def certificates(at: datetime) -> Iterator[Finding]:
    """Nothing that a TEST authority issued is used or believed."""
    home, held = Path(settings.HOSO_HOME), Path(settings.HOSO_KEYS) / "department.crt"
    for path in (held, *sorted((home / "trust").glob("*.crt"))):
        if any("TEST" in each.subject.rfc4514_string() + each.issuer.rfc4514_string() for each in _read(path)):
            yield error(
                "test_certificate",
                f"{path.name} comes from a TEST authority: whoever has a demo could sign what this node believes.",
                str(path),
                "take it out, and put the certificates of the real authority in its place",
            )
    if (home / "ca").exists():
        yield error(
            "test_authority",
            "A TEST authority lies in this node; it would stamp times and issue certificates.",
            str(home / "ca"),
            "remove the folder and set HOSO_TIMESTAMP_URL",
        )
    for each in _read(held)[:1]:
        if each.not_valid_after_utc < at + SOON:
            ends = f"{each.not_valid_after_utc:%d/%m/%Y}"
            yield warning(
                "department_certificate_ends",
                f"The department's certificate ends on {ends}; without it no manifest is sealed.",
                str(held),
                "renew it and put the new pair of department.pem and .crt in place",
            )


def _read(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return []
