"""The record on the screen: what it shows to whom, what opening costs, what paper says."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hoso.access.models import Account
from hoso.audit.models import Event
from tests.world import CONFIRM_DAY, NOON, World, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(hours=1))


def open_as(client, account, name, *args, query="", **extra):
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(account)
    return client.get(reverse(name, args=args) + query, **extra)


def text_of(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode())


def events(action):
    return list(Event.objects.filter(action=action).order_by("pk"))


def test_the_record_shows_its_sections_with_their_level(client, world):
    world.accepted()
    page = open_as(client, world.binh, "record", world.record.pk)
    assert page.status_code == 200
    said = text_of(page)
    assert "Nguyễn Thị An" in said
    assert "Đã kiểm tra 10/11/2026, chờ xác nhận" in said
    assert len(events("record.read")) == 1
