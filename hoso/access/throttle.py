"""How often somebody may try at the door: allauth's rate limits, kept in the database's cache.

Three circles. *Near*: one account from one place; the waits grow from a minute to a day. *Wide*: one account from
everywhere together, much looser. *Address*: any account from one address. The place is a device that the account has
signed in from before, else the address; a known device is asked for the near circle only, so that no stranger can keep
the owner out. What is counted are failures: a try that succeeds is given back.
"""

import time
from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from hoso.access import devices

RATES = {
    "near": "5/1m/key,10/15m/key,30/1d/key",
    "wide": "40/15m/key,200/1d/key",
    "address": "60/1m/ip",
}
APP = "hoso.access"
LONGEST = 24 * 3600


class Tries:
    """One try at one account: `begin` counts it, `succeed` gives it back."""

    def __init__(self, request: HttpRequest, index: str, *, device: str) -> None:
        """`index` is the keyed hash of a name, whether somebody has it or not; `device` a known device's token."""
        self.request, self.index, self.usages = request, index, list[ratelimit.RateLimitUsage]()
        self.shut = False  # whether this very try has closed the door
        place = devices.digest(device) or ratelimit.get_ip(request)
        turn = cache.get(_turn(index), 0)
        self.circles = [("near", f"{index}:{turn}:{place}")]
        if not device:
            self.circles += [("wide", f"{index}:{turn}"), ("address", "")]

    def begin(self) -> int:
        """0 if it may be tried now, else the seconds to wait."""
        for circle, key in self.circles:
            usage = ratelimit.consume(self.request, app=APP, action=circle, config=RATES, key=key)
            if usage is None:
                self.succeed()  # what the inner circles have counted
                return self._refuse(circle, key)
            self.usages.append(usage)
        return 0

    def succeed(self) -> None:
        """It was the right one: it does not count."""
        while self.usages:
            self.usages.pop().rollback()

    def _refuse(self, circle: str, key: str) -> int:
        wait = max(1, _wait(self.request, circle, key))
        if circle != "address":
            self.shut = cache.add(_lock(self.index), time.time() + wait, wait)
        return wait


def locked_until(index: str) -> datetime | None:
    """Until when tries at an account are refused, as far as somebody has met that."""
    until = cache.get(_lock(index))
    return datetime.fromtimestamp(until, UTC) if until and until > time.time() else None


def forget(index: str) -> None:
    """Count the tries at an account anew, from wherever they come."""
    cache.set(_turn(index), cache.get(_turn(index), 0) + 1, LONGEST)
    cache.delete(_lock(index))


def _wait(request: HttpRequest, circle: str, key: str) -> int:
    """Seconds until every limit of the circle has room again."""
    now, wait = time.time(), 0.0
    for rate in ratelimit.get_rates(app=APP, action=circle, config=RATES):
        held = cache.get(ratelimit.get_cache_key(request, app=APP, action=circle, rate=rate, key=key), [])
        running = sorted((at for at in held if at > now - rate.duration), reverse=True)
        if len(running) >= rate.amount:
            wait = max(wait, running[rate.amount - 1] + rate.duration - now)
    return int(wait) + 1


def _turn(index: str) -> str:
    return f"hoso:turn:{index}"


def _lock(index: str) -> str:
    return f"hoso:locked:{index}"
