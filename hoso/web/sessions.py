"""Sessions as Django keeps them in the database, read with a statement that is built once: every page asks it."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from hoso.base.kept import Kept


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def _get_session_from_db(self) -> Any:
        found = _alive.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found


def _of_key(key: str, now: Any) -> QuerySet[Any]:
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)


_alive = Kept(_of_key)
