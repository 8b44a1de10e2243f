"""The month's manifest as data and as a PDF."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from hoso.access.models import Account
from hoso.approvals import rules
from hoso.approvals.models import Confirmation, Round
from hoso.audit.models import Seal
from hoso.base.clock import local as local_time
from hoso.documents import printing
from hoso.orgs import queries as orgs
from hoso.orgs.models import Organization
from hoso.people.models import Employment
from hoso.records.forms import form_of
from hoso.records.models import Version
from hoso.regulation import rules as regulation


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
    agencies = sorted(orgs.agencies(), key=lambda each: -len(each.path))
    home = orgs.home_affairs()

    def agency_of(path: str) -> Organization:
        found = (each for each in agencies if path == each.path or path.startswith(f"{each.path}."))
        return next(found, home)

    listed = []
    for row in versions:
        job, vouched = jobs[row.record.person_id], confirmed.get(row.pk)
        agency = vouched.agency if vouched else agency_of(job.organization.path)
        listed.append(Listed(row, job, agency, vouched))
    return sorted(listed, key=lambda each: (each.agency.path, each.version.record.person.name_sort, str(each.version.pk)))


def manifest_data(
    round_: Round, lines: Sequence[Listed], *, seal: Seal | None, by: Account, at: datetime
) -> dict[str, Any]:
    """Everything that a manifest says, for its pages and, as it is, for machines."""
    root = orgs.root()
    digest = rules.lines_digest(_line(each) for each in lines)
    agencies: dict[str, dict[str, Any]] = {}
    for each in lines:
        part = agencies.setdefault(each.agency.path, {"code": each.agency.code, "name": each.agency.name, "lines": []})
        part["lines"].append(_said(each))
    return {
        "schema": "hoso/manifest/1",
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
        "lines_digest": digest,
        "seal": {"number": seal.number, "digest": seal.digest} if seal else None,
        "watermark": "DỮ LIỆU MINH HỌA" if regulation.banner(root.profile) else "",
        "agencies": list(agencies.values()),
    }


def _line(each: Listed) -> rules.Line:
    row = each.version
    return rules.Line(str(row.record.person_id), row.form, row.seq, row.digest)


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
    }


def manifest_pdf(data: dict[str, Any]) -> bytes:
    """The PDF of a manifest, with the data inside."""
    return printing.print_manifest(data, fonts())


def stamp(lines: list[str], *, seal: bool) -> bytes:
    """What is seen of a signature on the page: blue for a person's, red for the department's seal."""
    return printing.stamp(lines, fonts(), seal=seal)
