from typing import Any

from django.core.management.base import BaseCommand

from hoso.changes import rules


class Command(BaseCommand):
    help = "Print the life of a change as a Mermaid diagram."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(rules.diagram(), ending="")
