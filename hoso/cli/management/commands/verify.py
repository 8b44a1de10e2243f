import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.approvals.verifying import MOST_BYTES, Verified, digest_of, verify
from hoso.signing.trust import Trust

NOT_USABLE = 2


class Command(BaseCommand):
    help = "Check a signed manifest without a database: exit 0 if it holds, 1 if it does not, 2 if it cannot be asked."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF")
        parser.add_argument("--digest", default="", help="digest of a version (64 hex digits): is it covered?")
        parser.add_argument("--trust", type=Path, help="folder of *.crt and *.crl (default: HOSO_HOME/trust)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["trust"] or Path(settings.HOSO_HOME) / "trust"
        if options["digest"] and not digest_of(options["digest"]):
            self._complain("--digest takes 64 hexadecimal digits")
        if not folder.is_dir():
            self._complain(f"there is no folder {folder}: name one with --trust")
        try:
            trust = Trust.from_folder(folder)
            with options["file"].open("rb") as file:
                pdf = file.read(MOST_BYTES + 1)
        except (OSError, ValueError) as trouble:
            self._complain(str(trouble))
        found = verify(pdf, trust=trust, at=timezone.now(), digest=options["digest"])
        for line in lines(found):
            self.stdout.write(line)
        sys.exit(0 if found.holds else 1)

    def _complain(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(NOT_USABLE)


def lines(found: Verified) -> list[str]:
    """What is said of a file, one fact a line."""
    said = [f"{found.verdict}{': ' if found.codes else ''}{', '.join(found.codes)}"]
    said.append(f"sha256 {found.examination.sha256}")
    for each in found.signatures:
        at = f"{each.proven_at:%Y-%m-%d %H:%M:%S %Z}" if each.proven_at else "no time-stamp"
        state = "good" if each.good else ", ".join(each.problems)
        said.append(f"signature {each.field}: {each.who.name} ({each.who.serial}), {at}: {state}")
    if found.summary:
        one = found.summary
        said.append(f"manifest {one.number} of {one.node}: {one.records} records of {one.agencies} agencies")
    if found.digest:
        where = f"version {found.covered.version}, {found.covered.agency}" if found.covered else "no"
        said.append(f"covers {found.digest}: {where}")
    return said
