from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.base.clock import day
from hoso.cli.main import as_owner
from hoso.ops import node


class Command(BaseCommand):
    help = "Make a real, empty node: root organisation, Department of Home Affairs, first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="code of the province, for example H49")
        parser.add_argument("--name", required=True, help="name of the province, for example 'Tỉnh Quảng Ninh'")
        parser.add_argument("--profile", default="vn", help="regulation profile: vn, quang-ninh, tay-ninh")
        parser.add_argument("--sign-in", default="snv.quantri", help="name that the first administrator signs in with")
        parser.add_argument("--administrator", required=True, help="full name of the first department administrator")
        parser.add_argument("--basis", required=True, help="number of the decision that names the administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        as_owner("migrate", "--verbosity", "0")
        made = node.create(
            code=options["code"],
            name=options["name"],
            profile=options["profile"],
            sign_in=options["sign_in"],
            administrator=options["administrator"],
            basis=options["basis"],
            since=day(timezone.now()),
            at=timezone.now(),
        )
        self.stdout.write(f"{made.root} ({made.root.code}): {options['sign_in']} / {made.password}")
        self.stdout.write("The password must be changed at first sign-in; it is not shown again.")
