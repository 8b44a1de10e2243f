"""Reading consents: by those who read, those who are read, and those who give them."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from hoso.access import policy
from hoso.access.models import Account, Consent
from hoso.access.queries.accounts import named, sign_in_index
from hoso.access.roles import Permission
from hoso.access.rules import ConsentState, consent_state
from hoso.base.errors import NotFound
from hoso.base.kept import Kept
from hoso.orgs.models import Organization
from hoso.people.models import Employment

IN_FORCE = Q(refused_at=None, withdrawn_at=None) & (Q(needs_person=False) | Q(agreed_at__isnull=False))


def consents_in_force(reader: Account, *, on: date, **of: Any) -> QuerySet[Consent]:
    """The consents that let an account read on a day: given, agreed to where that is needed, not refused or withdrawn,
    in their days. `of` narrows to a person, a family. One query."""
    days = Q(since__lte=on, until__gte=on)
    return Consent.objects.filter(IN_FORCE, days, reader=reader, **of).select_related("basis").order_by("pk")


def consents_of_reader(reader: Account) -> QuerySet[Consent]:
    """Every consent that names an account as the reader, newest first."""
    return _shown().filter(reader=reader)


def consents_of_person(account: Account) -> QuerySet[Consent]:
    """Every consent to read the record of an account's own person, newest first."""
    return _shown().filter(person=account.person_id) if account.person_id else Consent.objects.none()


class Glance(NamedTuple):
    """For the menu: how many consents are about the account's person, name it as the reader, wait for the person."""

    about: int
    reading: int
    waiting: int


def consents_at_a_glance(account: Account, *, on: date) -> Glance:
    """What the menu says of an account's consents. One query."""
    person = account.person_id
    rows = _concerned(account.pk, person or account.pk)  # no person has the id of an account
    about = [row for row in rows if row.person_id == person]
    waiting = sum(consent_state(row, on) == ConsentState.WAITING for row in about)
    return Glance(len(about), sum(row.reader_id == account.pk for row in rows), waiting)


_concerned = Kept(
    lambda account, person: (
        Consent.objects.filter(Q(reader=account) | Q(person=person))
        .only("reader", "person", "needs_person", "agreed_at", "refused_at", "withdrawn_at", "since", "until")
        .order_by("-pk")[:200]
    )
)


def consents_given(viewer: Account, *, on: date) -> QuerySet[Consent]:
    """The consents to read records that are kept where the viewer may give consents, newest first."""
    paths = policy.require_any(viewer, Permission.CONSENT_GIVE, on=on)
    under = Organization.objects.under(paths)
    return _shown().annotate(keeper=_keeper()).filter(Exists(under.filter(pk=OuterRef("keeper"))))


def consent(consent_id: Any, viewer: Account, *, on: date) -> Consent:
    """A consent for those whom it concerns: reader, person, authority; NotFound."""
    found = _shown().filter(pk=consent_id).first()
    if found is None:
        raise NotFound("no_such_consent")
    own = viewer.person_id is not None and viewer.person_id == found.person_id
    if own or viewer.pk == found.reader_id:
        return found
    if not gives(found, viewer, on=on):
        raise NotFound("no_such_consent")
    return found


def keeper_of(found: Consent) -> Organization:
    """The organisation that keeps the record now, or kept it last; NotFound."""
    kept = Consent.objects.filter(pk=found.pk).annotate(keeper=_keeper()).values("keeper")
    where = Organization.objects.filter(pk__in=kept).first()
    if where is None:
        raise NotFound("no_employment")
    return where


def gives(found: Consent, viewer: Account, *, on: date) -> bool:
    """Whether the viewer is the authority over a consent: keeps the record, and may give consents."""
    if viewer.person_id is not None and viewer.person_id == found.person_id:
        return False
    kept = Consent.objects.filter(pk=found.pk).annotate(keeper=_keeper()).values("keeper")
    where = Organization.objects.filter(pk__in=kept).first()  # nothing for who may not know where it is kept
    return where is not None and policy.allows(viewer, Permission.CONSENT_GIVE, where, on=on)


def _keeper() -> Subquery:
    rows = Employment.objects.filter(person=OuterRef("person"))
    rows = rows.order_by(F("until").desc(nulls_first=True), "-since", "-pk")
    return Subquery(rows.values("organization")[:1])


def _shown() -> QuerySet[Consent]:
    """With the person's name as accounts know it: a reader whose consent is not in force sees no row of the person."""
    found = Consent.objects.select_related("reader", "basis__organization", "given_by", "withdrawn_by")
    return found.annotate(person_name=person_name()).order_by("-pk")


def person_name() -> Subquery:
    """What the account of a row's person is called."""
    return Subquery(Account.objects.filter(person=OuterRef("person_id")).values("name")[:1])


def readers(viewer: Account, *, on: date, text: str, most: int = 20) -> QuerySet[Account]:
    """Accounts that the viewer may let read: people of their own by a part of the name, anybody by the whole name or by
    what they sign in with; of nobody while nothing is typed."""
    policy.require_any(viewer, Permission.CONSENT_GIVE, on=on)
    paths = policy.scope(viewer, Permission.PEOPLE_VIEW, on=on)
    own = Employment.objects.filter(person=OuterRef("person"), organization__in=Organization.objects.under(paths))
    exact = Q(name__iexact=" ".join(text.split())) | Q(sign_in_index=sign_in_index(text))
    known = Account.objects.exclude(kind="system").filter(policy.is_open(on))
    found = known.filter(exact | Q(pk__in=named(text).filter(Exists(own)).values("pk")))
    return found.order_by("name", "pk")[:most] if text.strip() else found.none()
