"""docs/security.md says what the repository has: every path, every test, every requirement once."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.security_scan import BEGIN, END, Finding, code_now, explained, why

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| (V[\d.]+) \| ([12]) \| (.+?) \| (met|n/a|open) \| (.+) \|$", TEXT)
OF_LEVEL = {"1": 70, "2": 183}  # requirements of ASVS 5.0.0


def test_every_path_and_test_it_names_is_there():
    named = re.findall(r"`((?:hoso|tests|deploy|docs)/[\w./-]*)(?:::(\w+))?`", TEXT)
    assert len(named) > 100
    for path, test in named:
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"
    for link in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / "docs" / link).exists(), link


def test_every_requirement_is_answered_once_and_counted():
    ids = [row[0] for row in ROWS]
    assert len(set(ids)) == len(ids)
    assert Counter(row[1] for row in ROWS) == OF_LEVEL
    counted = Counter(row[3] for row in ROWS)
    said = f"{counted['met']} met, {counted['n/a']} not applicable, {counted['open']} open, of {len(ROWS)}."
    assert TEXT.rstrip().endswith(said), said
    for number, _, what, _, where in ROWS:
        assert what.strip() and where.strip(), number


def test_every_prohibited_act_has_its_answer_and_its_test():
    part = TEXT.partition("## Prohibited acts as threats")[2].partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| [^|]+ \| (QĐ 31 Điều 5\.\S+|Hải Phòng) \| [^|]+ \| (.+) \|$", part)
    sources = Counter(source for source, _ in rows)
    assert {f"QĐ 31 Điều 5.{letter}" for letter in ("1a", "1b", "1c", "1d", "1đ", "2")} < set(sources)
    assert sources["Hải Phòng"] == 6 and all("tests/" in shown for _, shown in rows)


def test_the_scan_has_its_place_and_its_explanations_are_read():
    assert TEXT.index("## Explained findings") < TEXT.index(BEGIN) < TEXT.index(END)
    known = explained()
    low = Finding("wapiti", "x", "HTTP Secure Headers: X-XSS-Protection is not set", "GET /", 1)
    assert known and why(low, known)
    assert not why(low._replace(what="SQL Injection"), known)


@pytest.mark.parametrize(("moment", "digits"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_digits_of_a_second_factor_are_those_of_the_standard(monkeypatch, moment, digits):
    """The examples of RFC 6238."""
    monkeypatch.setattr("tests.security_scan.time.time", lambda: moment)
    assert code_now("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") == digits
