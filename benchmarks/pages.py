"""How long the pages of a big node take to make: `python -m benchmarks.pages` on the data of HOSO_HOME."""

import os
import statistics
import time
from typing import Any

from tests.factors import let_force_login_count

ROUNDS = 20


def main() -> None:
    """Print median and 95th percentile in milliseconds, queries and kilobytes of each page, made in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoso.settings")
    import django

    django.setup()
    let_force_login_count()
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hoso.base.identity import NODE, acting_as

    print(f"{'page':<34}{'median ms':>10}{'p95 ms':>9}{'queries':>9}{'kB':>7}")
    with acting_as(NODE), transaction.atomic():
        found = [*pages()]
    for name, account, address in found:
        client = Client(headers={"host": "localhost"})
        client.force_login(account)
        client.get(address)
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            response = client.get(address)
            times.append(1000 * (time.perf_counter() - began))
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        p95 = sorted(times)[int(0.95 * ROUNDS) - 1]
        size = len(response.content) / 1000
        print(f"{name:<34}{statistics.median(times):>10.1f}{p95:>9.1f}{len(captured):>9}{size:>7.0f}")


def pages() -> list[tuple[str, Any, str]]:
    """Name, account, address: the department's administrator, who sees everybody, and one record of many versions."""
    from django.urls import reverse

    from hoso.access.models import Grant
    from hoso.records.models import Record

    officer = Grant.objects.filter(role="dept_admin", until=None).select_related("account")[0].account
    record = Record.objects.order_by("-head_seq")[0]
    head = record.head_seq
    return [
        ("people, first page", officer, reverse("people")),
        ("people, search by name", officer, reverse("people") + "?q=nguyen+an"),
        ("people, by state", officer, reverse("people") + "?tinh-trang=waiting"),
        ("record", officer, reverse("record", args=[record.pk])),
        ("versions", officer, reverse("versions", args=[record.pk])),
        ("version, verified", officer, reverse("version", args=[record.pk, head]) + "?kiem=1"),
        ("compare", officer, reverse("compare", args=[record.pk])),
        ("print", officer, reverse("print-record", args=[record.pk])),
        ("log", officer, reverse("log")),
    ]


if __name__ == "__main__":
    main()
