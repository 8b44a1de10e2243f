"""Entering, page by page over HTTP, without a browser and so without JavaScript."""

import pytest
from django.urls import reverse

from hoso.access.models import Account
from hoso.changes import queries
from tests.world import NOON


def enter(client, account):
    """Somebody signed in who has chosen their own password already."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(Account.objects.get(pk=account.pk))
    return client


@pytest.fixture
def an(client, world):
    return enter(client, world.an)


@pytest.fixture
def pages(an, world):
    return Pages(an, world)


class Pages:
    """An at her own record."""

    def __init__(self, client, world):
        self.client, self.world = client, world
        self.record = world.record

    def open(self):
        self.client.post(reverse("entry-open", args=[self.record.pk]))
        return self.change

    @property
    def change(self):
        return queries.open_draft(self.record, agency=False)

    @property
    def work(self):
        return queries.work(self.change, on=NOON.date())

    def url(self, *place):
        change = self.change
        name = "entry-row" if len(place) == 3 else "entry-section"
        return reverse(name, args=[change.pk, *place])

    def get(self, *place, query=""):
        return self.client.get(self.url(*place) + query)

    def post(self, *place, follow=False, **data):
        sent = {name.replace("__", "."): value for name, value in data.items()}
        return self.client.post(self.url(*place), sent, follow=follow)


def test_every_page_opens(pages):
    change = pages.open()
    assert pages.client.get(reverse("own-record")).status_code == 200
    for part in pages.work.form.model_fields:
        assert pages.get(part).status_code == 200
    assert pages.client.get(reverse("entry-review", args=[change.pk])).status_code == 200
    assert pages.get("work", "work_history", "abc123").status_code == 200
