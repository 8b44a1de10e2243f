"""Reading persons; who may ask is decided by those who call."""

from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from hoso.base import envelope, keys
from hoso.base.errors import NotFound
from hoso.base.kept import Kept
from hoso.base.text import plain
from hoso.people.models import Employment, Person

MOST_WORDS = 8  # of what is typed to find a name
FEW_ENOUGH, MANY = 500, 20_000
FEW = (
    "SELECT cardinality(found.ids), CASE WHEN cardinality(found.ids) <= %s THEN found.ids END"
    " FROM (SELECT ARRAY(SELECT hoso_people_named(%s, %s)) AS ids) found"
)


def index_key() -> bytes:
    """The key of the blind indexes; never in the database."""
    return envelope.named_key("index")


def pin_index(pin: str, key: bytes = b"") -> bytes:
    """What the database knows of a personal number; who asks for many gives the `index_key`."""
    return keys.blind_index(key or index_key(), "pin", pin)


def pin_of(person: Person) -> str:
    """The 12 digits of a person; opening them for somebody else is an act that those who call log."""
    return str(keys.unseal(pin_key(), f"people.Person:{person.pk}", bytes(person.pin_sealed)))


def sealed_pin(person_id: object, pin: str, key: bytes = b"") -> bytes:
    """The 12 digits as they are stored; who seals many gives the `pin_key`."""
    return keys.seal(key or pin_key(), f"people.Person:{person_id}", pin)


def pin_key() -> bytes:
    """The key of personal numbers at rest; never in the database."""
    return keys.derived(envelope.named_key("identity"), "pin")


def by_pin(pin: str) -> Person | None:
    """The person of a number, if whoever asks may know of one."""
    return Person.objects.filter(pin_index=pin_index(pin)).first()


def is_pin_known(pin: str) -> bool:
    """Whether anybody on the node has this number; through the wall, and no more than that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hoso_pin_known(%s)", [pin_index(pin)])
        return bool(cursor.fetchone()[0])


def named(text: str, person: str = "person") -> Q:
    """Those whose name has every word typed in it, with or without marks; `person` is the way from the row to them.

    The only way to look for a part of a name: behind the wall a condition on the column cannot use the index of name
    parts, so a function of the database does, which adds the reader's scope itself. One query now, for how many there
    are: a name that very many bear is found sooner by walking through the people in order.
    """
    words = plain(text).split()[:MOST_WORDS]
    with connection.cursor() as cursor:
        cursor.execute(FEW, [FEW_ENOUGH, words, MANY + 1])
        count, few = cursor.fetchone()
    if count <= FEW_ENOUGH:
        return Q(**{f"{person}__in": few})
    if count <= MANY:
        return Q(**{f"{person}__in": RawSQL("SELECT hoso_people_named(%s, %s)", [words, MANY])})
    return Q(*((f"{person}__name_plain__contains", word) for word in words))


def current(person: Person | UUID) -> Employment:
    """Where a person, or the person of an id, is now; NotFound if nowhere."""
    found = _current.first(person.pk if isinstance(person, Person) else person)
    if found is None:
        raise NotFound("no_employment")
    return found


_current = Kept(
    lambda person: Employment.objects.current().filter(person=person).select_related("organization").order_by("pk")[:1]
)


def employed_under(paths: list[str]) -> QuerySet[Employment]:
    """Everybody employed now in these subtrees, by given name."""
    return (
        Employment.objects.current()
        .under(paths)
        .select_related("person", "organization")
        .order_by("person__name_sort", "person_id")
    )
