"""The browsers an account signs in from, known by a token each of them keeps in a cookie."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession

from hoso.access.models import Account, Device

NEWS = timedelta(days=90)  # after that nobody needs to be told any more
# What is looked for, in this order, in what a browser says of itself.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "CocCoc": "Cốc Cốc",
    "coc_coc": "Cốc Cốc",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "python-requests": "Python",
    "curl": "curl",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def digest(token: str) -> str:
    """What the database knows of a device."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def label(agent: str) -> str:
    """Browser and system in two words; empty where neither is known."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return " · ".join(filter(None, (browser, system)))


def knows(account: Account, token: str) -> bool:
    """Whether the account has signed in from this device before."""
    return bool(token) and Device.objects.filter(account=account, token_digest=digest(token)).exists()


def of(account: Account, *, here: str) -> list[tuple[Device, bool]]:
    """The devices of an account, the last used first, and whether it is this one."""
    found = Device.objects.filter(account=account).order_by("-last_at", "-pk")
    return [(device, device.token_digest == digest(here)) for device in found[:50]]


def news(account: Account, *, here: str, at: datetime) -> list[Device]:
    """New devices that the owner has not been told of; a new device is no news to itself."""
    if not account.news_of_device:
        return []
    found = Device.objects.filter(account=account, noticed_at=None, first_at__gt=at - NEWS)
    return list(found.exclude(token_digest=digest(here)).order_by("-first_at")[:5])


def sessions(account: Account) -> list[Any]:
    """The open sessions of an account, the newest first; what has run out is left out."""
    found = UserSession.objects.purge_and_list(account)
    return sorted(found, key=lambda session: session.created_at, reverse=True)
