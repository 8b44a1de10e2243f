"""Download, sign with your own tool, upload: what officials really have; the file is judged, the tool is not asked."""

from datetime import datetime

from hoso.base.errors import refuse_if
from hoso.signing.rules import Registered, why_not_accept_upload
from hoso.signing.trust import Trust
from hoso.signing.verify import Examination, examine


def accept(signed: bytes, *, original: bytes, trust: Trust, registered: Registered, at: datetime) -> Examination:
    """The examination of a file that may go on to be sealed; refuses with one of the words of the rule."""
    examination = examine(signed, trust=trust, original=original, at=at, most_bytes=len(original) + 2_000_000)
    refuse_if(why_not_accept_upload(examination, registered))
    return examination
