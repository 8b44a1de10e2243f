import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from hoso.access import factors
from hoso.base import cluster
from hoso.cli.main import as_owner
from hoso.ops.demo import make

MADE = ("pg", "files", "keys", "ca", "trust", "demo", "anchors")  # what a demo puts into HOSO_HOME


class Command(BaseCommand):
    help = "Make or reopen the demo (an invented province with an open month) and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=int(os.environ.get("PEOPLE", "2000")))
        parser.add_argument("--reset", action="store_true", help="throw the demo away and end")
        parser.add_argument("--codes", action="store_true", help="print the codes of the authenticator apps and end")
        parser.add_argument("--no-serve", action="store_true", help="only make it")

    def handle(self, *args: Any, people: int, reset: bool, codes: bool, no_serve: bool, **options: Any) -> None:
        if people < 150 or people > 50_000:
            raise CommandError("PEOPLE must be between 150 and 50000.")
        if reset:
            self._throw_away()
            self.stdout.write("The demo is gone; `make demo` makes a new one.")
            return
        if codes:
            self._say_codes()
            return
        as_owner("migrate", "--verbosity", "0")
        if make.is_half_made():
            self._refuse_real_node()
            self.stdout.write("An earlier seeding was interrupted; starting anew.")
            self._throw_away()
            cluster.ensure(Path(settings.HOSO_HOME))
            again = [sys.executable, "-m", "hoso.cli.main", *sys.argv[1:]]
            os.execv(sys.executable, again)  # noqa: S606 (keys and connections must be read anew)
        if not make.is_made():
            make.make(people, now=timezone.now(), say=self.stdout.write)
        self._say_accounts()
        if not no_serve:
            call_command("run")

    def _refuse_real_node(self) -> None:
        from hoso.orgs.queries import root

        if root().profile != "demo":
            raise CommandError("HOSO_HOME holds a real node, not a demo: set HOSO_HOME to another folder.")

    def _throw_away(self) -> None:
        if os.environ.get("DATABASE_URL"):
            raise CommandError("With DATABASE_URL the demo does not drop a database: make an empty one yourself.")
        connections.close_all()
        home = Path(settings.HOSO_HOME)
        cluster.stop(home)
        for name in MADE:
            shutil.rmtree(home / name, ignore_errors=True)
        for path in home.glob("manifest-*.pdf"):
            path.unlink()

    def _say_codes(self) -> None:
        for each in self._cast():
            if each["totp_secret"]:
                code = factors.code(each["totp_secret"], at=timezone.now())
                self.stdout.write(f"  {each['role']:<20} {each['username']:<14} {code}")

    def _cast(self) -> list[dict[str, str]]:
        cast: list[dict[str, str]] = json.loads(self._path().read_text(encoding="utf-8"))
        return cast

    def _path(self) -> Path:
        return Path(settings.HOSO_HOME) / "demo" / "accounts.json"

    def _say_accounts(self) -> None:
        cast = self._cast()
        self.stdout.write(f"\nhttp://localhost:{settings.HOSO_PORT}/\n")
        for each in cast:
            self.stdout.write(f"  {each['role']:<20} {each['username']:<14} {each['password']:<20} {each['name']}")
            if each["totp_secret"]:
                self.stdout.write(f"  {'':<20} authenticator app: {each['totp_secret']}")
        self.stdout.write("  `hoso demo --codes` prints what the authenticator apps show now.")
        leader = next(each for each in cast if "certificate" in each)
        self.stdout.write(f"  The leader signs with {leader['certificate']}, passphrase {leader['passphrase']}")
        self.stdout.write(f"  (all of it in {self._path()})\n")
