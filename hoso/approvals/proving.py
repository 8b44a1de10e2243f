"""Whether what the database says of a sealed manifest is what was signed."""

from datetime import datetime
from typing import Any

from hoso.approvals import queries, rules
from hoso.approvals.models import Manifest
from hoso.approvals.verifying import verify
from hoso.audit.models import Seal
from hoso.base.errors import Refused
from hoso.signing import queries as signing


def why_not_as_signed(manifest: Manifest, *, at: datetime) -> str:
    """The first thing in which a sealed manifest differs from its signed file; empty if they say the same.

    The file is opened, its signatures are judged, its lines are held against the rows, and the seal of the log that
    it carries against the log.
    """
    said = f"bảng kê {manifest.number}"
    try:
        found = verify(queries.signed_pdf(manifest), trust=signing.trust(), at=at)
    except (Refused, OSError, ValueError) as error:
        return f"{said}: không mở được tệp đã ký ({getattr(error, 'code', type(error).__name__)})"
    if found.verdict != "valid":
        return f"{said}: tệp đã ký không còn đúng ({', '.join(found.codes)})"
    data = found.examination.manifest or {}
    round_ = manifest.round
    if (data.get("number"), data.get("month"), data.get("supplement"), data.get("count"), data.get("lines_digest")) != (
        manifest.number,
        round_.month,
        round_.supplement,
        manifest.count,
        manifest.lines_digest,
    ):
        return f"{said}: dòng đầu bảng kê khác với tệp đã ký"
    signed = sorted(rules.lines(data))
    for words, seq, digest in (("dòng", "seq", "digest"), ("phiên bản", "version__seq", "version__digest")):
        rows = manifest.lines.values_list("record__person", seq, digest)
        if signed != sorted((str(person), number, of) for person, number, of in rows):
            return f"{said}: {words} trong cơ sở dữ liệu khác với tệp đã ký"
    return _why_not_sealed(data.get("seal"), said)


def _why_not_sealed(seal: Any, said: str) -> str:
    if seal is None:
        return ""
    known = Seal.objects.filter(number=seal.get("number"), digest=seal.get("digest")).exists()
    return "" if known else f"{said}: niêm phong số {seal.get('number')} mà bảng kê mang không còn trong nhật ký"
