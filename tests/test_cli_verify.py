"""hoso verify and hoso manifest; and what poppler says of our files."""

import io
import shutil
import subprocess

import pytest
from django.core.management import call_command

from hoso.approvals import queries
from hoso.approvals.rules import covers, summary
from hoso.audit.models import Event
from hoso.base.errors import NotFound
from tests.test_approvals import confirm, signed
from tests.test_web_public import month

assert month  # the fixture


def verify(*words):
    """Exit code and lines."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", *map(str, words), stdout=out, stderr=out)
    return ended.value.code, out.getvalue()


def test_it_holds_and_covers_the_version(month, tmp_path):
    file = tmp_path / "bang-ke.pdf"
    file.write_bytes(month.sealed)
    code, said = verify(file, "--digest", month.record.head_digest)
    assert (code, said.splitlines()[0]) == (0, "valid")
    assert "Phạm Quốc Dũng" in said
    assert "manifest 11/2026-BK of Tỉnh Quảng Ninh: 1 records of 1 agencies" in said
    assert f"covers {month.record.head_digest}: version 1, Sở Nông nghiệp và Môi trường" in said
    assert verify(file, "--digest", "b" * 64)[0] == 1
    assert verify(file, "--digest", "b" * 63)[0] == 2
    assert verify(tmp_path / "nowhere.pdf")[0] == 2
    assert verify(file, "--trust", tmp_path / "nowhere")[0] == 2
    (tmp_path / "empty").mkdir()
    code, said = verify(file, "--trust", tmp_path / "empty")
    assert (code, "untrusted" in said) == (1, True)
    file.write_bytes(month.sealed.replace(b"/Type /Page", b"/Type /Pagf", 1))
    assert verify(file)[0] == 1


def test_manifests_are_listed_and_exported_each_with_its_supplement(month, tmp_path):
    month.accepted({"identity.contact_phone": "0912000222"})
    row = confirm(month, round_=queries.signed_month("2026-11").round)[0]
    from tests.test_approvals import SIGN_DAY, built

    signed(month, built(month, round_=row.round, at=SIGN_DAY))
    out = io.StringIO()
    call_command("manifest", "list", stdout=out)
    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["11/2026-BK-BS1", "11/2026-BK"]
    call_command("manifest", "export", "2026-11", "--output", str(tmp_path / "out"), stdout=out)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["manifest-2026-11-BS1.pdf", "manifest-2026-11.pdf"]
    assert (tmp_path / "out" / "manifest-2026-11.pdf").read_bytes() == month.sealed
    assert Event.objects.filter(action="manifest.exported").count() == 2
    with pytest.raises(NotFound):
        call_command("manifest", "export", "2026-10", stdout=out)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="apt-get install poppler-utils")
def test_poppler_agrees(month, tmp_path):
    file = tmp_path / "bang-ke.pdf"

    def said(pdf):
        file.write_bytes(pdf)
        done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
        return done.stdout

    assert said(month.sealed).count("Signature is Valid.") == 2
    at = month.sealed.index(b"stream") + 40
    changed = month.sealed[:at] + bytes([month.sealed[at] ^ 1]) + month.sealed[at + 1 :]
    assert said(changed).count("Digest Mismatch") == 2
    assert verify(file)[0] == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"schema": "other"},
        {"schema": "hoso/manifest/1", "agencies": 3},
        {"schema": "hoso/manifest/1", "agencies": [None, {"lines": "x"}, {"name": 3, "lines": [1, {"digest": ["a"]}]}]},
        {"schema": ["hoso/manifest/1"], "node": []},
    ],
)
def test_data_of_any_shape_are_read_without_a_fall(said):
    assert covers(said, "a" * 64) is None
    found = summary(said)
    assert found is None or found.month == ""
