import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from hoso.ops import documents


class Command(BaseCommand):
    help = "Write the generated documents anew, or check that they are current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 if any is not current")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = Path(settings.ROOT) / "docs"
        stale = documents.stale(folder)
        if check and stale:
            self.stderr.write(f"not current: {', '.join(stale)}; run: make docs")
            sys.exit(1)
        for name in stale:
            (folder / name).write_text(documents.generated()[name], encoding="utf-8")
            self.stdout.write(f"docs/{name}")
