import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.ops import rotation

KINDS = {
    "records.PersonKey": "persons",
    "documents.Attachment": "scans",
    "access.Basis": "documents of rights",
    "approvals.Manifest": "manifests",
    "node": "of the node",
}


class Command(BaseCommand):
    """Ends with 0, with 1 if a data key is damaged and opens nothing, with 2 if refused; run again after any stop."""

    help = "Make a new wrapping key and wrap every data key with it; run again, it ends what was begun."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--resume", action="store_true", help="wrap what is left, never make a key")
        which.add_argument("--retire", action="store_true", help="move old wrapping keys out, if nothing names them")
        which.add_argument("--status", action="store_true", help="which keys there are, and what names them")

    def handle(self, *args: Any, resume: bool, retire: bool, status: bool, **options: Any) -> None:
        if status:
            self._stand()
        elif retire:
            moved = rotation.retire(at=timezone.now())
            self.stdout.write(f"moved to keys/retired: {', '.join(moved)}" if moved else "there is no old wrapping key")
        else:
            self._rotate(resume)

    def _rotate(self, resume: bool) -> None:
        done = rotation.rotate(fresh=not resume, now=timezone.now, tell=self._tell)
        if sys.stderr.isatty():
            self.stderr.write("")
        self.stdout.write(f"{done.key}: {done.done} data keys wrapped anew")
        for each in done.damaged:
            self.stderr.write(f"DAMAGED: the key of {each} opens nothing")
        if done.damaged:
            sys.exit(1)

    def _tell(self, progress: rotation.Progress) -> None:
        """One line that is written over where somebody looks, else one line for each batch."""
        begin, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
        self.stderr.write(f"{begin}{progress.done} of {progress.whole} data keys", ending=end)
        self.stderr.flush()

    def _stand(self) -> None:
        found = rotation.standing()
        for key, counts in found.items():
            said = ", ".join(f"{count} {KINDS[kind]}" for kind, count in counts.items()) or "nothing names it"
            self.stdout.write(f"{key}{' (used now)' if key == rotation.current() else ''}: {said}")
