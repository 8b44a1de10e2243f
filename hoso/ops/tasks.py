"""What the node does by itself: procrastinate's worker calls these; each is an act anyone could do again safely."""

from collections.abc import Callable
from functools import wraps

from django.utils import timezone
from procrastinate.contrib.django import app

from hoso.access.queries import system
from hoso.approvals import actions as approvals
from hoso.approvals.actions.signing import unfinished
from hoso.approvals.rules import month_of
from hoso.base.identity import NODE, acting_as
from hoso.ops import node, sealing


def by_the_node(task: Callable[[int], None]) -> Callable[[int], None]:
    """The node itself does it: its transactions see everybody."""

    @wraps(task)
    def inner(timestamp: int) -> None:
        with acting_as(NODE):
            task(timestamp)

    return inner


@app.periodic(cron="* * * * * */5")  # every five seconds
@app.task(queue="log", queueing_lock="seal", pass_context=False)
@by_the_node
def seal_log(timestamp: int) -> None:
    """Hash, chain and sign what was logged."""
    sealing.seal_now(at=timezone.now())


@app.periodic(cron="0 * * * *")
@app.task(queue="log", queueing_lock="anchor")
@by_the_node
def anchor_log(timestamp: int) -> None:
    """Note the newest seal outside the database."""
    sealing.anchor_now(at=timezone.now())


@app.periodic(cron="5 0 * * *")
@app.task(queue="month", queueing_lock="open-round")
@by_the_node
def open_month(timestamp: int) -> None:
    """Open the round of the month on its first night."""
    if node.exists():
        now = timezone.now()
        approvals.open_round(month_of(timezone.localdate(now)), by=system(), at=now)


@app.periodic(cron="* * * * *")
@app.task(queue="month", queueing_lock="finish-manifests")
@by_the_node
def finish_manifests(timestamp: int) -> None:
    """Put the department's seal on what a leader signed, where something stopped in between."""
    for manifest in unfinished():
        approvals.finish(manifest.pk, by=system(), at=timezone.now())
