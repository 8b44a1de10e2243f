from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.access.queries import system
from hoso.ops import log_export


class Command(BaseCommand):
    help = "The log: `export FILE` writes it for tools/verify_log.py."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("export", help="events, seals and the public key, as JSON lines").add_argument(
            "file", type=Path
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        log_export.begin(by=system(), at=now)
        with options["file"].open("w", encoding="utf-8") as file:
            file.writelines(log_export.lines(at=now))
        self.stdout.write(str(options["file"]))
