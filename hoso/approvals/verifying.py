"""Is this file a manifest that holds, and does it cover this version? Answered from the file alone, for the public page
and for the command line; no database is asked."""

import re
from datetime import datetime
from typing import NamedTuple

from hoso.approvals import rules
from hoso.signing.trust import Trust
from hoso.signing.verify import Examination, Signature, examine

MOST_BYTES = 60 * 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


class Verified(NamedTuple):
    """What was found out. `verdict`: valid, incomplete (the seal is missing), invalid, unsigned, unreadable."""

    verdict: str
    codes: tuple[str, ...]
    examination: Examination
    signatures: tuple[Signature, ...]
    summary: rules.Summary | None
    digest: str  # as asked, in lower case; empty if nothing was asked, or if it is no digest
    covered: rules.Covered | None

    @property
    def holds(self) -> bool:
        """Whether the file holds, and covers what was asked for."""
        return self.verdict == "valid" and (not self.digest or self.covered is not None)


def verify(pdf: bytes, *, trust: Trust, at: datetime, digest: str = "") -> Verified:
    """Never raises, whatever the bytes. What a file says of itself counts only where its signatures hold."""
    found = examine(pdf, trust=trust, at=at, most_bytes=MOST_BYTES)
    signatures = tuple(each for each in found.signatures if not each.is_time_stamp)
    asked = digest_of(digest)
    data = (found.manifest or {}) if found.verdict == "valid" else {}
    summary = rules.summary(data)
    verdict, codes = found.verdict, found.codes
    if verdict == "valid" and summary is None:
        verdict, codes = "invalid", ("no_manifest",)
    elif verdict == "valid" and len(signatures) < len(rules.SIGNATURES):
        verdict, codes = "incomplete", ("seal_missing",)
    covered = rules.covers(data, asked) if asked and summary else None
    return Verified(verdict, codes, found, signatures, summary, asked, covered)


def digest_of(typed: str) -> str:
    """The 64 digits of a digest however they were copied; empty if it is none."""
    text = re.sub(r"[\s:.-]", "", typed).lower()
    return text if DIGEST.fullmatch(text) else ""
