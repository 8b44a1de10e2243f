"""The verifier's pages: the queue, one change beside its evidence, and everything that may come back."""

import pytest

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.changes import actions
from hoso.changes.rules import Status

PHONE = {"identity.contact_phone": "0986 204 715"}


@pytest.fixture
def binh(client, world):
    """Bình's window."""
    return enter(client, world.binh)


def enter(client, account):
    """Sign in; the first password is changed already."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(Account.objects.get(pk=account.pk))
    return client


def opened(client, change):
    return client.post(f"/kiem-tra/{change.pk}/nhan/", follow=True)


def test_smoke(binh, world):
    change = world.submitted()
    page = binh.get("/kiem-tra/")
    assert page.status_code == 200
    page = binh.get(f"/kiem-tra/{change.pk}/")
    assert page.status_code == 200, page
    page = opened(binh, change)
    assert page.status_code == 200
    assert binh.get("/kiem-tra/tra-lai/").status_code == 200
    assert binh.get("/kiem-tra/bao-sai-sot/").status_code == 200
