"""Pages of scans as pictures, drawn on the server: no PDF ever runs in a browser frame of ours."""

import io
import math
import time
from typing import Literal

import pypdfium2
from PIL import Image
from pypdfium2 import raw as pdfium

from hoso.base.errors import Invalid, NotFound
from hoso.base.files.inspection import PDF, picture, upright
from hoso.base.files.pdfium import opened

WIDEST = 2400
MOST_DRAWN = 12_000_000  # pixels of one picture
LONGEST = 5.0  # seconds for one page

Format = Literal["PNG", "WEBP"]


def render_page(data: bytes, media_type: str, page: int, width: int, kind: Format = "WEBP") -> bytes:
    """Page (from 1) as a picture about `width` pixels wide, smaller where it would be too tall.

    NotFound with `no_such_page`; Invalid with `damaged` or `too_many_pixels`.
    """
    width = max(16, min(width, WIDEST))
    drawn = _pdf_page(data, page, width) if media_type == PDF else _picture(data, page, width)
    result = io.BytesIO()
    drawn.save(result, kind, **({"quality": 82, "method": 2} if kind == "WEBP" else {"optimize": False}))
    return result.getvalue()


def _pdf_page(data: bytes, page: int, width: int) -> Image.Image:
    try:
        with opened(data) as document:
            if not 1 <= page <= len(document):
                raise NotFound("no_such_page")
            document.init_forms()  # the picture of a signature is part of a form
            sheet = document[page - 1]
            wide, tall = sheet.get_size()
            if wide <= 0 or tall <= 0:
                raise Invalid("damaged")
            scale = _scale(wide, tall, width)
            return _drawn(sheet, math.ceil(wide * scale), math.ceil(tall * scale))
    except pypdfium2.PdfiumError as trouble:
        raise Invalid("damaged") from trouble


def _drawn(sheet: pypdfium2.PdfPage, wide: int, tall: int) -> Image.Image:
    """The page on white, or Invalid with `damaged` if it takes too long: a few kilobytes may ask for hours of drawing,
    and nobody else's page is drawn meanwhile."""
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
    bitmap = pypdfium2.PdfBitmap.new_native(wide, tall, pdfium.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, tall)
    where, end = (bitmap, sheet, 0, 0, wide, tall, 0, flags), time.monotonic() + LONGEST
    pause = pdfium.IFSDK_PAUSE(version=1)
    late = type(pause.NeedToPauseNow)(lambda _pause: time.monotonic() > end)  # asked between the objects of a page
    pause.NeedToPauseNow = late
    state = pdfium.FPDF_RenderPageBitmap_Start(*where, pause)
    pdfium.FPDF_RenderPage_Close(sheet)
    if state != pdfium.FPDF_RENDER_DONE:
        raise Invalid("damaged")
    if sheet.formenv:
        pdfium.FPDF_FFLDraw(sheet.formenv, *where)
    drawn: Image.Image = bitmap.to_pil()
    return drawn.copy()  # of the bitmap's memory nothing is kept


def _picture(data: bytes, page: int, width: int) -> Image.Image:
    if page != 1:
        raise NotFound("no_such_page")
    with picture(data) as image:
        try:
            image.draft("RGB", (width, width))
            held = upright(image)
            clear = held.mode in ("RGBA", "LA", "PA") or "transparency" in held.info
            mode = "RGBA" if clear else "RGB"
            held = held if held.mode == mode else held.convert(mode)
            scale = min(1.0, _scale(held.width, held.height, width))
            size = (max(1, round(held.width * scale)), max(1, round(held.height * scale)))
            held = held.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
            return _on_white(held) if clear else held
        except (OSError, SyntaxError, ValueError, MemoryError) as trouble:
            raise Invalid("damaged") from trouble


def _on_white(held: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", held.size, "white")
    sheet.paste(held, mask=held.getchannel("A"))
    return sheet


def _scale(wide: float, tall: float, width: int) -> float:
    """How much to enlarge so that it is `width` wide, and neither side nor area runs away."""
    scale = width / wide
    return min(scale, math.sqrt(MOST_DRAWN / (wide * tall)))
