"""Files: what they are, how they are kept, how a page is drawn."""

import io
import os
import zlib
from uuid import uuid4

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hoso.base.envelope import Bare, Ring, Wrapped
from hoso.base.errors import Invalid, NotFound, Refused, Unreachable
from hoso.base.files import inspection, store
from hoso.base.files.inspection import JPEG, PDF, PNG, inspect
from hoso.base.files.pages import render_page

OLD, NEW = Bare(b"1" * 32), Bare(b"2" * 32)
RING = Ring("wrap-0002", {"wrap-0001": OLD, "wrap-0002": NEW})


def pdf(pages=1, **saved):
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    result = io.BytesIO()
    document.save(result, **saved)
    return result.getvalue()


def image(kind, size=(40, 60), mode="RGB", **saved):
    result = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(result, kind, **saved)
    return result.getvalue()


def huge_png(width, height):
    """A PNG that says it is huge; a few bytes long."""

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_a_scan_is_known_by_what_it_is():
    assert (inspect(pdf(3)).media_type, inspect(pdf(3)).pages) == (PDF, 3)
    assert inspect(image("JPEG")).media_type == JPEG
    found = inspect(image("PNG"))
    assert (found.media_type, found.pages, found.width, found.height) == (PNG, 1, 40, 60)
    assert len(found.sha256) == 64


def test_a_photograph_held_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = image("JPEG", (400, 200), exif=exif)
    assert (inspect(sideways).width, inspect(sideways).height) == (200, 400)
    drawn = Image.open(io.BytesIO(render_page(sideways, JPEG, 1, 100)))
    assert drawn.size == (100, 200)


locked = pikepdf.Encryption(owner="chủ", user="mở")
unlocked = pikepdf.Encryption(owner="chủ", user="")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-" + bytes(inspection.MOST_BYTES), "too_large"),
        (b"MZ\x90\x00 a program renamed to giay-khai-sinh.pdf", "not_accepted_type"),
        (b"<html>%PDF-1.7", "not_accepted_type"),
        (b"GIF89a", "not_accepted_type"),
        (b"%PDF-1.7 and nothing more", "damaged"),
        (image("JPEG", (300, 300))[:400], "damaged"),
        (image("PNG", (300, 300), mode="L")[:60], "damaged"),
        (b"\xff\xd8\xff\xe0 not a picture", "damaged"),
        (huge_png(60_001, 1000), "too_many_pixels"),
        (huge_png(60_000, 60_000), "too_many_pixels"),
        (pdf(encryption=locked), "encrypted_pdf"),
        (pdf(encryption=unlocked), "encrypted_pdf"),
        (pdf(201), "too_many_pages"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_a_scan_is_refused_by_its_own_word(data, code):
    with pytest.raises(Invalid) as refusal:
        inspect(data)
    assert refusal.value.code == code


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b""]), st.binary(max_size=600))
def test_random_bytes_are_refused_and_nothing_worse(magic, rest):
    with pytest.raises(Invalid):
        inspect(magic + rest)


def test_a_page_is_drawn_as_a_picture():
    drawn = Image.open(io.BytesIO(render_page(pdf(2), PDF, 2, 300)))
    assert (drawn.format, drawn.size[0]) == ("WEBP", 300)
    assert Image.open(io.BytesIO(render_page(image("PNG"), PNG, 1, 20, "PNG"))).format == "PNG"
    for data, media_type, page in ((pdf(2), PDF, 3), (pdf(2), PDF, 0), (image("PNG"), PNG, 2)):
        with pytest.raises(NotFound):
            render_page(data, media_type, page, 300)


def test_a_very_tall_page_does_not_fill_the_memory():
    document = pikepdf.new()
    document.add_blank_page(page_size=(10, 14_000))
    result = io.BytesIO()
    document.save(result)
    drawn = Image.open(io.BytesIO(render_page(result.getvalue(), PDF, 1, 2400, "PNG")))
    assert drawn.size[0] * drawn.size[1] < 13_000_000


@pytest.mark.parametrize("size", [0, 1, store.PIECE - 1, store.PIECE, store.PIECE + 1, 3 * store.PIECE])
def test_what_is_kept_comes_back(tmp_path, size):
    name, data = uuid4(), os.urandom(size)
    key = store.put(tmp_path, RING, name, io.BytesIO(data))
    assert store.get(tmp_path, RING, name, key) == data
    assert (key.ring_key, key.size) == ("wrap-0002", size)
    assert size < 16 or data[:64] not in store.where(tmp_path, name).read_bytes()
    assert [path.name for path in store.where(tmp_path, name).parent.iterdir()] == [str(name)]


def test_what_was_changed_on_the_disk_is_not_given(tmp_path):
    name = uuid4()
    key = store.put(tmp_path, RING, name, os.urandom(3 * store.PIECE))
    path = store.where(tmp_path, name)
    whole = path.read_bytes()
    sealed = store.PIECE + store.TAG
    head = len(store.MAGIC) + store.PREFIX
    pieces = [whole[head + i * sealed : head + (i + 1) * sealed] for i in range(3)]
    swapped = whole[:head] + pieces[1] + pieces[0] + pieces[2]
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for changed in (whole[: head + 2 * sealed], whole[:-1], whole + b"x", bytes(flipped), swapped, b"x" + whole[1:]):
        path.write_bytes(changed)
        with pytest.raises(Refused, match="file_changed"):
            store.get(tmp_path, RING, name, key)
    other = uuid4()
    store.where(tmp_path, other).parent.mkdir(parents=True, exist_ok=True)
    store.where(tmp_path, other).write_bytes(whole)
    with pytest.raises(Refused, match="file_changed"):
        store.get(tmp_path, RING, other, key)


def test_keys_are_changed_without_touching_files(tmp_path):
    name = uuid4()
    old = store.put(tmp_path, Ring("wrap-0001", RING.keys), name, "giấy khai sinh".encode())
    by, token = RING.rewrap(Wrapped(old.ring_key, old.wrapped))
    new = store.WrappedKey(by, token, old.sha256, old.size)
    assert (old.ring_key, new.ring_key) == ("wrap-0001", "wrap-0002")
    assert store.get(tmp_path, Ring("wrap-0002", {"wrap-0002": NEW}), name, new) == "giấy khai sinh".encode()
    with pytest.raises(Unreachable, match="wrapping_key_missing"):
        store.get(tmp_path, Ring("wrap-0001", {"wrap-0001": OLD}), name, new)
    with pytest.raises(Refused, match="data_key_damaged"):
        store.get(tmp_path, Ring("wrap-0002", {"wrap-0002": OLD}), name, new)


def test_a_file_is_written_once_and_may_be_removed(tmp_path):
    name = uuid4()
    key = store.put(tmp_path, RING, name, b"1")
    with pytest.raises(FileExistsError):
        store.put(tmp_path, RING, name, b"2")
    assert store.get(tmp_path, RING, name, key) == b"1"
    store.remove(tmp_path, name)
    store.remove(tmp_path, name)
    with pytest.raises(NotFound, match="file_missing"):
        store.get(tmp_path, RING, name, key)
