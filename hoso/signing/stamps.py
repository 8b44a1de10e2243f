"""The picture a signature leaves on the page (NĐ 30/2020/NĐ-CP): the person's text, the agency's in red."""

import json
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

TEMPLATE = Path(__file__).parent / "stamp.typ"
HERE = ZoneInfo("Asia/Ho_Chi_Minh")

_TURN = threading.Lock()


def leader_stamp(name: str, *, title: str, organization: str, at: datetime, fonts: Path) -> bytes:
    """One page of 240 x 70 points: "Ký bởi: …", office, agency, time with its zone."""
    return _stamp("leader", name, title, organization, at, fonts)


def seal_stamp(name: str, *, at: datetime, fonts: Path) -> bytes:
    """One page of 240 x 70 points: the agency's name in a red box."""
    return _stamp("seal", name, "", "", at, fonts)


def _stamp(kind: str, name: str, title: str, organization: str, at: datetime, fonts: Path) -> bytes:
    when = at.astimezone(HERE).strftime("%H:%M:%S ngày %d/%m/%Y +07:00")
    data = {"kind": kind, "name": name, "title": title, "organization": organization, "at": when}
    with _TURN:
        pdf = _compiler(str(fonts)).compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="a-2b",
            timestamp=at.astimezone(UTC).replace(microsecond=0),
            pdf_tags=False,
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler(fonts: str) -> typst.Compiler:
    available = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    if "Tinos" not in available.families():
        raise FileNotFoundError(f"the Tinos fonts are not in {fonts}: run `make setup`")
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=available)
