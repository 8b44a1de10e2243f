import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hoso.ops import sealing


class Command(BaseCommand):
    help = "Prove that the log is whole: exit 0 with counts, or exit 1 with the first broken link."

    def handle(self, *args: Any, **options: Any) -> None:
        chain = sealing.verify_all(at=timezone.now())
        if chain.broken:
            self.stderr.write(f"BROKEN: {chain.broken}")
            sys.exit(1)
        self.stdout.write(
            f"whole: {chain.events} events in {chain.seals} seals, {chain.rows} rows, {chain.manifests} manifests"
        )
        if chain.unsealed:
            self.stdout.write(
                f"not proved: {chain.unsealed} events that no seal holds yet, from {chain.first_unsealed} on"
            )
