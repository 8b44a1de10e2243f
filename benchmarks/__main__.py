"""`make bench`: what docs/benchmarks.md promises, as ratios of one run, on a demo of its own under build/bench."""

import contextlib
import io
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROMISED_MS, PROMISED_RATIO = 100, 4


def main() -> int:
    """Measure, print, write docs/benchmarks.md; exit 1 if a promise is not kept."""
    home = ROOT / "build" / "bench"
    os.environ.update(HOSO_HOME=str(home), DJANGO_SETTINGS_MODULE="hoso.settings")
    hoso = str(ROOT / ".venv" / "bin" / "hoso")
    subprocess.run([hoso, "demo", "--no-serve"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([hoso, "database", "start"], check=True, stdout=subprocess.DEVNULL)
    try:
        return _measure()
    finally:
        subprocess.run([hoso, "database", "stop"], check=False, stdout=subprocess.DEVNULL)


def _measure() -> int:
    import django

    django.setup()
    from benchmarks import full_record, pages, records

    found = full_record.measure()
    worst = max(found["page, an officer"], found["page, the person"])
    ratio = worst / found["bare"]
    kept = worst < PROMISED_MS and ratio <= PROMISED_RATIO
    lines = [
        "# Benchmarks",
        "",
        (
            f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python"
            f" {platform.python_version()}, the demo. Milliseconds swing with the machine; trust the ratios."
        ),
        "",
        "## The record page of a full 38-item record",
        "",
        "| what | ms (median of 40) |",
        "| --- | --- |",
        *(f"| {name} | {value:.1f} |" for name, value in found.items()),
        "",
        (
            f"Promise: under {PROMISED_MS} ms, and at most {PROMISED_RATIO} times the bare cost of fetching, decrypting"
            f" and validating the same document. Found: {worst:.0f} ms, {ratio:.1f} times:"
            f" {'kept' if kept else 'NOT kept'}."
        ),
        "",
        "## Pages",
        "",
        "```",
        _printed(pages.main),
        "```",
        "",
        "## Records, in memory",
        "",
        "```",
        _printed(records.main),
        "```",
    ]
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if kept else 1


def _printed(work: object) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        work()  # type: ignore[operator]
    return out.getvalue().rstrip()


if __name__ == "__main__":
    sys.exit(main())
