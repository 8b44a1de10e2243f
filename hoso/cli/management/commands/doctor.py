import json
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.base import cluster
from hoso.ops import doctor


class Command(BaseCommand):
    """Exit 0 if nothing was found, 1 with warnings, 2 with errors."""

    help = "Say what ails the node and how to mend it; --security: what stands between it and real people."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--security", action="store_true", help="judge it as a node for real people")
        parser.add_argument("--json", action="store_true", help="for programs: a list of findings")

    def handle(self, *args: Any, security: bool, **options: Any) -> None:
        found = self._examine(security)
        if options["json"]:
            self._say_json(found)
        else:
            for finding in found:
                self.stdout.write(str(finding))
            self.stdout.write(f"{len(found)} findings." if found else "Nothing to mend.")
        sys.exit(doctor.verdict(found))

    def _examine(self, security: bool) -> list[doctor.Finding]:
        try:
            if not os.environ.get("DATABASE_URL"):
                cluster.ensure(Path(settings.HOSO_HOME))
        except cluster.Unusable as trouble:
            return [doctor.no_database(str(trouble))]
        return doctor.examine(at=timezone.now(), security=security)

    def _say_json(self, found: list[doctor.Finding]) -> None:
        self.stdout.write(json.dumps([each._asdict() for each in found], ensure_ascii=False, indent=1))
