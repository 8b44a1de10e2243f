"""Reading accounts and grants."""

import re
import unicodedata
from datetime import date

from django.db.models import QuerySet

from hoso.access import policy
from hoso.access.models import Account, Grant
from hoso.access.roles import Permission
from hoso.base import keys
from hoso.base.errors import NotFound
from hoso.people.queries import index_key

SYSTEM = "system"


def sign_in_index(typed: str) -> str:
    """What the database knows of a sign-in name: a personal number loses its spaces and dots, an agency's name its case."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    digits = re.sub(r"[ .-]", "", name)
    return keys.blind_index(index_key(), "sign-in", digits if digits.isdigit() else name).hex()


def by_sign_in(typed: str) -> Account | None:
    """The account of what somebody typed to sign in."""
    return Account.objects.filter(sign_in_index=sign_in_index(typed)).first()


def system() -> Account:
    """The node's own account, for timers; NotFound before `hoso init`."""
    found = Account.objects.filter(kind="system").first()
    if found is None:
        raise NotFound("no_node")
    return found


def grants(viewer: Account, *, on: date) -> QuerySet[Grant]:
    """Grants where the viewer may give them, newest first."""
    paths = policy.require_any(viewer, Permission.GRANT_GIVE, on=on)
    from hoso.orgs.models import Organization

    return (
        Grant.objects.filter(organization__in=Organization.objects.under(paths))
        .select_related("account", "organization")
        .order_by("-pk")
    )
