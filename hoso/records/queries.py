"""Reading records: what a viewer may see of them, and what those who act need of them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from json import loads
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.base import envelope
from hoso.base.envelope import Ring, Wrapped
from hoso.base.errors import NotAllowed, NotFound
from hoso.base.kept import Kept
from hoso.documents.models import Attachment
from hoso.orgs.models import Organization
from hoso.people.models import Employment, Person
from hoso.records import crypto, versions
from hoso.records import policy as record_policy
from hoso.records.compare import Edit, compare
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import Form, Tier, sections
from hoso.records.models import PersonKey, Record, Version
from hoso.records.paths import Document, get
from hoso.records.policy import Sight

PORTRAIT = "header.portrait_photo"


class Held(NamedTuple):
    """A record with who keeps it: the person's organisation now, or the last one."""

    record: Record
    person: Person
    employment: Employment
    organization: Organization


def person_key(person_id: Any) -> bytes:
    """The data key of a person, opened; for this request only."""
    return opened_key(PersonKey.objects.get(pk=person_id), envelope.ring())


def opened_key(row: PersonKey, ring: Ring) -> bytes:
    """The data key that a row holds wrapped; for this request only."""
    return ring.unwrap(Wrapped(row.by, bytes(row.token)))


def held(record_id: Any) -> Held:
    """A record and its keeper; NotFound."""
    record = Record.objects.select_related("person").filter(pk=record_id).first()
    if record is None:
        raise NotFound("no_such_record")
    return held_of(record)


def locate(some_id: Any) -> Record:
    """The record of an id, or the first one of the person of an id, for links that know only the person; NotFound."""
    return together(some_id)[0]


def together(some_id: Any) -> list[Record]:
    """All records of one person, that of the id first, or the person's first one for the person's id; NotFound."""
    found = _together(some_id)
    if not found:
        raise NotFound("no_such_record")
    return sorted(found, key=lambda each: each.pk != some_id)


def _of_either(some_id: UUID) -> QuerySet[Record]:
    either = Record.objects.filter(Q(pk=some_id) | Q(person=some_id))
    return Record.objects.filter(person__in=either.values("person")).select_related("person").order_by("-family")


_together = Kept(_of_either)


def held_of(record: Record) -> Held:
    """The keeper of a record that was read already. One query."""
    employment = _last_employment.first(record.person_id)
    if employment is None:
        raise NotFound("no_employment")
    return Held(record, record.person, employment, employment.organization)


_last_employment = Kept(
    lambda person: Employment.objects.filter(person=person).select_related("organization").order_by("-since", "-pk")[:1]
)


def sight(viewer: Account, found: Held, *, on: date) -> Sight:
    """What of a record the viewer may see: see `policy.sight`."""
    return record_policy.sight(viewer, found.person, found.organization, found.record.family, on=on)


def readable(record_id: object, viewer: Account, *, on: date) -> Held:
    """A record of which the viewer may see something: as `viewable`, or by a written consent; NotFound, NotAllowed."""
    found = held(record_id)
    if not sight(viewer, found, on=on).is_any:
        raise NotAllowed("not_allowed")
    return found


def viewable(record_id: object, viewer: Account, *, on: date) -> Held:
    """A record that the viewer may see whole: their own, or one kept under a grant of theirs; NotFound, NotAllowed."""
    found = held(record_id)
    require_view(found, viewer, on=on)
    return found


def require_view(found: Held, viewer: Account, *, on: date) -> None:
    """NotAllowed for somebody who may not see a record as a whole."""
    if not may_view(viewer, found, on=on):
        raise NotAllowed("not_allowed")


def may_view(viewer: Account, found: Held, *, on: date) -> bool:
    """Whether the viewer may see a record as a whole."""
    own = viewer.person_id == found.person.pk
    return own or policy.allows(viewer, Permission.RECORD_VIEW, found.organization, on=on, person=found.person)


def shown_tiers(viewer: Account, found: Held, *, on: date) -> frozenset[Tier]:
    """What a page shows without being asked: one's own whole; of others never what is protected."""
    seen = policy.sees(viewer, found.organization, on=on, person=found.person)
    own = viewer.person_id == found.person.pk
    return frozenset(tier for tier in Tier if tier in seen and (own or tier is not Tier.PROTECTED))


def may_reveal(viewer: Account, found: Held, *, on: date) -> bool:
    """Whether the viewer may open protected values, for a purpose."""
    return policy.allows(viewer, Permission.RECORD_REVEAL, found.organization, on=on, person=found.person)


def may_print(viewer: Account, found: Held, *, on: date) -> bool:
    """Whether the viewer may print a record: their own, or under a grant that says so."""
    own = viewer.person_id == found.person.pk
    return own or policy.allows(viewer, Permission.RECORD_PRINT, found.organization, on=on, person=found.person)


def of_person(person: Person | UUID) -> QuerySet[Record]:
    """The records of a person, or of the person of an id."""
    return Record.objects.filter(person=person).select_related("person").order_by("family")


def has_saved(person_id: UUID) -> bool:
    """Whether a person has a record with a version. One query."""
    return bool(_saved(person_id))


_saved = Kept(lambda person: Record.objects.filter(person=person, head_seq__gt=0).order_by("pk").values_list("pk")[:1])


def version(record: Record, seq: int | None = None) -> Version:
    """A version by its number, or the newest; NotFound."""
    found = Version.objects.filter(record=record, seq=seq or record.head_seq).first()
    if found is None:
        raise NotFound("no_such_version")
    found.record = record
    return found


def all_versions(record: Record) -> QuerySet[Version]:
    """Every version without its document, newest first. One query."""
    return Version.objects.filter(record=record).defer("envelope").select_related("accepted_by").order_by("-seq")


def sealed(row: Version) -> versions.Version:
    """A version as it is stored: protected values sealed."""
    return versions.Version(**row.envelope)


def document(row: Version, key: bytes | None = None) -> Document:
    """The whole document of a version, protected values opened: for acts, never for a page as it is."""
    return crypto.reveal(sealed(row), key or person_key(row.record.person_id)).document


def head_document(record: Record, key: bytes | None = None) -> Document:
    """The newest document of a record; empty before the first version."""
    return document(version(record), key) if record.head_seq else {}


def form_of(row: Version) -> type[Form]:
    """The form a version obeys."""
    return FORMS[row.form]


def sections_of(record: Record) -> dict[str, str]:
    """The sections of a record, as its newest form has them: key → title."""
    row = Version.objects.filter(record=record, seq=record.head_seq).only("form").first()
    return {part.key: part.title for part in sections(form_of(row))} if row else titles_of(record.family)


def titles_of(family: str) -> dict[str, str]:
    """The sections of a family of forms: key → title."""
    form = next(each for each in FORMS.values() if each.name.startswith(family))
    return {part.key: part.title for part in sections(form)}


def shown(row: Version, found: Held, viewer: Account, *, on: date, key: bytes | None = None) -> Document:
    """A version's document for a viewer: masked where it must be. Opens the person's key only for the person."""
    seen = sight(viewer, found, on=on)
    opened = document(row, key) if Tier.PROTECTED in seen.tiers else sealed(row).document
    return seen.view(form_of(row), opened)


def differences(record: Record, seq_from: int, seq_to: int, found: Held, viewer: Account, *, on: date) -> list[Edit]:
    """What changed between two versions, with masks where the viewer may not see what. `seq_from` 0 is nothing yet."""
    key, seen = person_key(record.person_id), sight(viewer, found, on=on)
    before = document(version(record, seq_from), key) if seq_from else {}
    after_row = version(record, seq_to)
    return seen.view_edits(form_of(after_row), compare(before, document(after_row, key)))


class State(NamedTuple):
    """A version without its document, or with it (`envelope`, sealed) where somebody compares it with the next one."""

    pk: Any
    seq: int
    accepted_at: datetime
    accepted_by: str
    summary: dict[str, list[str]]  # section → paths that it changed
    envelope: dict[str, Any] | None


def history(record: Record, row: Version | None = None) -> list[State]:
    """Every version, newest first; with documents those before which a section of the row last changed. One query,
    written out: every record page asks it."""
    before = [*{seq - 1 for seq in row.parts.values() if seq > 1}] if row else []
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"record": record.pk, "before": before})
        found = cursor.fetchall()
    return [
        State(pk, seq, at, by, loads(summary), loads(envelope or "null"))
        for pk, seq, at, by, summary, envelope in found
    ]


HISTORY = """SELECT version.id, version.seq, version.accepted_at, account.name, version.summary,
    CASE WHEN version.seq = ANY(%(before)s::int[]) THEN version.envelope END
FROM records_version version LEFT JOIN access_account account ON account.id = version.accepted_by_id
WHERE version.record_id = %(record)s AND version.accepted_at IS NOT NULL
ORDER BY version.seq DESC
"""


def last_changes(
    row: Version,
    found: Held,
    viewer: Account,
    *,
    on: date,
    key: bytes | None = None,
    now: Document | None = None,
    states: Iterable[State] | None = None,
) -> dict[str, tuple[int, list[Edit]]]:
    """Section → the version in which it last changed and what changed then, masked; first entries are left out.

    `states` (the history that belongs to the row), `now` (what the viewer is shown of the row) and `key`, which only
    the person needs, are read where they are not given. What changed is what a version said of itself when it was
    made: nothing is compared again.
    """
    seen = sight(viewer, found, on=on)
    since = {section: seq for section, seq in row.parts.items() if seq > 1 and seen.shows(section)}
    if not since:
        return {}
    opens = (key or person_key(found.person.pk)) if Tier.PROTECTED in seen.tiers else b""
    kept = {each.seq: each for each in (history(found.record, row) if states is None else states)}
    was = {seq: _opened(kept[seq].envelope or {}, opens, since) for seq in {seq - 1 for seq in since.values()}}
    now = shown(row, found, viewer, on=on, key=key) if now is None else now
    last = {}
    for section, seq in since.items():
        paths = kept[seq].summary.get(section, ())
        edits = [Edit(path, get(was[seq - 1], path), None) for path in paths]
        old = [edit if edit.old is None else seen.view_edits(form_of(row), [edit])[0] for edit in edits]
        last[section] = seq, [Edit(path, masked, get(now, path)) for path, masked, _ in old]
    return last


def _opened(envelope: dict[str, Any], key: bytes, sections: Collection[str]) -> Document:
    stored = versions.Version(**envelope)
    return crypto.revealed(stored, key, sections) if key else stored.document


def portrait(row: Version) -> Attachment | None:
    """The picture that a version names, if it is there and is the very one. One query."""
    return picture(get(sealed(row).document, PORTRAIT), row.record.person_id)


def picture(named: Any, person_id: Any) -> Attachment | None:
    """The attachment of a value “id:sha256”, if it belongs to the person. One query."""
    if not isinstance(named, str):
        return None
    attachment_id, _, sha256 = named.partition(":")
    return Attachment.objects.filter(pk=attachment_id, sha256=sha256, person=person_id).first()


def heads(person_ids: Iterable[object]) -> QuerySet[Record]:
    """The records of many people, for lists."""
    return Record.objects.filter(person_id__in=list(person_ids)).order_by("person_id", "family")


def chain_breaks(record: Record) -> int | None:
    """The seq of the first version of a record that is missing or was changed; None if all is well. Needs no key."""
    chain = [sealed(row) for row in Version.objects.filter(record=record).order_by("seq").iterator()]
    return versions.first_broken(chain, record.head_digest) if chain or record.head_digest else None


def summary(row: Version) -> dict[str, Any]:
    """What a version changed: section → paths."""
    return dict(row.summary)
