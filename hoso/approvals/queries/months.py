"""Rounds, and who waits in them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from hoso.access import policy
from hoso.access.models import Account
from hoso.approvals import rules
from hoso.approvals.models import Confirmation, ManifestLine, Round, SentBack
from hoso.approvals.queries.officers import Lifted, lifted, parts, watching
from hoso.base import clock
from hoso.changes.models import Change
from hoso.changes.rules import Status, looked_at_alone
from hoso.orgs import queries as orgs
from hoso.orgs.models import Organization
from hoso.people.models import Employment
from hoso.records.models import Version
from hoso.regulation import rules as regulation

SEALED = rules.ManifestStatus.SEALED


class Waiting(NamedTuple):
    """One record that changed and that its head has not confirmed in this state."""

    version: Version
    employment: Employment
    since_seq: int  # the newest version that was signed before, or 0: what is compared with
    sections: dict[str, list[str]]  # section → paths changed since
    alone: bool  # pay, post, discipline or planning: looked at one by one
    blocked: str  # why this officer cannot, a word of `rules.why_not_confirm`; empty if nothing
    from_below: Organization | None = None  # the agency of a head whose own line came up to this one
    goes_to: Organization | None = None  # where the line of this agency's own head goes


class AgencyState(NamedTuple):
    """How far an agency is in a round."""

    agency: Organization
    changed: int  # people with a version to confirm or to sign this month, signed ones included
    confirmed: int
    sent_back: int
    pending: int = 0  # people whose change is being verified, or was returned
    signed: int = 0
    days_late: int | None = None  # of its last confirmation in the month before; None if it had nothing to confirm

    @property
    def all(self) -> int:
        """Everybody with a change, verified or not."""
        return self.changed + self.pending


class Pending(NamedTuple):
    """Somebody whose change is not verified yet, and so cannot be confirmed."""

    name: str
    person_id: object
    status: str


def current_round(on: date) -> Round | None:
    """The round of the month of a day, its newest supplement first."""
    return Round.objects.filter(month=rules.month_of(on)).order_by("-supplement").first()


def open_rounds(on: date) -> list[Round]:
    """What can be worked on: this month's open round, then late ones of months before, newest first."""
    rows = Round.objects.filter(Q(month=rules.month_of(on)) | Q(late=True), closed_at=None)
    return list(rows.order_by("late", "-month", "-supplement"))


def round_for(on: date, round_id: Any = None) -> Round | None:
    """The round that was asked for, else the one to work on: an open one, else the newest of this month."""
    if round_id:
        return Round.objects.filter(pk=round_id).first()
    return next(iter(open_rounds(on)), None) or current_round(on)


def rounds() -> QuerySet[Round]:
    """Every round, newest first."""
    return Round.objects.order_by("-month", "-supplement")


def why_not_confirm_now(round_: Round, on: date) -> str | None:
    """Whether heads can confirm. After the month was signed, and while its window is open, they still can: the first
    of them opens a supplement."""
    closed = round_.closed_at is not None and (round_.late or on > round_.confirm_to)
    return rules.why_not_now(round_.confirm_from, round_.confirm_to, closed=closed, late=round_.late, on=on)


def why_not_sign_now(round_: Round, on: date) -> str | None:
    """Whether the month can be signed."""
    closed = round_.closed_at is not None
    return rules.why_not_now(round_.sign_from, round_.sign_to, closed=closed, late=round_.late, on=on)


def _keeper(person: str = "record__person") -> Subquery:
    """The path of the organisation that keeps somebody now, or kept them last."""
    rows = Employment.objects.filter(person=OuterRef(person))
    rows = rows.order_by(F("until").desc(nulls_first=True), "-since", "-pk")
    return Subquery(rows.values("organization__path")[:1])


def heads() -> "QuerySet[Any]":
    """The newest version of every record that no sealed manifest holds, with its keeper and confirmation."""
    signed = ManifestLine.objects.filter(version=OuterRef("pk"), manifest__status=SEALED)
    confirmed = Confirmation.objects.filter(version=OuterRef("pk"))
    return (
        Version.objects.filter(seq=F("record__head_seq"))
        .filter(~Exists(signed))
        .annotate(keeper=_keeper(), is_confirmed=Exists(confirmed))
        .defer("envelope")
    )


def _inside(paths: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(keeper=path) | Q(keeper__startswith=f"{path}.")
    return found


def _of_agency(agency: Organization) -> Q:
    """Kept by an agency, and not by one below it that confirms for itself."""
    below = Organization.objects.filter(path__startswith=f"{agency.path}.", is_agency=True, until=None)
    return _inside([agency.path]) & ~_inside(below.values_list("path", flat=True))


def waiting_for(agency: Organization, officer: Account, round_: Round, *, on: date) -> list[Waiting]:
    """What the head of an agency has to look at, by given name: the agency's people, and heads of agencies below whose
    own line nobody there can confirm. A constant number of queries."""
    mine = watching(officer, agency, on=on)
    moved = lifted(on)
    from_below = {person: each for person, each in moved.items() if each.confirmed_by == agency != each.kept_by}
    if mine != [agency.path]:  # to whom a part was delegated, nothing comes from elsewhere
        from_below = {}
    wanted = _of_agency(agency) & _inside(mine) | Q(record__person__in=list(from_below))
    rows = list(
        heads()
        .filter(wanted, is_confirmed=False)
        .select_related("record__person", "accepted_by")
        .order_by("record__person__name_sort", "record_id")
    )
    agency_of = finder()
    rows = [row for row in rows if _listed(row, agency, from_below, agency_of)]
    return _waiting(rows, officer, round_, agency=agency, moved=moved, on=on)


def waiting_count(agency: Organization, officer: Account, *, on: date) -> int:
    """How many people of what an officer watches of an agency are not confirmed, for the menu. Two queries."""
    inside = _inside(parts(officer, agency, on=on))
    return int(heads().filter(_of_agency(agency) & inside, is_confirmed=False).count())


def _listed(
    row: Version,
    agency: Organization,
    from_below: dict[object, Lifted],
    agency_of: Callable[[str], Organization | None],
) -> bool:
    """A head's line goes up only from the agency where they are the head."""
    keeper = agency_of(str(row.__dict__["keeper"]))
    above = from_below.get(row.record.person_id)
    return keeper == agency or (above is not None and keeper == above.kept_by)


def finder() -> Callable[[str], Organization | None]:
    """Path of an organisation → the agency that keeps its people. One query for as many as are asked."""
    agencies = {each.path: each for each in orgs.agencies()}

    def agency_of(path: str) -> Organization | None:
        numbers = path.split(".")
        above = (".".join(numbers[:length]) for length in range(len(numbers), 0, -1))
        return next((agencies[each] for each in above if each in agencies), None)

    return agency_of


def signed_seqs(records: Iterable[Any]) -> dict[Any, int]:
    """Record → the newest version of it that a sealed manifest holds. One query."""
    lines = ManifestLine.objects.filter(record__in=list(records), manifest__status=SEALED)
    return {row["record"]: row["newest"] for row in lines.values("record").annotate(newest=Max("seq")).order_by()}


def _waiting(
    rows: list[Version],
    officer: Account,
    round_: Round,
    *,
    agency: Organization,
    moved: dict[object, Lifted],
    on: date,
) -> list[Waiting]:
    records = [row.record_id for row in rows]
    people = [row.record.person_id for row in rows]
    jobs = {
        job.person_id: job
        for job in Employment.objects.filter(person__in=people).select_related("organization").order_by("since", "pk")
    }
    signed = signed_seqs(records)
    changed = _changed(records, signed)
    # Once a round is sealed, whoever confirms begins a supplement: what was said in the round says nothing there.
    running = Round.objects.filter(pk=round_.pk, closed_at=None)
    confirmed = set(Confirmation.objects.filter(round__in=running, record__in=records).values_list("record", flat=True))
    back = set(SentBack.objects.filter(round__in=running, version__in=rows).values_list("version", flat=True))
    found, in_the_name_of = [], {each.under for each in policy.held(officer, on)} - {None}
    for row in rows:
        person = row.record.person_id
        above = moved.get(person)
        goes_to = above.confirmed_by if above and above.kept_by == agency else None
        asked = rules.Asked(
            own=policy.may_be(officer, row.record.person),
            heads=person in in_the_name_of,
            goes_up=goes_to is not None,
            accepted_by_me=officer.pk == row.accepted_by_id,
            confirmed=row.record_id in confirmed,
            sent_back=row.pk in back,
        )
        since = signed.get(row.record_id, 0)
        found.append(
            Waiting(
                row,
                jobs[person],
                since,
                changed[row.record_id],
                looked_at_alone(changed[row.record_id]) and since > 0,
                rules.why_not_confirm(asked) or "",
                above.kept_by if above and above.kept_by != agency else None,
                goes_to,
            )
        )
    return found


def _changed(records: Sequence[Any], signed: dict[Any, int]) -> dict[Any, dict[str, list[str]]]:
    """Record → section → paths that changed since the newest signed version."""
    later = Version.objects.filter(record__in=records).order_by("record", "seq").values_list("record", "seq", "summary")
    changed: dict[Any, dict[str, list[str]]] = {record: {} for record in records}
    for record, seq, summary in later:
        if seq > signed.get(record, 0):
            for section, paths in summary.items():
                known = changed[record].setdefault(section, [])
                known += [path for path in paths if path not in known]
    return changed


def _pending() -> "QuerySet[Any]":
    running = Change.objects.filter(status__in=(Status.SUBMITTED, Status.RETURNED), merged_into=None)
    return running.annotate(keeper=_keeper())


def pending(agency: Organization, officer: Account, *, on: date) -> list[Pending]:
    """Whose change is being verified or was returned, by given name: not to be confirmed yet. Two queries."""
    inside = _inside(parts(officer, agency, on=on))
    rows = _pending().filter(_of_agency(agency) & inside).order_by("record__person__name_sort", "pk")
    found = rows.values_list("record__person__full_name", "record__person", "status")
    return list(dict.fromkeys(Pending(*row) for row in found))


def confirmed_in(
    round_: Round, agency: Organization, officer: Account, *, on: date
) -> list[tuple[str, str, object, int]]:
    """What is confirmed already: by whom, in which role, when, how many; newest first. One query."""
    rows = (
        Confirmation.objects.filter(round=round_, agency=agency)
        .annotate(keeper=_keeper())
        .filter(_inside(parts(officer, agency, on=on)))
        .values("batch", "confirmed_by__name", "role")
        .annotate(at=Max("confirmed_at"), number=Count("pk"))
        .order_by("-at")
    )
    return [(row["confirmed_by__name"], row["role"], row["at"], row["number"]) for row in rows]


def ready(round_: Round) -> QuerySet[Version]:
    """What the leader can sign: of every record the newest confirmed version, if no sealed manifest holds it or a later
    one; what was accepted after the confirmation waits for the next round. Where the profile has no head's level (Tây
    Ninh), the newest accepted version."""
    if not regulation.setting("confirmation.head", on=round_.sign_to, code=orgs.root().profile):
        found = heads()
    else:
        same = Confirmation.objects.filter(version=OuterRef("pk"))
        later = Confirmation.objects.filter(record=OuterRef("record"), seq__gt=OuterRef("seq"))
        signed = ManifestLine.objects.filter(
            record=OuterRef("record"), seq__gte=OuterRef("seq"), manifest__status=SEALED
        )
        found = Version.objects.filter(Exists(same), ~Exists(later), ~Exists(signed)).defer("envelope")
    return found.select_related("record__person").order_by("record__person_id", "record_id")


def ready_for(round_: Round, person_id: object) -> tuple[int, int]:
    """How many are ready to sign, and how many of them are this person's own, which somebody else must sign. One
    query."""
    own = Q(record__person_id=person_id)
    counted = ready(round_).order_by().aggregate(all=Count("pk"), own=Count("pk", filter=own))
    return counted["all"], counted["own"]


def agency_states(round_: Round) -> list[AgencyState]:
    """Every agency with what changed and what is confirmed, those that are behind first. Six queries."""
    agency_of = finder()
    counted: dict[object, dict[str, int]] = {}

    def count(path: str | None, what: str, number: int) -> None:
        found = agency_of(path) if path else None
        if found:
            row = counted.setdefault(found.pk, {})
            row[what] = row.get(what, 0) + number

    carried = Confirmation.objects.filter(round=round_, record=OuterRef("record"))
    rows = heads().annotate(carried=Exists(carried)).values_list("keeper", "is_confirmed", "carried")
    for path, confirmed, later, number in rows.annotate(number=Count("pk")).order_by():
        count(path, "changed", number)
        count(path, "confirmed", number if confirmed or later else 0)
    lines = ManifestLine.objects.filter(manifest__status=SEALED, manifest__round__month=round_.month)
    signed = lines.annotate(keeper=_keeper(), newest=Q(seq=F("record__head_seq")))
    for path, newest, number in signed.values_list("keeper", "newest").annotate(number=Count("pk")).order_by():
        count(path, "signed", number)
        count(path, "changed", number if newest else 0)
        count(path, "confirmed", number if newest else 0)
    verifying = _pending().values_list("keeper").annotate(number=Count("record", distinct=True)).order_by()
    for path, number in verifying:
        count(path, "pending", number)
    back = SentBack.objects.filter(round=round_).values_list("agency__path").annotate(number=Count("pk")).order_by()
    for path, number in back:
        count(path, "sent_back", number)
    late = _days_late(round_)
    nothing = dict.fromkeys(("changed", "confirmed", "sent_back", "pending", "signed"), 0)
    states = [
        AgencyState(each, **(nothing | counted.get(each.pk, {})), days_late=late.get(each.pk))
        for each in orgs.agencies()
    ]
    return sorted(states, key=lambda each: (-(each.changed - each.confirmed), each.agency.path))


def _days_late(round_: Round) -> dict[object, int]:
    """Agency → how many days after the window its last confirmation of the month before came; 0 is in time."""
    before = rules.month_of(date.fromisoformat(f"{round_.month}-01") - timedelta(days=1))
    rows = Confirmation.objects.filter(round__month=before).values("agency", "round__confirm_to")
    return {
        row["agency"]: max(0, (clock.day(row["last"]) - row["round__confirm_to"]).days)
        for row in rows.annotate(last=Max("confirmed_at")).order_by()
    }
