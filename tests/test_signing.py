"""The leader signs the month's manifest, the seal follows; what comes back changed is refused by its own word."""

import io
import os
import random
import shutil
import subprocess
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import mkdtemp

import pikepdf
import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import SimpleSigner

from hoso.base.errors import Refused
from hoso.base.files.inspection import PDF
from hoso.base.files.pages import render_page
from hoso.documents.printing import Group, Line, print_manifest
from hoso.signing import certificates, cms, pades, seals, stamps
from hoso.signing.certificates import Authority, Issued
from hoso.signing.rules import why_not_accept_upload
from hoso.signing.signers import key, pkcs12, upload
from hoso.signing.timestamps import HttpTimeStamper, LocalTimeStamper, timestamper
from hoso.signing.trust import Trust
from hoso.signing.verify import examine

ROOT = Path(__file__).parents[1]
FONTS = Path(os.environ.get("HOSO_ASSETS", ROOT / "build/npm/node_modules")) / "@expo-google-fonts" / "tinos"
NOW = datetime.now(UTC).replace(microsecond=0)
AGENCY = "Sở Nội vụ tỉnh Quảng Ninh"
SIGNED = {}


@dataclass(frozen=True)
class Scene:
    """A test authority, the people it knows, one it does not, and this month's manifest ready to be signed."""

    authority: Authority
    trust: Trust
    leader: Issued
    second: Issued
    retired: Issued
    dismissed: Issued
    stranger: Issued
    office: Issued
    manifest: bytes

    @property
    def registered(self):
        return [(one.issuer, one.serial) for one in (self.leader, self.retired, self.dismissed)]

    @property
    def seal(self) -> SimpleSigner:
        return pkcs12.signer(self.office.p12, "dấu", self.trust.others)

    @property
    def clock(self):
        return LocalTimeStamper(self.authority)

    def signed(self, who: Issued | None = None, *, checked=True, **changes):
        given = {"reason": "Ký bảng kê tháng", "at": NOW, "timestamper": self.clock, "trust": self.trust} | changes
        given |= {} if checked else {"trust": None, "timestamper": None}
        if changes:
            return pades.sign_with_pkcs12(self.manifest, (who or self.leader).p12, "mật khẩu", **given)
        known = (hash(self.manifest), (who or self.leader).serial, checked)
        if known not in SIGNED:
            SIGNED[known] = pades.sign_with_pkcs12(self.manifest, (who or self.leader).p12, "mật khẩu", **given)
        return SIGNED[known]

    def sealed(self, signed: bytes | None = None, **changes):
        given = {"reason": "Đóng dấu", "at": NOW, "timestamper": self.clock, "trust": self.trust} | changes
        return pades.seal(signed or self.signed(), self.seal, **given)

    def why_not(self, pdf: bytes, at=NOW):
        return why_not_accept_upload(examine(pdf, trust=self.trust, at=at, original=self.manifest), self.registered)


def manifest(month=11):
    line = Line("Trần Văn An", AGENCY, "SYLL TT 06/2023", "3", "ab" * 32, "Lê Thị Chi", "24/11/2026")
    groups = [Group("H49.1", AGENCY, [line, replace(line, digest="cd" * 32)])]
    machine = {"node": "QN", "month": f"2026-{month}", "number": f"{month}/BK-SNV", "lines": ["ab" * 32, "cd" * 32]}
    cover = {"number": f"{month}/BK-SNV", "month_shown": f"{month}/2026", "watermark": "DỮ LIỆU MINH HỌA"}
    return pades.add_fields(print_manifest(cover, groups, machine, fonts=FONTS, at=NOW))


@cache
def scene() -> Scene:
    folder = Path(mkdtemp(prefix="hoso-ca-"))
    ours = certificates.make_authority(folder / "ours", NOW - timedelta(days=500), bits=2048)
    theirs = certificates.make_authority(folder / "theirs", NOW, bits=2048)

    def issue(authority, name, at=NOW, **more):
        given = {"organization": AGENCY, "title": "Phó Giám đốc", "passphrase": "mật khẩu", "at": at} | more
        return certificates.issue(authority, name, **given)

    leader = issue(ours, "Nguyễn Thị Ánh Tuyết")
    retired = issue(ours, "Nguyễn Thị Ánh Tuyết", NOW - timedelta(days=400), days=365)
    dismissed = issue(ours, "Nguyễn Thị Ánh Tuyết")
    certificates.publish_lists(ours, NOW)
    certificates.revoke(ours, dismissed.serial, at=NOW - timedelta(hours=3))
    return Scene(
        ours,
        Trust.from_folder(ours.folder),
        leader,
        issue(ours, "Hoàng Văn Dũng"),
        retired,
        dismissed,
        issue(theirs, "Nguyễn Thị Ánh Tuyết"),
        issue(ours, AGENCY, kind="seal", title="", passphrase="dấu"),
        manifest(),
    )


@pytest.fixture(scope="module", name="it")
def the_scene():
    return scene()


@pytest.fixture(scope="module")
def done(it):
    """Signed and sealed, as it is kept."""
    return it.sealed()


def test_two_signatures_are_valid_and_say_who_and_when(it, done):
    found = examine(done, trust=it.trust, at=NOW + timedelta(days=2000), original=it.manifest)
    assert (found.verdict, found.codes) == ("valid", ())
    leader, seal = found.signatures
    assert (leader.field, leader.who.name, leader.who.title) == (pades.LEADER, "Nguyễn Thị Ánh Tuyết", "Phó Giám đốc")
    assert (leader.who.issuer, leader.who.serial) == (it.leader.issuer, it.leader.serial)
    assert (seal.field, seal.who.name) == (pades.SEAL, AGENCY)
    assert leader.claimed_at == NOW
    assert abs(leader.proven_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert (leader.modification, seal.modification) == ("FORM_FILLING", "LTA_UPDATES")
    assert found.manifest["month"] == "2026-11"


def test_every_certificate_says_that_it_is_a_test_and_none_holds_a_number(it):
    for one in (it.leader, it.office, it.stranger):
        subject = one.certificate.subject.rfc4514_string()
        assert "DỮ LIỆU MINH HỌA" in subject
        assert "TEST" in subject
        assert "2.5.4.5" not in subject  # serialNumber, where others put the identification number
    assert (it.authority.folder / "root.key").stat().st_mode & 0o077 == 0
    again = certificates.make_authority(it.authority.folder, NOW)
    assert again.certificate("root") == it.authority.certificate("root")


def test_the_leaders_upload_is_accepted(it):
    assert it.why_not(it.signed()) is None
    accepted = upload.accept(
        it.signed(checked=False), original=it.manifest, trust=it.trust, registered=it.registered, at=NOW
    )
    assert accepted.verdict == "valid"
    assert accepted.signatures[0].proven_at is None


def test_who_is_not_this_leader_is_refused(it):
    assert it.why_not(it.signed(it.second)) == "other_signer"
    assert it.why_not(it.signed(it.stranger, checked=False)) == "untrusted_signer"
    assert it.why_not(it.signed(it.dismissed, checked=False)) == "revoked_certificate"
    assert it.why_not(it.signed(it.retired, checked=False)) == "expired_certificate"
    with pytest.raises(Refused, match="untrusted_signer"):
        upload.accept(
            it.signed(it.stranger, checked=False),
            original=it.manifest,
            trust=it.trust,
            registered=it.registered,
            at=NOW,
        )


def test_a_stranger_beside_the_leader_is_refused(it):
    both = pades.sign_with_pkcs12(
        it.signed(),
        it.second.p12,
        "mật khẩu",
        field=pades.SEAL,
        reason="Ký thay dấu",
        at=NOW,
        timestamper=None,
        trust=None,
    )
    assert it.why_not(both) == "other_signer"


def test_a_certificate_revoked_later_does_not_undo_a_time_stamped_signature(it, tmp_path):
    shutil.copytree(it.authority.folder, tmp_path / "ca")
    authority = Authority(tmp_path / "ca")
    later = NOW + timedelta(days=10)
    stamped, bare = it.signed(), it.signed(checked=False)
    certificates.revoke(authority, it.leader.serial, at=later)
    trust = Trust.from_folder(authority.folder)
    after = {"trust": trust, "at": later + timedelta(days=1)}
    assert examine(stamped, **after).verdict == "valid"
    assert examine(bare, **after).codes == ("revoked",)


def test_an_expired_certificate_does_not_undo_a_time_stamped_signature(it):
    in_four_years = {"trust": replace(it.trust, check_revocation=False), "at": NOW + timedelta(days=4 * 365)}
    assert examine(it.signed(), **in_four_years).verdict == "valid"
    assert examine(it.signed(checked=False), **in_four_years).codes == ("expired",)


def test_without_current_lists_nobody_can_say_valid(it):
    assert examine(it.signed(), trust=replace(it.trust, lists=()), at=NOW).codes == ("revocation_unknown",)
    assert examine(it.signed(), trust=replace(it.trust, lists=(), check_revocation=False), at=NOW).verdict == "valid"


def test_what_is_not_the_manifest_is_refused(it, tmp_path):
    october = replace(it, manifest=manifest(10))
    saved = tmp_path / "saved.pdf"
    with pikepdf.open(_file(tmp_path, it.signed())) as document:
        document.save(saved)
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(tmp_path / "empty.pdf")
    assert it.why_not(it.manifest) == "not_signed"
    assert it.why_not(october.signed()) == "other_manifest"
    assert it.why_not(saved.read_bytes()) == "altered"
    assert it.why_not((tmp_path / "empty.pdf").read_bytes()) == "other_document"
    assert it.why_not(b"PK\x03\x04 a spreadsheet") == "not_pdf"
    assert it.why_not(b"") == "not_pdf"
    assert it.why_not(it.manifest[:-200]) in ("not_pdf", "other_document")


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "signed.pdf"
    path.write_bytes(data)
    return path


def test_what_was_added_to_the_page_before_or_after_signing_is_found(it, tmp_path):
    changed = replace(it, manifest=_with_a_word_more(it.manifest))
    assert it.why_not(changed.signed()) == "altered"
    assert it.why_not(_with_a_word_more(it.signed())) in ("altered", "no_coverage")
    assert it.why_not(it.signed() + b"% nothing\n") in ("no_coverage", "not_pdf")
    assert it.why_not(it.signed(checked=False) + b"hidden") in ("no_coverage", "not_pdf")
    end = it.signed()[-40:].split(b"startxref")[1]
    assert it.why_not(it.signed() + b"% hidden\nstartxref" + end) == "no_coverage"


def _with_a_word_more(pdf: bytes) -> bytes:
    """An incremental update that writes on the first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    more = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 20 Tf 50 500 Td (X) Tj ET"))
    writer.add_stream_to_page(0, more)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def test_padding_that_is_not_zero_is_refused(it, done):
    for pdf in (it.signed(), done):
        at = pdf.rindex(b"0" * 64 + b">")
        stuffed = pdf[:at] + b"1" + pdf[at + 1 :]
        found = examine(stuffed, trust=it.trust, at=NOW)
        assert not found.signatures[-1].padding_clean
        assert found.verdict == "invalid"
    mixed = it.signed(checked=False)
    at = mixed.index(b"/Contents <30") + len(b"/Contents <")
    letter = next(i for i in range(at, at + 400) if mixed[i : i + 1].isalpha())
    mixed = mixed[:letter] + mixed[letter : letter + 1].swapcase() + mixed[letter + 1 :]
    assert it.why_not(mixed) == "altered"


def test_one_byte_changed_in_what_is_signed_is_found(it, done):
    end = examine(done, trust=it.trust, at=NOW).size
    dice = random.Random(2026)
    newest = done.rindex(b"/ByteRange")
    first, length, second, rest = (int(n) for n in done[newest:].split(b"[")[1].split(b"]")[0].split())
    assert first == 0 and second + rest <= end
    for _ in range(24):
        at = dice.choice([dice.randrange(length), dice.randrange(second, second + rest)])
        changed = bytearray(done)
        changed[at] ^= 1 << dice.randrange(8)
        assert examine(bytes(changed), trust=it.trust, at=NOW).verdict != "valid", at


def test_the_stamp_shows_who_signed(it):
    shown = it.signed(
        stamp=stamps.leader_stamp(
            "Nguyễn Thị Ánh Tuyết", title="Phó Giám đốc", organization=AGENCY, at=NOW, fonts=FONTS
        )
    )
    shown = it.sealed(shown, stamp=stamps.seal_stamp(AGENCY, at=NOW, fonts=FONTS))
    assert examine(shown, trust=it.trust, at=NOW).verdict == "valid"
    picture = Image.open(io.BytesIO(render_page(shown, PDF, 1, 595, "PNG")))
    box = picture.crop((62, 842 - 140, 302, 842 - 70))
    assert sum(red > 150 and green < 120 for red, green, _ in box.get_flattened_data()) > 500


def test_a_wrong_passphrase_and_a_missing_seal_are_refused(it, tmp_path):
    with pytest.raises(Refused, match="wrong_passphrase"):
        pkcs12.signer(it.leader.p12, "không phải")
    with pytest.raises(Refused, match="wrong_passphrase"):
        pkcs12.signer(b"no p12", "mật khẩu")
    with pytest.raises(Refused, match="seal_unavailable"):
        key.signer(tmp_path / "none.key", tmp_path / "none.crt")


def test_the_seal_may_be_a_key_file_of_the_server(it, tmp_path):
    bundle = load_pkcs12(it.office.p12, "dấu".encode())
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    (tmp_path / "k").write_bytes(bundle.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    chain = [bundle.cert, *bundle.additional_certs]
    (tmp_path / "c").write_bytes(b"".join(one.certificate.public_bytes(pem) for one in chain))
    sealed = pades.seal(
        it.signed(),
        key.signer(tmp_path / "k", tmp_path / "c"),
        reason="Đóng dấu",
        at=NOW,
        timestamper=it.clock,
        trust=it.trust,
    )
    assert examine(sealed, trust=it.trust, at=NOW).verdict == "valid"


def test_where_time_comes_from(it):
    assert isinstance(timestamper("", it.authority), LocalTimeStamper)
    assert timestamper("", None) is None
    server = timestamper("http://127.0.0.1:9/tsa", it.authority)
    assert isinstance(server, HttpTimeStamper)
    with pytest.raises(Refused, match="timestamp_unavailable"):
        it.signed(timestamper=server)
    with pytest.raises(ValueError, match="http"):
        HttpTimeStamper("file:///etc/passwd")


def test_a_time_stamp_server_may_be_asked_over_http(it):
    local = it.clock

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "/")
            self.end_headers()
            self.wfile.write(local.request_tsa_response(asked).dump())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        signed = it.signed(timestamper=HttpTimeStamper(f"http://127.0.0.1:{server.server_port}/"))
        with pytest.raises(Refused, match="timestamp_unavailable"):  # nobody is followed elsewhere
            it.signed(timestamper=HttpTimeStamper(f"http://127.0.0.1:{server.server_port}/moved"))
        server.shutdown()
    assert examine(signed, trust=it.trust, at=NOW).signatures[0].stamped_at is not None


def test_a_head_confirms_over_given_bytes(it):
    said = "Xác nhận 412 hồ sơ tháng 11/2026".encode()
    signature = cms.cms_sign(said, it.leader.p12, "mật khẩu", at=NOW, timestamper=it.clock)
    verdict = cms.cms_verify(said, signature, trust=it.trust, at=NOW + timedelta(days=2000))
    assert verdict.good
    assert (verdict.who.serial, verdict.claimed_at) == (it.leader.serial, NOW)
    assert cms.cms_verify(said + b".", signature, trust=it.trust, at=NOW).reason == "altered"
    assert cms.cms_verify(said, signature[:-9], trust=it.trust, at=NOW).reason == "altered"
    assert cms.cms_verify(said, b"", trust=it.trust, at=NOW).reason == "altered"
    for who, reason in ((it.stranger, "untrusted"), (it.dismissed, "revoked"), (it.retired, "expired")):
        theirs = cms.cms_sign(said, who.p12, "mật khẩu", at=NOW, timestamper=None)
        assert cms.cms_verify(said, theirs, trust=it.trust, at=NOW).reason == reason


def test_the_nodes_seal(tmp_path):
    mine = seals.open_key(tmp_path / "keys" / "seal.pem")
    assert seals.open_key(tmp_path / "keys" / "seal.pem").public == mine.public
    assert (tmp_path / "keys" / "seal.pem").stat().st_mode & 0o077 == 0
    signature = mine.sign(b"1042")
    assert seals.verify(mine.public, b"1042", signature)
    other = seals.open_key(tmp_path / "other.pem")
    for public, data, text in (
        (other.public, b"1042", signature),
        (mine.public, b"1043", signature),
        (mine.public, b"1042", signature[:-1]),
        (mine.public, b"1042", signature + "="),
        (mine.public, b"1042", "ký"),
        (b"", b"1042", signature),
    ):
        assert not seals.verify(public, data, text)
    assert mine.name == seals.name_of(mine.public) != other.name


# Tools of foreign make


def tools():
    """The folder of poppler's key store with the leader in it; skipped where the tools are missing, but never in CI."""
    if not all(map(shutil.which, ("pdfsig", "certutil", "pk12util"))):
        said = "needs pdfsig (poppler-utils), certutil and pk12util (libnss3-tools)"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="module")
def nss(it, tmp_path_factory):
    tools()
    folder = tmp_path_factory.mktemp("nss")
    (folder / "leader.p12").write_bytes(it.leader.p12)
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    run("pk12util", "-i", str(folder / "leader.p12"), "-d", f"sql:{folder}", "-W", "mật khẩu")
    return folder


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_poppler_finds_both_signatures_valid(done, tmp_path):
    tools()
    said = run("pdfsig", "-nocert", str(_file(tmp_path, done)))
    assert said.count("Signature is Valid.") == 2
    changed = done.replace(b"BK-SNV", b"BK-SNW", 1)
    assert "Digest Mismatch" in run(
        "pdfsig", "-nocert", str(_file(tmp_path, changed if changed != done else _flip(done)))
    )


def _flip(pdf: bytes) -> bytes:
    at = pdf.index(b"stream") + 40
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


@pytest.mark.parametrize("way", [("-add-signature",), ("-sign", pades.LEADER, "-etsi")], ids=["new field", "our field"])
def test_a_signature_of_foreign_make_is_accepted_and_sealed(it, nss, tmp_path, way):
    given, taken = tmp_path / "given.pdf", tmp_path / "taken.pdf"
    given.write_bytes(it.manifest)
    run("pdfsig", "-nssdir", str(nss), *way, "-nick", "hoso-test-person", "-reason", "Ký", str(given), str(taken))
    signed = taken.read_bytes()
    assert it.why_not(signed) is None
    sealed = it.sealed(signed)
    found = examine(sealed, trust=it.trust, at=NOW, original=it.manifest)
    assert found.verdict == "valid"
    assert found.signatures[0].proven_at is not None  # the seal's time-stamp vouches for the leader's signature
    assert run("pdfsig", "-nocert", str(_file(tmp_path, sealed))).count("Signature is Valid.") == 2
