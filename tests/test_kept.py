"""Queries that are built once."""

from datetime import date
from uuid import uuid4

import pytest

from hoso.access.models import Account, Grant
from hoso.base.kept import Kept
from hoso.orgs.models import Organization
from hoso.people.models import Person
from tests.world import NOON

TODAY = NOON.date()

pytestmark = pytest.mark.django_db


def test_one_statement_answers_for_other_values(world, django_assert_num_queries):
    kept = Kept(lambda pk, on: Grant.objects.select_related("organization").filter(account=pk, since__lte=on))
    for account in Account.objects.all():
        own = {each.pk: each.organization.name for each in Grant.objects.filter(account=account)}
        with django_assert_num_queries(1):
            assert {each.pk: each.organization.name for each in kept(account.pk, TODAY)} == own
        assert kept.first(account.pk, date(1900, 1, 1)) is None


def test_a_value_may_stand_in_a_list(world):
    kept = Kept(lambda pk: Organization.objects.filter(pk__in=[pk]).values_list("name"))
    for organization in Organization.objects.all():
        assert kept(organization.pk) == [(organization.name,)]


def test_what_a_lookup_changes_or_leaves_out_is_refused(world):
    with pytest.raises(TypeError):
        Kept(lambda text: Person.objects.filter(full_name__contains=text))("An")
    with pytest.raises(TypeError):
        Kept(lambda pk, _on: Person.objects.filter(pk=pk))(uuid4(), date(2026, 11, 25))
    with pytest.raises(TypeError):
        Kept(lambda pk: Person.objects.filter(pk=pk))(None)


def test_another_kind_of_value_is_refused(world):
    kept = Kept(lambda pk: Person.objects.filter(pk=pk))
    assert kept(uuid4()) == []
    for strange in (None, "", str(uuid4()), date(2026, 11, 25)):
        with pytest.raises(TypeError):
            kept(strange)
