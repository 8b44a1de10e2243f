"""Reading the tree of organisations."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from hoso.base.errors import NotFound
from hoso.base.kept import Kept
from hoso.orgs.models import Organization
from hoso.orgs.rules import Kind


def by_id(organization_id: Any) -> Organization:
    """The organisation of an id; NotFound."""
    found = Organization.objects.filter(pk=organization_id).first()
    if found is None:
        raise NotFound("no_such_organization", code=organization_id)
    return found


def names(ids: Iterable[str]) -> dict[str, str]:
    """Id → name, for the ids that a log mentions. One query."""
    wanted = [each for each in {*ids} if each]
    return {str(pk): name for pk, name in Organization.objects.filter(pk__in=wanted).values_list("pk", "name")}


def root() -> Organization:
    """The province; NotFound on a node that was not made yet."""
    found = _root.first()
    if found is None:
        raise NotFound("no_node")
    return found


_root = Kept(lambda: Organization.objects.filter(parent=None).order_by("pk")[:1])


def home_affairs() -> Organization:
    """The Department of Home Affairs, which signs the month."""
    found = Organization.objects.filter(kind=Kind.HOME_AFFAIRS).first()
    if found is None:
        raise NotFound("no_node")
    return found


def agency_of(organization: Organization) -> Organization:
    """The nearest organisation upwards with an administrator and a head of its own; the organisation itself counts."""
    found = above(organization).filter(is_agency=True).order_by("-path__length").first()
    return found or home_affairs()


def agency_above(organization: Organization) -> Organization:
    """The next agency up, or the Department of Home Affairs where there is none (ruling of the substitutes)."""
    higher = above(organization).exclude(pk=organization.pk)
    return higher.filter(is_agency=True).order_by("-path__length").first() or home_affairs()


def above(organization: Organization) -> QuerySet[Organization]:
    """An organisation and all above it. One query."""
    numbers = organization.path.split(".")
    return Organization.objects.filter(path__in=[".".join(numbers[:length]) for length in range(1, len(numbers) + 1)])


def agencies() -> QuerySet[Organization]:
    """Every agency of the node, in the order of the tree."""
    return Organization.objects.filter(is_agency=True, until=None).order_by("path")


def tree() -> QuerySet[Organization]:
    """The whole tree in order."""
    return Organization.objects.order_by("path")
