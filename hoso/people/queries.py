"""Reading persons; who may ask is decided by those who call."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from hoso.base import keys
from hoso.base.errors import NotFound
from hoso.people.models import Employment, Person


def index_key() -> bytes:
    """The key of the blind indexes; a file, never in the database."""
    return keys.secret(Path(settings.HOSO_KEYS), "index")


def pin_index(pin: str) -> bytes:
    """What the database knows of a personal number."""
    return keys.blind_index(index_key(), "pin", pin)


def pin_of(person: Person) -> str:
    """The 12 digits of a person; opening them for somebody else is an act that those who call log."""
    return str(keys.unseal(_pin_key(), f"people.Person:{person.pk}", bytes(person.pin_sealed)))


def sealed_pin(person_id: object, pin: str) -> bytes:
    """The 12 digits as they are stored."""
    return keys.seal(_pin_key(), f"people.Person:{person_id}", pin)


def _pin_key() -> bytes:
    return keys.derived(keys.secret(Path(settings.HOSO_KEYS), "identity"), "pin")


def by_pin(pin: str) -> Person | None:
    """The person of a number, if the node knows one."""
    return Person.objects.filter(pin_index=pin_index(pin)).first()


def current(person: Person | UUID) -> Employment:
    """Where a person, or the person of an id, is now; NotFound if nowhere."""
    found = Employment.objects.current().filter(person=person).select_related("organization").first()
    if found is None:
        raise NotFound("no_employment")
    return found


def employed_under(paths: list[str]) -> QuerySet[Employment]:
    """Everybody employed now in these subtrees, by given name."""
    return (
        Employment.objects.current()
        .under(paths)
        .select_related("person", "organization")
        .order_by("person__name_sort", "person_id")
    )
