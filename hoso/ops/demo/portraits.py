"""Pictures of nobody, for those whose record shows one."""

from collections.abc import Sequence
from datetime import timedelta

from hoso.documents import actions as documents
from hoso.ops.demo import scans
from hoso.ops.demo.seed import Demo, Someone, administrator, with_changes


def take(demo: Demo, people: Sequence[Someone]) -> None:
    """Put a drawn portrait into the documents of these people (4 x 6 cm, item H5)."""
    for each in people:
        if each.family != "syll":
            continue
        kept = documents.add(
            person=each.employment.person,
            data=scans.portrait(demo.random),
            name="anh-4x6.jpg",
            by=administrator(demo, each.place).account,
            at=demo.past - timedelta(days=20),
        )
        each.document = with_changes(each.document, {"header.portrait_photo": f"{kept.pk}:{kept.sha256}"})
