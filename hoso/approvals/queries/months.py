"""Rounds, and who waits in them."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.approvals import rules
from hoso.approvals.models import Confirmation, ManifestLine, Round, SentBack
from hoso.changes.rules import looked_at_alone
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
    blocked: str  # why this officer cannot: "own_record", "own_acceptance", "sent_back"; empty if nothing


class AgencyState(NamedTuple):
    """How far an agency is in a round."""

    agency: Organization
    changed: int
    confirmed: int
    sent_back: int


def current_round(on: date) -> Round | None:
    """The open round of the month of a day, the newest supplement first."""
    return Round.objects.filter(month=rules.month_of(on)).order_by("-supplement").first()


def rounds() -> QuerySet[Round]:
    """Every round, newest first."""
    return Round.objects.order_by("-month", "-supplement")


def _keeper() -> QuerySet[Employment]:
    return Employment.objects.filter(person=OuterRef("record__person")).order_by(F("until").desc(nulls_first=True), "-since", "-pk")


def heads() -> QuerySet[Version]:
    """The newest version of every record that no sealed manifest holds, with its keeper and confirmation."""
    signed = ManifestLine.objects.filter(version=OuterRef("pk"), manifest__status=SEALED)
    confirmed = Confirmation.objects.filter(version=OuterRef("pk"))
    return (
        Version.objects.filter(seq=F("record__head_seq"))
        .filter(~Exists(signed))
        .annotate(
            keeper=Subquery(_keeper().values("organization__path")[:1]),
            is_confirmed=Exists(confirmed),
        )
        .defer("envelope")
    )


def _inside(paths: list[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(keeper=path) | Q(keeper__startswith=f"{path}.")
    return found


def confirmable_agencies(officer: Account, *, on: date) -> list[Organization]:
    """The agencies whose month this officer may confirm: a head's or a delegate's, and an administrator's where the
    profile lets them (QĐ 31 Điều 7.1)."""
    held = policy.held(officer, on)
    heads_at = {each.organization_id for each in held if each.role in ("agency_head", "head_delegate")}
    admins_at = {each.organization_id for each in held if each.role == "agency_admin"}
    found = Organization.objects.filter(pk__in=heads_at | admins_at).order_by("path")
    return [each for each in found if each.pk in heads_at or administrator_may(each, on=on)]


def administrator_may(agency: Organization, *, on: date) -> bool:
    """Whether the profile lets an agency's administrator confirm."""
    return bool(regulation.setting("confirmation.administrator", on=on, code=agency.profile))


def agency_paths(agency: Organization) -> tuple[list[str], list[str]]:
    """The subtree that an agency confirms, and the agencies inside it that confirm for themselves."""
    below = Organization.objects.filter(path__startswith=f"{agency.path}.", is_agency=True)
    return [agency.path], list(below.values_list("path", flat=True))


def of_agency(agency: Organization) -> QuerySet[Version]:
    """The heads kept by an agency, without those of agencies below it."""
    mine, others = agency_paths(agency)
    found = heads().filter(_inside(mine))
    return found.exclude(_inside(others)) if others else found


def waiting_for(agency: Organization, officer: Account, round_: Round, *, on: date) -> list[Waiting]:
    """What the head of an agency has to look at, by given name. A constant number of queries."""
    policy.require(officer, Permission.ROUND_WATCH, agency, on=on)
    rows = list(
        of_agency(agency)
        .filter(is_confirmed=False)
        .select_related("record__person", "accepted_by")
        .order_by("record__person__name_sort", "record_id")
    )
    return _waiting(rows, officer, round_, on=on, agency=agency)


def _waiting(rows: list[Version], officer: Account, round_: Round, *, on: date, agency: Organization) -> list[Waiting]:
    records = [row.record_id for row in rows]
    people = [row.record.person_id for row in rows]
    jobs = {
        job.person_id: job
        for job in Employment.objects.filter(person__in=people).select_related("organization").order_by("since", "pk")
    }
    lines = ManifestLine.objects.filter(record__in=records, manifest__status=SEALED)
    signed: dict[object, int] = {}
    for record, seq in lines.values_list("record", "seq"):
        signed[record] = max(signed.get(record, 0), seq)
    later = Version.objects.filter(record__in=records).order_by("record", "seq").values_list("record", "seq", "summary")
    changed: dict[object, dict[str, list[str]]] = {record: {} for record in records}
    for record, seq, summary in later:
        if seq > signed.get(record, 0):
            for section, paths in summary.items():
                known = changed[record].setdefault(section, [])
                known += [path for path in paths if path not in known]
    back = set(SentBack.objects.filter(round=round_, version__in=rows).values_list("version", flat=True))
    as_admin = not any(
        each.role in ("agency_head", "head_delegate") for each in policy.roles_at(officer, agency, on)
    )
    return [
        Waiting(
            row,
            jobs[row.record.person_id],
            signed.get(row.record_id, 0),
            changed[row.record_id],
            looked_at_alone(changed[row.record_id]) and signed.get(row.record_id, 0) > 0,
            rules.why_not_confirm(
                officer_person=officer.person_id,
                officer=officer.pk,
                person=row.record.person_id,
                accepted_by=row.accepted_by_id,
                as_admin=as_admin,
            )
            or ("sent_back" if row.pk in back else ""),
        )
        for row in rows
    ]


def ready(round_: Round) -> QuerySet[Version]:
    """What the leader can sign: confirmed and in no sealed manifest; without a head's confirmation where the profile
    has no such level (Tây Ninh)."""
    code = orgs.root().profile
    found = heads()
    if regulation.setting("confirmation.head", on=round_.sign_to, code=code):
        found = found.filter(is_confirmed=True)
    return found.select_related("record__person").order_by("record__person_id", "record_id")


def agency_states(round_: Round) -> list[AgencyState]:
    """Every agency with what changed and what is confirmed, those that are behind first. Four queries."""
    agencies = list(orgs.agencies())
    paths = sorted(((each.path, each) for each in agencies), key=lambda each: -len(each[0]))

    def agency_of(path: str | None) -> Organization | None:
        return next((each for own, each in paths if path and (path == own or path.startswith(f"{own}."))), None)

    counted: dict[object, list[int]] = {each.pk: [0, 0, 0] for each in agencies}
    for path, confirmed, number in (
        heads().values_list("keeper", "is_confirmed").annotate(number=Count("pk")).order_by()
    ):
        found = agency_of(path)
        if found:
            counted[found.pk][0] += number
            counted[found.pk][1] += number if confirmed else 0
    for agency, number in SentBack.objects.filter(round=round_).values_list("agency").annotate(number=Count("pk")).order_by():
        if agency in counted:
            counted[agency][2] += number
    states = [AgencyState(each, *counted[each.pk]) for each in agencies]
    return sorted(states, key=lambda each: (-(each.changed - each.confirmed), each.agency.path))
