"""hoso migrate: Django's, and the table of the cache, which Django makes with a command of its own."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Runs on the role that owns the tables: `hoso.cli.main` sees to that."""

    help = "Bring the tables to the newest version, as their owner."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", verbosity=0)
