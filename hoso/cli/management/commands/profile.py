import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hoso.regulation import profiles, rules

NOT_USABLE = 2
WHY = {"": "HOLDS", "not_yet": "not yet in force", "later": "a later text speaks", "higher": "a higher text speaks"}


class Command(BaseCommand):
    help = "Regulation profiles: `list` them, `check FILE`, `explain RULE --on DATE --in CODE`, print the `schema`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("list", help="code, title, and the profiles it inherits from")
        check = words.add_parser("check", help="what is wrong with a file: exit 0 if nothing, else 1")
        check.add_argument("file", type=Path)
        explain = words.add_parser("explain", help="which value of a rule holds on a day, from which article")
        explain.add_argument("rule", help="for example entry.first")
        explain.add_argument("--on", type=date.fromisoformat, help="YYYY-MM-DD (default: today)")
        explain.add_argument("--in", dest="code", default="vn", help="the profile (default: vn)")
        words.add_parser("schema", help="the JSON Schema of a profile's file")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['word']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for code in profiles.codes():
            self.stdout.write(f"{code:<16} {profiles.read(code).title}  ({' > '.join(profiles.line(code)[::-1])})")

    def _check(self, options: dict[str, Any]) -> None:
        problems = profiles.check(options["file"], rules.RULES)
        for each in problems:
            self.stdout.write(str(each))
        if problems:
            sys.exit(1)
        self.stdout.write(f"{options['file'].name}: nothing is wrong")

    def _explain(self, options: dict[str, Any]) -> None:
        rule, code = options["rule"], options["code"]
        on = options["on"] or timezone.localdate()
        if rule not in rules.RULES:
            self._complain(f"there is no rule {rule}; rules are {', '.join(sorted(rules.RULES))}")
        try:
            reasons = rules.explain(rule, on=on, code=code)
        except LookupError as trouble:
            self._complain(str(trouble.args[0]))
        self.stdout.write(f"{rule} ({rules.RULES[rule]}) on {on} in {code}:")
        for each in reasons:
            value = each.value
            says = value.within or json.dumps(value.setting, ensure_ascii=False)
            note = ", provisional" if value.provisional else ""
            self.stdout.write(f"  {value.since}  {says}  [{WHY[each.why]}]")
            self.stdout.write(f"      {value.article} (rank {value.rank}, profile {value.profile}{note})")
        if not any(each.holds for each in reasons):
            self.stdout.write("  no value is in force yet")
            sys.exit(1)

    def _schema(self, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(profiles.ProfileFile.model_json_schema(), ensure_ascii=False, indent=2))

    def _complain(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(NOT_USABLE)
