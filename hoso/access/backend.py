"""Signing in by what the database knows only as a keyed hash."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from hoso.access import queries
from hoso.access.models import Account
from hoso.access.rules import OPEN
from hoso.base.kept import Kept


class SignIn(BaseBackend):
    """A personal number or an agency account's name, and a password; takes as long for a name nobody has."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **other: Any
    ) -> Account | None:
        """The account, or None; an inactive one, or the system's, never signs in."""
        if not username or not password:
            return None
        account = queries.by_sign_in(username)
        if account is None:
            Account().set_password(password)  # the same work as for a name that exists
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session."""
        return _open.first(user_id)


_open = Kept(lambda user_id: Account.objects.filter(pk=user_id, status__in=OPEN).order_by("pk")[:1])
