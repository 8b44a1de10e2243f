"""What the stories of the regulations share: the month, with a leader who can sign, and who may write whose entry."""

from datetime import datetime
from typing import Any

import pytest

from hoso.approvals import actions as approvals
from hoso.approvals import queries as months
from hoso.base.clock import VIETNAM, day
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.duties.models import Obligation
from hoso.orgs.models import Organization
from tests.authority import PASSPHRASE, office
from tests.world import CONFIRM_DAY, NOON, SIGN_DAY, World, first_entry


@pytest.fixture
def month(settings: Any, tmp_path: Any, db: None) -> World:
    """An's first entry is accepted; November can be confirmed; Dũng has a certificate that is registered to him."""
    signer = office(settings, tmp_path, NOON)
    world = World()
    world.signer = signer
    world.certificate = signer.register(world.dung, by=world.system)
    world.accepted()
    world.record.refresh_from_db()
    return world


@pytest.fixture
def tay_ninh(world: World) -> World:
    """The same people under the regulation of Tây Ninh."""
    Organization.objects.update(profile="tay-ninh")
    for each in (world.nnmt, world.thuyloi, world.yt, world.node.root, world.node.home_affairs):
        each.refresh_from_db()
    return world


def vietnam(year: int, number: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment on a Vietnamese clock."""
    return datetime(year, number, day, hour, minute, tzinfo=VIETNAM)


def waiting(world: World, officer: Any, *, at: datetime = CONFIRM_DAY) -> list[Any]:
    """What an officer has to look at in the agency of agriculture and environment."""
    return months.waiting_for(world.nnmt, world.fresh(officer), world.round(), on=day(at))


def confirm(world: World, officer: Any, *, at: datetime = CONFIRM_DAY, sign: Any = None) -> list[Any]:
    """An officer confirms whatever waits there."""
    rows = waiting(world, officer, at=at)
    return approvals.confirm(
        world.round().pk,
        agency=world.nnmt,
        version_ids=[each.version.pk for each in rows],
        statement=True,
        sign=sign,
        by=world.fresh(officer),
        at=at,
    )


def sign(world: World, *, at: datetime = SIGN_DAY) -> Any:
    """Dũng builds November's manifest and signs it; the department's seal follows."""
    manifest = approvals.build(world.round().pk, by=world.fresh(world.dung), at=at)
    p12 = world.certificate.p12
    return approvals.sign_with_pkcs12(manifest.pk, p12=p12, passphrase=PASSPHRASE, by=world.fresh(world.dung), at=at)


def enter(world: World, record: Any, account: Any, *, at: datetime = NOON) -> Any:
    """Somebody types their whole first entry and submits it."""
    draft = changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=account, at=at)
    typed = first_entry(change_queries.work(draft, on=day(at)))
    changes.save(draft.pk, typed=typed, seen={}, done={}, by=account, at=at)
    return changes.submit(draft.pk, declared=True, sign=None, by=account, at=at)


def obligation(rule: str, subject: Any) -> Obligation:
    """The one obligation of a rule about something, closed or not."""
    return Obligation.objects.get(rule=rule, subject_id=subject.pk)
