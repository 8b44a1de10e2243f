"""The month's manifest as data and as a PDF."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from hoso.access.models import Account
from hoso.access.roles import ROLES
from hoso.approvals import rules
from hoso.approvals.models import Confirmation, Round
from hoso.approvals.queries.months import finder
from hoso.audit.models import Seal
from hoso.base.clock import local as local_time
from hoso.documents import printing
from hoso.documents.printing.manifest import digest_of_groups
from hoso.orgs import queries as orgs
from hoso.orgs.models import Organization
from hoso.people.models import Employment
from hoso.records.forms import form_of
from hoso.records.models import Version
from hoso.regulation import rules as regulation
from hoso.signing import stamps


class Listed(NamedTuple):
    """One version that goes into a manifest, with whose it is and who confirmed it."""

    version: Version
    employment: Employment
    agency: Organization
    confirmation: Confirmation | None


def fonts() -> Path:
    """Where Tinos lies."""
    return Path(settings.HOSO_ASSETS) / "@expo-google-fonts" / "tinos"


def local(at: datetime) -> str:
    """A moment as people read it: 26/11/2026 08:30:00."""
    return f"{local_time(at):%d/%m/%Y %H:%M:%S}"


def manifest_lines(versions: Sequence[Version]) -> list[Listed]:
    """Versions with their keepers and confirmations, by agency and given name. A constant number of queries."""
    people = [row.record.person_id for row in versions]
    jobs = {
        job.person_id: job
        for job in Employment.objects.filter(person__in=people).select_related("organization").order_by("since", "pk")
    }
    confirmed = {
        row.version_id: row
        for row in Confirmation.objects.filter(version__in=[each.pk for each in versions]).select_related(
            "confirmed_by", "agency"
        )
    }
    agency_of, home = finder(), orgs.home_affairs()
    listed = [
        Listed(row, job, agency_of(job.organization.path) or home, confirmed.get(row.pk))
        for row in versions
        for job in (jobs[row.record.person_id],)
    ]
    return sorted(listed, key=lambda one: (one.agency.path, one.version.record.person.name_sort, str(one.version.pk)))


def groups(lines: Sequence[Listed]) -> list[printing.Group]:
    """The lines as they are printed, agency by agency."""
    return [
        printing.Group(agency.code, agency.name, [_printed(each) for each in rows])
        for agency, rows in groupby(lines, key=lambda each: each.agency)
    ]


def manifest_data(
    round_: Round, lines: Sequence[Listed], *, seal: Seal | None, by: Account, at: datetime
) -> dict[str, Any]:
    """Everything that a manifest says, for its pages and, as it is, for machines."""
    root = orgs.root()
    agencies: dict[str, dict[str, Any]] = {}
    for each in lines:
        part = agencies.setdefault(each.agency.path, {"code": each.agency.code, "name": each.agency.name, "lines": []})
        part["lines"].append(_said(each))
    return {
        "schema": rules.SCHEMA,
        "number": rules.number_of(round_.month, round_.supplement),
        "month": round_.month,
        "supplement": round_.supplement,
        "late": round_.late,
        "node": {"code": root.code, "name": root.name},
        "department": orgs.home_affairs().name,
        "leader": by.name,
        "article": round_.sign_article,
        "built_at": at.isoformat(),
        "count": len(lines),
        "lines_digest": digest_of_groups(groups(lines)),
        "seal": {"number": seal.number, "digest": seal.digest} if seal else None,
        "watermark": "DỮ LIỆU MINH HỌA" if regulation.banner(root.profile) else "",
        "agencies": list(agencies.values()),
    }


def _said(each: Listed) -> dict[str, Any]:
    row, vouched = each.version, each.confirmation
    by, at = (vouched.confirmed_by, vouched.confirmed_at) if vouched else (None, None)
    return {
        "person": str(row.record.person_id),
        "name": row.record.person.full_name,
        "unit": each.employment.organization.name,
        "form": row.form,
        "form_title": str(form_of(row.form).model_config.get("title") or ""),
        "version": row.seq,
        "digest": row.digest,
        "confirmed_by": by.name if by else "",
        "confirmed_at": local(at) if at else "",
        "confirmed_as": vouched.role if vouched else "",
        "confirmed_basis": vouched.basis if vouched else "",
    }


def _printed(each: Listed) -> printing.Line:
    said = _said(each)
    return printing.Line(
        said["name"],
        said["unit"],
        said["form_title"],
        str(said["version"]),
        said["digest"],
        said["confirmed_by"],
        said["confirmed_at"],
    )


def manifest_pdf(data: dict[str, Any], lines: Sequence[Listed], *, at: datetime) -> bytes:
    """The PDF of a manifest, with the data inside."""
    year, number = data["month"].split("-")
    root, here = orgs.root(), local_time(at)
    place = root.name.removeprefix("Tỉnh ").removeprefix("Thành phố ")
    seal = data["seal"]
    cover = {
        "number": data["number"],
        "month_shown": f"{number}/{year}",
        "parent": f"Ủy ban nhân dân {root.name[:1].lower()}{root.name[1:]}",
        "department": data["department"],
        "node_shown": f"{root.name} ({root.code})",
        "place_date": f"{place}, ngày {here:%d} tháng {here:%m} năm {here:%Y}",
        "article": data["article"],
        "audit_seal": f"số {seal['number']}: {seal['digest']}" if seal else "",
        "leader": data["leader"],
        "watermark": data["watermark"],
        "vouched": _vouched(lines),
        "supplement": data["supplement"] > 0,
        "late": data["late"],
    }
    return printing.print_manifest(cover, groups(lines), data, fonts=fonts(), at=at)


def _vouched(lines: Sequence[Listed]) -> str:
    """Whether heads confirmed the versions, so far as the province's rules have that step: all, some, none."""
    given = [bool(each.confirmation and each.confirmation.confirmed_at) for each in lines]
    return "all" if all(given) else "some" if any(given) else "none"


def leader_stamp(by: Account, at: datetime) -> bytes:
    """What is seen of the leader's signature on the page."""
    office = ROLES["dept_leader"].title
    return stamps.leader_stamp(by.name, title=office, organization=orgs.home_affairs().name, at=at, fonts=fonts())


def seal_stamp(department: Organization, at: datetime) -> bytes:
    """What is seen of the department's seal on the page, in red."""
    return stamps.seal_stamp(department.name, at=at, fonts=fonts())
