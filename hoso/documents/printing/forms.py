"""The statutory forms on paper: what the caller shows of a version, set as the form prescribes."""

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hoso.base.errors import NotFound
from hoso.base.files.inspection import picture, upright
from hoso.documents.printing.typesetting import typeset

TEMPLATES = {"syll": "syll", "contract": "contract"}
PHOTO = (472, 709)  # 4 x 6 cm at 300 points an inch


def print_form(form: str, data: Mapping[str, Any], *, fonts: Path, at: datetime) -> bytes:
    """A PDF/A-2b of a version of `form` (`syll/tt06-2023`, `contract/tt05-2023`, …); NotFound with `no_such_form`.

    `data`: fields {path: text}, tables {path: [[text]]}, heads {path: [labels]}, photo (JPEG or PNG), footer,
    watermark, masked [paths shown as "che"], declared_by, confirmed_by, place_date, variant (SUPPORT, PROFESSIONAL).
    Everything may be missing: then there are dots to write on.
    """
    template = TEMPLATES.get(form.split("/", maxsplit=1)[0])
    if template is None:
        raise NotFound("no_such_form")
    photo = data.get("photo")
    return typeset(template, {**data, "photo": list(_portrait(photo)) if photo else None}, fonts=fonts, at=at)


def print_receipt(data: Mapping[str, Any], *, fonts: Path, at: datetime) -> bytes:
    """What a person keeps after handing in: number, organization, parent, place_date, what, person, unit, form,
    submitted_at, desk, due, digest (texts), changes [text], evidence [[title, sha256]]."""
    return typeset("receipt", data, fonts=fonts, at=at)


def _portrait(data: bytes) -> bytes:
    """Small, upright and without what the camera wrote about place and time; Invalid as in `inspection.picture`."""
    with picture(data) as image:
        image.draft("RGB", PHOTO)
        held = upright(image).convert("RGB")
        held.thumbnail((PHOTO[0] * 2, PHOTO[1] * 2))
        result = io.BytesIO()
        held.save(result, "JPEG", quality=88)
    return result.getvalue()
