"""What the node does by itself: procrastinate's worker calls these; each is an act anyone could do again safely."""

from django.utils import timezone
from procrastinate.contrib.django import app

from hoso.access.queries import system
from hoso.approvals import actions as approvals
from hoso.approvals.actions.signing import unfinished
from hoso.approvals.rules import month_of
from hoso.ops import node, sealing


@app.periodic(cron="* * * * * */5")  # every five seconds
@app.task(queue="log", queueing_lock="seal", pass_context=False)
def seal_log(timestamp: int) -> None:
    """Hash, chain and sign what was logged."""
    sealing.seal_now(at=timezone.now())


@app.periodic(cron="0 * * * *")
@app.task(queue="log", queueing_lock="anchor")
def anchor_log(timestamp: int) -> None:
    """Note the newest seal outside the database."""
    sealing.anchor_now(at=timezone.now())


@app.periodic(cron="5 0 * * *")
@app.task(queue="month", queueing_lock="open-round")
def open_month(timestamp: int) -> None:
    """Open the round of the month on its first night."""
    if node.exists():
        now = timezone.now()
        approvals.open_round(month_of(timezone.localdate(now)), by=system(), at=now)


@app.periodic(cron="* * * * *")
@app.task(queue="month", queueing_lock="finish-manifests")
def finish_manifests(timestamp: int) -> None:
    """Put the department's seal on what a leader signed, where something stopped in between."""
    for manifest in unfinished():
        approvals.finish(manifest.pk, by=system(), at=timezone.now())
