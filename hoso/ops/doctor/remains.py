"""What a demo leaves behind: its people, its accounts, its passwords."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from hoso.audit import queries as audit
from hoso.ops.doctor.finding import Finding, error

ANEW: Final = "an empty HOSO_HOME and `hoso init`; never carry a demo over"


def of_a_demo(at: datetime) -> Iterator[Finding]:
    """Accounts of a demo have passwords that stand in a file and in the output of `hoso demo`."""
    if audit.happened("demo.seeded", "node"):
        yield error("demo_people", "People and accounts of this node are a demo's.", "the database", ANEW)
    accounts = Path(settings.HOSO_HOME) / "demo" / "accounts.json"
    if accounts.exists():
        yield error("demo_accounts", "Names, passwords and second factors of a demo lie here.", str(accounts), ANEW)
