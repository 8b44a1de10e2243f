# /// script
# dependencies = ["fonttools[woff]"]
# ///
"""Makes hoso/web/static/fonts/digits-*.woff2: the ten digits of Be Vietnam Pro set to one width, 1.1 kB a weight.

The face has no tabular figures (1 is 385 units wide, 4 is 710): columns of figures would not line up. Same outlines,
same licence (OFL without a reserved name). After a change of the font's version, run from the repository:
`build/uv/bin/uv run docs/fonts/make_digits.py`
"""

from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FILES = Path("build/npm/node_modules/@fontsource/be-vietnam-pro/files")
MADE = Path("hoso/web/static/fonts")
WIDTH, NARROWED = 628, 0.955  # units; how much wide digits give way
DIGITS = range(0x30, 0x3A)


def make(weight: int) -> Path:
    """One weight of digits, from the package's latin subset."""
    font = TTFont(FILES / f"be-vietnam-pro-latin-{weight}-normal.woff2")
    options = Options(layout_features=[], hinting=False, name_IDs=[1, 2], notdef_outline=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=DIGITS)
    subsetter.subset(font)
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    for name, glyph in {names[code]: _centred(glyphs, names[code]) for code in DIGITS}.items():
        glyph.recalcBounds(font["glyf"])
        font["glyf"][name] = glyph
        font["hmtx"][name] = (WIDTH, glyph.xMin)
    for table in ("GPOS", "GSUB", "GDEF", "kern"):
        if table in font:
            del font[table]
    font.flavor = "woff2"
    font.save(MADE / f"digits-{weight}.woff2")
    return MADE / f"digits-{weight}.woff2"


def _centred(glyphs, name):
    box = BoundsPen(glyphs)
    glyphs[name].draw(box)
    left, _, right, _ = box.bounds
    shift = (WIDTH - (right - left) * NARROWED) / 2 - left * NARROWED
    pen = TTGlyphPen(None)
    glyphs[name].draw(TransformPen(pen, (NARROWED, 0, 0, 1, shift, 0)))
    return pen.glyph()


if __name__ == "__main__":
    for path in map(make, (400, 600)):
        print(path, path.stat().st_size)
