"""Every write to persons and employments."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from hoso.audit import actions as audit
from hoso.base.errors import refuse_if
from hoso.base.ids import uuid7
from hoso.base.text import plain, sort_key
from hoso.orgs.models import Organization
from hoso.people import queries, rules
from hoso.people.models import Employment, Person


@transaction.atomic
def add(
    *, pin: str, full_name: str, birth: str, sex: str, keeper: Organization | None, by: Any, at: datetime
) -> Person:
    """Take note of a person whom an organisation will keep; refused if the number cannot be theirs, or is known
    already, even where whoever asks may not know of whom."""
    refuse_if(rules.why_not_pin(pin, birth, sex))
    refuse_if("pin_known" if queries.is_pin_known(pin) else None)
    name, person_id = " ".join(full_name.split()), uuid7()
    person = Person.objects.create(
        id=person_id,
        pin_index=queries.pin_index(pin),
        pin_sealed=queries.sealed_pin(person_id, pin),
        full_name=name,
        name_plain=plain(name),
        name_sort=sort_key(name),
        birth=birth,
        sex=sex,
        keeper=keeper,
    )
    audit.record("person.added", by=by, object=person, at=at, person=person, rows=[person])
    return person


@transaction.atomic
def employ(
    person: Person,
    *,
    organization: Organization,
    category: str,
    title: str,
    staff_number: str,
    since: date,
    began: str,
    by: Any,
    at: datetime,
) -> Employment:
    """Begin to manage a person in an organisation, which keeps the record from now on; refused while another employment
    runs."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    refuse_if("employed_already" if Employment.objects.current().filter(person=person).exists() else None)
    made = Employment.objects.create(
        person=person,
        organization=organization,
        category=category,
        title=title,
        staff_number=staff_number,
        since=since,
        began=began,
    )
    held.keeper = person.keeper = organization
    held.save(update_fields=["keeper"])
    rows = [made, held]
    audit.record("employment.begun", by=by, object=made, at=at, person=person, organization=organization, rows=rows)
    return made


class Newcomer(NamedTuple):
    """A person and the employment they come with, for loading many at once."""

    pin: str
    full_name: str
    birth: str
    sex: str
    organization: Organization
    category: str
    title: str
    staff_number: str
    since: date
    began: str


@transaction.atomic
def load(newcomers: Sequence[Newcomer], *, by: Any, at: datetime) -> list[Employment]:
    """Take note of many people at once, as an import does: one event with their number and digest, not one for each."""
    for each in newcomers:
        refuse_if(rules.why_not_pin(each.pin, each.birth, each.sex), pin_of=each.full_name)
    index_key, pin_key = queries.index_key(), queries.pin_key()
    people = [
        Person(
            id=(person_id := uuid7()),
            pin_index=queries.pin_index(each.pin, index_key),
            pin_sealed=queries.sealed_pin(person_id, each.pin, pin_key),
            full_name=each.full_name,
            name_plain=plain(each.full_name),
            name_sort=sort_key(each.full_name),
            birth=each.birth,
            sex=each.sex,
            keeper=each.organization,
        )
        for each in newcomers
    ]
    Person.objects.bulk_create(people, batch_size=1000)
    made = Employment.objects.bulk_create(
        [
            Employment(
                person=person,
                organization=each.organization,
                category=each.category,
                title=each.title,
                staff_number=each.staff_number,
                since=each.since,
                began=each.began,
            )
            for person, each in zip(people, newcomers, strict=True)
        ],
        batch_size=1000,
    )
    digest = hashlib.sha256("".join(sorted(str(person.pk) for person in people)).encode()).hexdigest()
    audit.record(
        "people.loaded",
        by=by,
        object=f"people.Person:{digest}",
        at=at,
        rows=[*people, *made],
        count=len(made),
        digest=digest,
    )
    return made
