"""What a file really is: by its first bytes and by reading it, never by its name.

Scans of papers are PDF, JPEG or PNG; nothing else is taken (Quy chế TT 06/2023/TT-BNV Điều 6: digitised documents).
"""

import hashlib
import io
import threading
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2 import raw as pdfium

from hoso.base.errors import Invalid
from hoso.base.files.pdfium import opened

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 200
MOST_PIXELS = 60_000_000


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept. Width and height are pixels as shown, or points of a PDF's first page."""

    media_type: str
    pages: int
    width: int
    height: int
    sha256: str
    size: int


def inspect(data: bytes, *, most_bytes: int = MOST_BYTES, most_pages: int = MOST_PAGES) -> Inspected:
    """What was uploaded; Invalid with `empty`, `too_large`, `not_accepted_type`, `damaged`, `encrypted_pdf`,
    `too_many_pages` or `too_many_pixels`."""
    if not data:
        raise Invalid("empty")
    if len(data) > most_bytes:
        raise Invalid("too_large")
    media_type = media_type_of(data)
    pages, width, height = _pdf(data, most_pages) if media_type == PDF else _picture(data)
    return Inspected(media_type, pages, width, height, hashlib.sha256(data).hexdigest(), len(data))


def media_type_of(data: bytes) -> str:
    """By the first bytes; Invalid with `not_accepted_type`."""
    for magic, media_type in MAGIC:
        if data.startswith(magic):
            return media_type
    raise Invalid("not_accepted_type")


def clean_name(name: str) -> str:
    """The last part of an uploader's name for a file, without what cannot be seen; “tệp” where nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(char for char in unicodedata.normalize("NFC", last) if char.isprintable())[:200].strip()
    return clean or "tệp"


_TURN = threading.Lock()


@contextmanager
def picture(data: bytes) -> Iterator[Image.Image]:
    """The picture, not yet decoded, of a size that is safe to decode; Invalid with `damaged` or `too_many_pixels`.

    One at a time: a PNG of a few kilobytes may decode to a quarter of a gigabyte.
    """
    with _TURN:
        yield from _picture_of(data)


def _picture_of(data: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter
            image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
    except Image.DecompressionBombError as trouble:
        raise Invalid("too_many_pixels") from trouble
    except Exception as trouble:
        raise Invalid("damaged") from trouble
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise Invalid("too_many_pixels")
        yield image


def upright(image: Image.Image) -> Image.Image:
    """The picture as its camera says it should be held."""
    ImageOps.exif_transpose(image, in_place=True)  # a copy of a large one would cost a quarter of a gigabyte
    return image


def _picture(data: bytes) -> tuple[int, int, int]:
    with picture(data) as image:
        try:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)  # lying on its side
            width, height = image.size
            image.draft("RGB", (width // 8, height // 8))  # reads all of a JPEG in a sixty-fourth of the memory
            image.load()
        except Exception as trouble:
            raise Invalid("damaged") from trouble
    return (1, height, width) if turned else (1, width, height)


def _pdf(data: bytes, most_pages: int) -> tuple[int, int, int]:
    try:
        with opened(data) as document:
            pages = len(document)
            if pages > most_pages:
                raise Invalid("too_many_pages")
            if pages == 0:
                raise Invalid("damaged")
            if pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
                raise Invalid("encrypted_pdf")  # opens without a password today; nobody could archive it
            width, height = document[0].get_size()
    except pypdfium2.PdfiumError as trouble:
        asks = getattr(trouble, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Invalid("encrypted_pdf" if asks else "damaged") from trouble
    return pages, round(width), round(height)
