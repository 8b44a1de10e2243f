"""Documents of the demo that give rights, with drawn scans that say what they are."""

from datetime import date
from random import Random

from hoso.access.roles import ROLES
from hoso.access.rules import BasisKind, Paper
from hoso.ops.demo import scans

TITLES = {
    BasisKind.DECISION: "QUYẾT ĐỊNH",
    BasisKind.AUTHORISATION: "GIẤY ỦY QUYỀN",
    BasisKind.CONSENT: "VĂN BẢN ĐỒNG Ý",
}


def paper(
    kind: BasisKind, number: str, on: date, *, issuer: str, about: str, lines: list[str], signer: str, drawn: bool
) -> Paper:
    """A document, with its scan if it is to be drawn: a page takes a tenth of a second."""
    if not drawn:
        return Paper(kind, number, on, issuer, about)
    random = Random(number)  # noqa: S311 (how a drawn page lies on the glass)
    data = scans.decision(
        random, unit=issuer, number=number, about=about, lines=lines, signer=signer, title=TITLES[kind]
    )
    return Paper(kind, number, on, issuer, about, data, f"{number.replace('/', '-')}.jpg")


def appointment(number: str, on: date, *, name: str, role: str, where: str, drawn: bool) -> Paper:
    """A decision that gives somebody a role."""
    title = ROLES[role].title
    lines = [
        f"Điều 1. Giao {name}",
        f"nhiệm vụ: {title}.",
        f"Phạm vi: {where} và các đơn vị trực thuộc.",
        "Điều 2. Quyết định có hiệu lực từ ngày ký.",
    ]
    about = f"Giao nhiệm vụ {title[0].lower()}{title[1:]}"
    signer = "Nguyễn Văn Mẫu"
    return paper(BasisKind.DECISION, number, on, issuer=where, about=about, lines=lines, signer=signer, drawn=drawn)
