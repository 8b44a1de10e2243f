from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.access.queries import system
from hoso.approvals import actions, queries
from hoso.base.errors import NotFound


class Command(BaseCommand):
    help = "Signed manifests: `list` them, or `export YYYY-MM` the files of a month."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("list", help="number, day of the signature, records, SHA-256 of the file")
        export = words.add_parser("export", help="write manifest-YYYY-MM.pdf, and one file for each supplement")
        export.add_argument("month", help="for example 2026-11")
        export.add_argument("--output", type=Path, help="folder (default: HOSO_HOME)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["word"] == "list":
            for each in queries.signed_months():
                self.stdout.write(f"{each.number}  {each.signed_at:%Y-%m-%d}  {each.count:>6}  {each.signed_sha256}")
            return
        found = list(queries.signed_months(options["month"]))
        if not found:
            raise NotFound("no_signed_manifest", month=options["month"])
        folder = options["output"] or Path(settings.HOSO_HOME)
        folder.mkdir(parents=True, exist_ok=True)
        for each in found:
            _manifest, pdf = actions.export(each.pk, by=system(), at=timezone.now())
            path = folder / name_of(each)
            path.write_bytes(pdf)
            self.stdout.write(f"{path}  {len(pdf)} bytes")


def name_of(manifest: Any) -> str:
    """manifest-2026-11.pdf, or manifest-2026-11-BS1.pdf for a supplement."""
    extra = f"-BS{manifest.round.supplement}" if manifest.round.supplement else ""
    return f"manifest-{manifest.round.month}{extra}.pdf"
