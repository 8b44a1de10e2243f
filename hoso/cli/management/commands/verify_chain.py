import sys
from typing import Any

from django.core.management.base import BaseCommand

from hoso.ops import sealing


class Command(BaseCommand):
    help = "Prove that the log is whole: exit 0 with counts, or exit 1 with the first broken link."

    def handle(self, *args: Any, **options: Any) -> None:
        chain = sealing.verify()
        if chain.broken:
            self.stderr.write(f"BROKEN: {chain.broken}")
            sys.exit(1)
        self.stdout.write(f"whole: {chain.events} events in {chain.seals} seals; {chain.unsealed} not sealed yet")
