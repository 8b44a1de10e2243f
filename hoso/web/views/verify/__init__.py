"""Verifying what was submitted: the queue, one change beside its evidence, what went back, reported errors."""

from collections.abc import Iterable

from django.urls import path
from django.utils.translation import gettext_lazy as _

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.changes import queries
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.verify import lists, one


def menu(request: Request) -> Iterable[Entry]:
    """The queue, for whoever verifies anywhere."""
    if policy.scope(request.user, Permission.CHANGE_VERIFY, on=request.today):
        found = queries.counts(request.user, on=request.today)
        yield Entry("work", _("Chờ kiểm tra"), "/kiem-tra/", found["waiting"], late=bool(found["late"]))


urlpatterns = [
    path("kiem-tra/", lists.queue, name="to-verify"),
    path("kiem-tra/tra-lai/", lists.waiting, name="waiting-for-people"),
    path("kiem-tra/bao-sai-sot/", lists.reports, name="error-reports"),
    path("kiem-tra/bao-sai-sot/<uuid:report_id>/", lists.answer, name="answer-report"),
    path("kiem-tra/<uuid:change_id>/", one.verify, name="verify"),
    path("kiem-tra/<uuid:change_id>/minh-chung/", one.scan, name="verify-scan"),
    path("kiem-tra/<uuid:change_id>/nhan/", one.take, name="take"),
    path("kiem-tra/<uuid:change_id>/tha/", one.release, name="release"),
]
