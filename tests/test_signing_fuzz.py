"""Hostile files: `examine` and `cms_verify` never raise, never hang, never say valid."""

import io
import time
import zlib
from datetime import timedelta
from functools import cache

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.signing import cms
from hoso.signing.verify import examine
from tests.test_signing import NOW, scene


def looked_at(pdf: bytes, **more):
    it = scene()
    return examine(pdf, trust=it.trust, at=NOW, original=it.manifest, **more)


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from([b"", b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n9\n%%EOF\n"]))
def test_random_bytes(data, head):
    assert looked_at(head + data).verdict in ("unreadable", "unsigned")


pieces = st.tuples(st.floats(0, 1), st.integers(0, 300), st.binary(max_size=40))


@settings(max_examples=60, deadline=timedelta(seconds=20))
@given(st.lists(pieces, min_size=1, max_size=4), st.booleans())
def test_signed_files_with_pieces_cut_out_and_others_put_in(cuts, tail):
    signed = once_signed()
    changed = signed
    for share, length, instead in cuts:
        at = int(share * len(changed)) if not tail else max(0, len(changed) - 3000) + int(share * 3000)
        changed = changed[:at] + instead + changed[at + length :]
    assert changed == signed or looked_at(changed).verdict != "valid"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=500), st.floats(0, 1))
def test_random_bytes_as_a_detached_signature(data, share):
    it = scene()
    signature = detached()
    at = int(share * len(signature))
    for hostile in (data, signature[:at] + data):
        if hostile != signature:
            assert not cms.cms_verify(b"412", hostile, trust=it.trust, at=NOW).good


@cache
def detached():
    return cms.cms_sign(b"412", scene().leader.p12, "mật khẩu", at=NOW, timestamper=None)


@cache
def once_signed():
    return scene().signed(checked=False)


def with_xref(body: bytes) -> bytes:
    """Objects 1, 2, … written one after another, with a table that finds them."""
    result, places = b"%PDF-1.7\n", []
    for number, part in enumerate(body.split(b"\n---\n"), 1):
        places.append(len(result))
        result += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(result)
    result += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    result += b"".join(b"%010d 00000 n \n" % place for place in places)
    return result + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)


def bomb() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    stream = document.make_stream(b"")
    for _ in range(2):
        inner = zlib.compress(zlib.compress(bytes(200_000_000), 9), 9)
    stream.write(inner, filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]))
    file = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="manifest.json", EF={"/F": stream}))
    document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=["manifest.json", file]))
    result = io.BytesIO()
    document.save(result)
    return result.getvalue()


nested = b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields %s>>>>" % (b"[" * 50_000 + b"]" * 50_000)
circle = (
    b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [3 0 R]>> /Names <</EmbeddedFiles 4 0 R>>>>\n---\n"
    b"<</Type /Pages /Kids [2 0 R] /Count 1>>\n---\n<</T (a) /Kids [3 0 R] /Parent 3 0 R>>\n---\n<</Kids [4 0 R]>>"
)
hostile = {
    "a bomb": bomb(),
    "nested without end": with_xref(nested),
    "in a circle": with_xref(circle),
    "a table before itself": with_xref(b"<</Type /Catalog>>").replace(b"/Root", b"/Prev 49 /Root"),
    "a signature that is none": with_xref(
        b"<</Type /Catalog /AcroForm <</Fields [2 0 R]>>>>\n---\n<</T (a) /FT /Sig /V 3 0 R>>\n---\n"
        b"<</Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 -5] /Contents <30>>>"
    ),
}


@pytest.mark.parametrize("name", hostile)
def test_files_made_to_hurt(name):
    began = time.monotonic()
    assert looked_at(hostile[name]).verdict in ("unreadable", "unsigned", "invalid")
    assert time.monotonic() - began < 10


def test_what_is_too_large_or_locked_is_not_even_read():
    assert looked_at(b"%PDF-" + bytes(1000), most_bytes=1000).codes == ("too_large",)
    document = pikepdf.new()
    document.add_blank_page()
    result = io.BytesIO()
    document.save(result, encryption=pikepdf.Encryption(owner="chủ", user=""))
    assert looked_at(result.getvalue()).codes == ("encrypted_pdf",)
