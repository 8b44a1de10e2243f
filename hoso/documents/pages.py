"""Pages of scans as pictures, drawn on the server: no PDF ever runs in a browser frame of ours."""

import io
import math
from typing import Literal

import pypdfium2
from PIL import Image

from hoso.base.errors import Invalid, NotFound
from hoso.documents.files import PDF, picture, upright
from hoso.documents.pdfium import opened

WIDEST = 2400
MOST_DRAWN = 12_000_000  # pixels of one picture

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
            drawn: Image.Image = sheet.render(scale=scale, may_draw_forms=True, rev_byteorder=True).to_pil()
            return drawn.convert("RGB")
    except pypdfium2.PdfiumError as trouble:
        raise Invalid("damaged") from trouble


def _picture(data: bytes, page: int, width: int) -> Image.Image:
    if page != 1:
        raise NotFound("no_such_page")
    with picture(data) as image:
        try:
            image.draft("RGB", (width, width))
            held = upright(image)
            clear = held.mode in ("RGBA", "LA", "PA") or "transparency" in held.info
            held = held.convert("RGBA" if clear else "RGB")
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
