"""Typst, kept ready: one compiler per template and folder of fonts for the life of the process."""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import typst

TEMPLATES = Path(__file__).parent / "templates"
Standard = Literal["a-2b", "a-3b"]

_TURN = threading.Lock()


def typeset(
    template: str,
    data: Mapping[str, object],
    *,
    fonts: Path,
    at: datetime,
    standard: Standard = "a-2b",
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF/A of the template; `data` reaches it as JSON, so nothing in it can become Typst code.

    The same data at the same moment gives the same bytes. `fonts` holds the Tinos files; no other font is used for
    text, because those of the machine may lack Vietnamese letters.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False), **(more or {})}
    with _TURN:
        pdf = _compiler(template, str(fonts)).compile(
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=standard,
            timestamp=at.astimezone(UTC).replace(microsecond=0),  # Typst takes fixed offsets only
            pdf_tags=False,  # parts are joined later, and tags would not survive that
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler(template: str, fonts: str) -> typst.Compiler:
    available = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[fonts])
    if "Tinos" not in available.families():
        raise FileNotFoundError(f"the Tinos fonts are not in {fonts}: run `make setup`")
    return typst.Compiler(str(TEMPLATES / f"{template}.typ"), root=str(TEMPLATES), font_paths=available)
