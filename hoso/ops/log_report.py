"""An extract of the log as a PDF with the department's seal, for a file of an inspection."""

from collections.abc import Sequence
from datetime import datetime

from hoso.approvals.printing import fonts, seal_stamp
from hoso.audit.queries import newest_seal
from hoso.documents.printing import Extract, print_extract
from hoso.orgs import queries as orgs
from hoso.signing import pades
from hoso.signing import queries as signing

MOST = 3000  # lines of one file
SEAL_BOX = (600, 16, 800, 74)  # below the table of a lying page


def sealed_pdf(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, title: str, asked: str, footer: str, seal: str, at: datetime
) -> bytes:
    """The PDF, sealed (PAdES) and time-stamped. Refused with `seal_unavailable`; `seal` says how to name the log's."""
    department, root, newest = orgs.home_affairs(), orgs.root(), newest_seal()
    extract = Extract(
        title=title,
        parent=root.name,
        department=department.name,
        asked=asked,
        seal=seal % {"number": newest.number, "digest": newest.digest} if newest else "",
        footer=footer,
        head=head,
        rows=rows,
    )
    signer = signing.department_signer()
    blank = pades.add_fields(print_extract(extract, fonts=fonts(), at=at), leader=None, seal=SEAL_BOX)
    return pades.sign(
        blank,
        signer,
        field=pades.SEAL,
        reason=title,
        at=at,
        timestamper=signing.timestamper(at),
        trust=signing.trust(),
        stamp=seal_stamp(department, at),
    )
