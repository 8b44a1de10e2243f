"""Drawn scans: a decision on grey paper, with a stamp that says it is an example."""

from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = (1240, 1754)  # A4 at 150 dots an inch


@cache
@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    folder = Path(settings.HOSO_ASSETS) / "@expo-google-fonts" / "tinos"
    found = sorted(folder.rglob(f"Tinos_{name}.ttf"))
    return ImageFont.truetype(str(found[0]), size)


def decision(
    random: Random, *, unit: str, number: str, about: str, lines: list[str], signer: str, title: str = "QUYẾT ĐỊNH"
) -> bytes:
    """A page of a personnel decision as a JPEG, a little skewed, as scanners do."""
    page = Image.new("L", SIZE, 252)
    draw = ImageDraw.Draw(page)

    def text(x: int, y: int, said: str, *, name: str = "400Regular", size: int = 30, middle: bool = False) -> None:
        font = _font(name, size)
        draw.text((x - font.getlength(said) / 2 if middle else x, y), said, fill=40, font=font)

    text(340, 110, unit.upper()[:34], name="700Bold", size=26, middle=True)
    text(890, 110, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", name="700Bold", size=26, middle=True)
    text(890, 146, "Độc lập - Tự do - Hạnh phúc", name="700Bold", size=28, middle=True)
    text(340, 190, f"Số: {number}", size=28, middle=True)
    text(620, 300, title, name="700Bold", size=38, middle=True)
    text(620, 352, about, name="700Bold", size=30, middle=True)
    for row, said in enumerate(lines):
        text(140, 460 + 52 * row, said)
    text(900, 1180, "THỦ TRƯỞNG", name="700Bold", middle=True)
    text(900, 1400, signer, name="700Bold", middle=True)
    draw.ellipse((640, 1180, 860, 1400), outline=150, width=4)
    text(750, 1270, "MẪU DẤU", name="700Bold", size=24, middle=True)
    text(750, 1300, "MINH HỌA", name="700Bold", size=24, middle=True)
    text(620, 1620, "DỮ LIỆU MINH HỌA: văn bản này không có thật", size=24, middle=True)
    skewed = page.rotate(random.uniform(-0.7, 0.7), fillcolor=244, resample=Image.Resampling.BILINEAR)
    result = BytesIO()
    skewed.save(result, "JPEG", quality=62)
    return result.getvalue()


def portrait(random: Random) -> bytes:
    """A 4 by 6 picture of nobody: a head and shoulders."""
    page = Image.new("RGB", (400, 600), random.choice([(214, 226, 240), (226, 232, 222), (236, 228, 220)]))
    draw = ImageDraw.Draw(page)
    draw.ellipse((60, 400, 340, 760), fill=random.choice([(44, 58, 94), (70, 70, 76), (96, 60, 60)]))
    draw.ellipse((120, 150, 280, 370), fill=random.choice([(232, 196, 168), (222, 184, 152)]))
    draw.pieslice((112, 130, 288, 330), 180, 360, fill=(40, 34, 32))
    result = BytesIO()
    page.save(result, "JPEG", quality=80)
    return result.getvalue()
