"""Sessions and the devices they are on: closing them, and telling the owner of a device that is new."""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from hoso.access import devices
from hoso.access.models import Account, Device
from hoso.audit import actions as audit
from hoso.base.errors import NotFound


@transaction.atomic
def close_sessions(account: Account, *, by: Account, at: datetime) -> int:
    """Close every open session of an account at once; how many were known. What runs is refused at its next request."""
    return _close(account, keep="", by=by, at=at)


@transaction.atomic
def close_other_sessions(account: Account, *, keep: str, by: Account, at: datetime) -> int:
    """Close all but the session of this key, whose hash those who call renew (`update_session_auth_hash`)."""
    return _close(account, keep=keep, by=by, at=at)


def _close(account: Account, *, keep: str, by: Account, at: datetime) -> int:
    held = Account.objects.select_for_update().get(pk=account.pk)
    held.sessions_ended += 1
    held.save(update_fields=["sessions_ended"])
    account.sessions_ended = held.sessions_ended
    ended = _forget(UserSession.objects.filter(user_id=account.pk).exclude(session_key=keep), told=True)
    audit.record(
        "account.sessions_closed", by=by, object=held, at=at, person=held.person_id or "", rows=[held], count=ended
    )
    return ended


@transaction.atomic
def end_session(session_id: int, *, by: Account, at: datetime) -> None:
    """Close one of one's own sessions."""
    own = UserSession.objects.filter(user_id=by.pk, pk=session_id)
    if not _forget(own):
        raise NotFound("no_such_session")
    audit.record("account.session_ended", by=by, object=by, at=at, person=by.person_id or "")


def _forget(sessions: Any, *, told: bool = False) -> int:
    """`told`: the session itself, which opens nothing any more, stays until it comes back and is told why."""
    keys = list(sessions.values_list("session_key", flat=True))
    if not told:
        Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def note_device(account: Account, *, token: str, label: str, at: datetime) -> bool:
    """A sign-in from a browser, told by the token it carries; True if it is news to an account that has others."""
    digest = devices.digest(token)
    known = Device.objects.filter(account=account)
    if known.filter(token_digest=digest).update(last_at=at, label=label[:200]):
        return False
    first = not known.exists()
    Device.objects.create(
        account=account,
        token_digest=digest,
        label=label[:200],
        first_at=at,
        last_at=at,
        noticed_at=at if first else None,
    )
    if first:
        return False
    Account.objects.filter(pk=account.pk).update(news_of_device=True)
    account.news_of_device = True
    audit.record("account.new_device", by=account, object=account, at=at, person=account.person_id or "")
    return True


@transaction.atomic
def see_devices(*, here: str, by: Account, at: datetime) -> int:
    """The owner has read about the new devices; a new device cannot do that for itself (`here`: its token)."""
    news = Device.objects.filter(account=by, noticed_at=None)
    seen = news.exclude(token_digest=devices.digest(here)).update(noticed_at=at)
    Account.objects.filter(pk=by.pk).update(news_of_device=news.exists())
    return seen
