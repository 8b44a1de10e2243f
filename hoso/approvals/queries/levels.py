"""How far up versions have been vouched for: found from lines, never written into a version."""

from collections.abc import Mapping

from hoso.approvals.models import Confirmation, ManifestLine
from hoso.approvals.rules import Level, ManifestStatus, best
from hoso.records.models import Record, Version


def levels(record: Record) -> dict[int, Level]:
    """Seq → level of every version of a record. Two queries, however many versions."""
    found = dict.fromkeys(range(1, record.head_seq + 1), Level.ACCEPTED)
    for seq in Confirmation.objects.filter(record=record).values_list("seq", flat=True):
        found[seq] = max(found.get(seq, Level.ACCEPTED), Level.CONFIRMED)
    signed = ManifestLine.objects.filter(record=record, manifest__status=ManifestStatus.SEALED)
    for seq in signed.values_list("seq", flat=True):
        found[seq] = Level.SIGNED
    return found


def part_levels(parts: Mapping[str, int], of: Mapping[int, Level]) -> dict[str, Level]:
    """Section → level: the best of any version since the section last changed."""
    return {section: best(dict(of), since) for section, since in parts.items()}


def covered(version: Version) -> ManifestLine | None:
    """The line of the sealed manifest that covers this very version."""
    return (
        ManifestLine.objects.filter(version=version, manifest__status=ManifestStatus.SEALED)
        .select_related("manifest__round")
        .first()
    )
