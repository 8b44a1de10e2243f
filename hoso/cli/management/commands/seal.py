from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hoso.ops import sealing


class Command(BaseCommand):
    help = "Seal now what was logged and is finished (the worker does it every five seconds)."

    def handle(self, *args: Any, **options: Any) -> None:
        seals = sealing.seal_now(at=timezone.now())
        self.stdout.write(f"{sum(seal.count for seal in seals)} events in {len(seals)} seals")
