"""hoso database status|start|stop"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hoso.base import cluster
from hoso.cli.main import home


class Command(BaseCommand):
    """The embedded database by hand."""

    help = "Show, start or stop the embedded PostgreSQL."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["status", "start", "stop"])

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "start":
            cluster.ensure(home())
        elif act == "stop":
            cluster.stop(home())
        found = cluster.status(home())
        runs = f"runs as process {found.pid}, socket {found.socket}" if found.pid else "does not run"
        self.stdout.write(f"{found.data}: {runs if found.made else 'not made yet'}")
