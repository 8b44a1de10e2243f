"""Reading what must be done by when."""

from collections.abc import Iterable

from django.db.models import QuerySet

from hoso.access.models import Account
from hoso.duties.models import Obligation


def mine(account: Account) -> QuerySet[Obligation]:
    """What an account itself has to do, most urgent first."""
    return Obligation.objects.filter(account=account.pk, closed_at=None).order_by("due_on", "pk")


def open_for(subject_kind: str, subject_ids: Iterable[object]) -> QuerySet[Obligation]:
    """What runs for some subjects."""
    return Obligation.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids), closed_at=None)
