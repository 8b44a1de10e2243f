"""The cast: a small province in which every story of the tests happens."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from hoso.access import actions as access
from hoso.access.models import Account
from hoso.access.queries import system
from hoso.access.rules import BasisKind, Paper
from hoso.approvals import actions as approvals
from hoso.approvals import queries as month
from hoso.audit import proving
from hoso.audit.witnesses import SCHEMES
from hoso.base.errors import Refused
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.changes.rules import Answer
from hoso.ops import node
from hoso.orgs import actions as orgs
from hoso.orgs.models import Organization
from hoso.people import actions as people
from hoso.people.models import Person
from hoso.records.models import Record

NOON = datetime(2026, 11, 10, 5, 0, tzinfo=UTC)  # 12:00 in Vietnam, before the windows open
CONFIRM_DAY = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
SIGN_DAY = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
PASSWORD = "đêm-qua-sân-trước-một-nhành-mai"
ACCEPT = {"*": Answer(accepted=True)}
# 70 by 70 points of grey: a scan, for those who only need one
SCAN = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Whatever is done inside is refused, with this word."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, caught.value.code


class World:
    """An (a civil servant) fills in, Bình verifies, Chi confirms, Dũng signs; Em is an outsider, Phúc the deputy."""

    def __init__(self) -> None:
        self.node = node.create(
            code="H49",
            name="Tỉnh Quảng Ninh",
            profile="quang-ninh",
            sign_in="snv.quantri",
            administrator="Lê Thị Giang",
            basis="12/QĐ-SNV",
            since=date(2023, 12, 5),
            at=NOON,
        )
        self.system = system()
        self.giang = self.node.administrator
        self.nnmt = self._organization("H49.NNMT", "Sở Nông nghiệp và Môi trường", "department")
        self.yt = self._organization("H49.YT", "Sở Y tế", "department")
        self.thuyloi = self._organization("H49.NNMT.TL", "Chi cục Thủy lợi", "division", self.nnmt, agency=False)
        self.an = self._person("Nguyễn Thị An", "022175001234", "1975-09-02", "F", self.thuyloi, "Chuyên viên")
        self.binh = self._person("Trần Văn Bình", "022080004567", "1980-01-15", "M", self.nnmt, "Chuyên viên")
        self.chi = self._person("Lê Thị Kim Chi", "022168007890", "1968-03-08", "F", self.nnmt, "Giám đốc")
        self.dung = self._person(
            "Phạm Quốc Dũng", "022070000123", "1970-06-19", "M", self.node.home_affairs, "Phó Giám đốc"
        )
        self.em = self._person("Hoàng Văn Em", "022085000456", "1985-12-01", "M", self.yt, "Chuyên viên")
        self.phuc = self._person("Vũ Hồng Phúc", "022079000789", "1979-07-07", "M", self.nnmt, "Phó Chánh Văn phòng")
        self.grant(self.binh, "agency_admin", self.nnmt)
        self.grant(self.phuc, "agency_admin", self.nnmt, deputy=True)
        self.grant(self.chi, "agency_head", self.nnmt)
        self.grant(self.dung, "dept_leader", self.node.root)
        self.grant(self.em, "agency_admin", self.yt)

    def _organization(
        self, code: str, name: str, kind: str, parent: Organization | None = None, *, agency: bool = True
    ) -> Organization:
        return orgs.open_(
            code=code,
            name=name,
            kind=kind,
            parent=parent or self.node.root,
            is_agency=agency,
            profile="quang-ninh",
            since=date(2023, 12, 5),
            by=self.system,
            at=NOON,
        )

    def _person(self, name: str, pin: str, birth: str, sex: str, organization: Organization, title: str) -> Account:
        person = people.add(pin=pin, full_name=name, birth=birth, sex=sex, keeper=organization, by=self.system, at=NOON)
        people.employ(
            person,
            organization=organization,
            category="civil_servant",
            title=title,
            staff_number=f"QN-{pin[-5:]}",
            since=date(2010, 1, 1),
            began="Quyết định tuyển dụng 1/QĐ",
            by=self.system,
            at=NOON,
        )
        return access.create_account(
            kind="personal", sign_in=pin, name=name, password=PASSWORD, person=person, by=self.system, at=NOON
        )

    def grant(self, account: Account, role: str, organization: Organization, *, deputy: bool = False) -> Any:
        """Give a role from the first day of the world."""
        return access.give(
            account=account,
            role=role,
            organization=organization,
            basis=Paper(BasisKind.DECISION, "34/QĐ-SNV", date(2026, 1, 5)),
            since=date(2026, 1, 5),
            until=None,
            deputy=deputy,
            by=self.system,
            at=NOON,
        )

    def unwitnessed(self, tables: Iterable[str] = tuple(SCHEMES)) -> list[str]:
        """Rows of protected tables that are not as their newest witness says: somebody wrote around the log."""
        found = (proving.held_against_witnesses(table)[1] for table in sorted({*tables} & {*SCHEMES}))
        return [each for each in found if each]

    @contextmanager
    def absent(self, account: Account, *, at: datetime = NOON) -> Iterator[None]:
        """While somebody is away, and the deputy stands in."""
        today = at.date()
        for since, until in ((today, today), (today - timedelta(days=1), today - timedelta(days=1))):
            access.go_away(since=since, until=until, by=account, at=at)
            for each in vars(self).values():
                getattr(each, "__dict__", {}).pop("_held", None)  # a new request reads its grants anew
            if until == today:
                yield

    def fresh(self, account: Account) -> Account:
        """The account as a new request reads it."""
        return Account.objects.get(pk=account.pk)

    @cached_property
    def record(self) -> Record:
        """An's record, opened with her account."""
        return changes.expect_entry(self.an, by=self.system, at=NOON)

    def draft(self, typed: dict[str, str] | None = None, *, at: datetime = NOON) -> Any:
        """An's open draft, with what she types; her whole sơ yếu lý lịch where nothing is given."""
        change = changes.open_draft(self.record.pk, agency=False, on_behalf=False, copy_of=None, by=self.an, at=at)
        if typed is None:
            typed = first_entry(change_queries.work(change, on=at.date()))
        changes.save(change.pk, typed=typed, seen={}, done={}, by=self.an, at=at)
        change.refresh_from_db()
        return change

    def submitted(self, typed: dict[str, str] | None = None, *, at: datetime = NOON, scan: bool = True) -> Any:
        """An's change on its way to Bình, with a scan for everything in it."""
        change = self.draft(typed, at=at)
        if scan:
            sections = sorted(
                {path.split(".")[0] for path in change_queries.work(change, on=at.date()).form.model_fields}
            )
            changes.attach(
                change.pk, data=SCAN, name="quyet-dinh.png", title="Quyết định", paths=sections, by=self.an, at=at
            )
        return changes.submit(change.pk, declared=True, sign=None, by=self.an, at=at)

    def accepted(self, typed: dict[str, str] | None = None, *, at: datetime = NOON) -> Any:
        """An's change, accepted by Bình as a whole."""
        change = self.submitted(typed, at=at)
        return self.decide(change, ACCEPT, at=at)

    def decide(self, change: Any, answers: dict[str, Answer], *, by: Account | None = None, at: datetime = NOON) -> Any:
        """Bình decides, having seen the record as it is."""
        self.record.refresh_from_db()
        return changes.decide(
            change.pk,
            answers=answers,
            paper_match=True,
            head_seq=self.record.head_seq,
            by=by or self.binh,
            at=at,
        )

    def round(self, *, at: datetime = NOON) -> Any:
        """The round of November."""
        return approvals.open_round("2026-11", by=self.system, at=at)

    def confirmed(self, *, at: datetime = CONFIRM_DAY) -> Any:
        """Chi has confirmed whatever waits at her agency."""
        round_ = self.round()
        waiting = month.waiting_for(self.nnmt, self.chi, round_, on=at.date())
        for each in waiting:
            approvals.confirm(
                round_.pk,
                agency=self.nnmt,
                version_ids=[each.version.pk],
                statement=True,
                sign=None,
                by=self.chi,
                at=at,
            )
        return round_


def first_entry(work: Any) -> dict[str, str]:
    """Everything that An's first entry needs: what is hers to fill of a full form."""
    from tests.forms import full

    return {path: text for path, text in full(work.form).items() if work.may_fill(path)}


__all__ = ["ACCEPT", "CONFIRM_DAY", "NOON", "SIGN_DAY", "Answer", "Person", "World", "date", "refused", "timedelta"]
