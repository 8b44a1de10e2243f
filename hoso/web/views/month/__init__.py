"""The month: the head confirms what changed in the agency, the department's leader signs it."""

from collections.abc import Iterable

from django.urls import path, reverse
from django.utils.translation import gettext as _

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.approvals import queries
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.month import heads, leader


def menu(request: Request) -> Iterable[Entry]:
    """What waits for a head; what waits for the department's leader, which its administrators may watch."""
    account, today = request.user, request.today
    mine = queries.confirmable_agencies(account, on=today)
    watches = policy.scope(account, Permission.ROUND_WATCH, on=today)
    signs = policy.scope(account, Permission.ROUND_SIGN, on=today)
    round_ = queries.round_for(today) if (mine and watches) or signs else None
    if mine and watches:
        left = sum(queries.waiting_count(agency, account, on=today) for agency in mine) if round_ else None
        yield Entry("work", _("Xác nhận tháng"), reverse("month"), left)
    if heads.watches_all(account, on=today):
        ready = queries.ready(round_).count() if round_ and signs else None
        yield Entry("work", _("Ký phê duyệt tháng"), reverse("sign"), ready)


urlpatterns = [
    path("thang/", heads.month, name="month"),
    path("thang/ky/", leader.cockpit, name="sign"),
    path("thang/ky/mo-ky/", leader.open_round, name="sign-open"),
    path("thang/ky/lap-bang-ke/", leader.build, name="sign-build"),
    path("thang/ky/<uuid:manifest_id>/", leader.sign, name="sign-manifest"),
    path("thang/ky/<uuid:manifest_id>/bang-ke.pdf", leader.download, name="sign-download"),
    path("thang/ky/<uuid:manifest_id>/dong-dau/", leader.finish, name="sign-finish"),
    path("thang/<uuid:agency_id>/", heads.agency, name="month-agency"),
    path("thang/<uuid:agency_id>/xac-nhan/", heads.confirm, name="month-confirm"),
    path("thang/<uuid:agency_id>/<uuid:version_id>/", heads.compare, name="month-compare"),
    path("thang/<uuid:agency_id>/<uuid:version_id>/tra-lai/", heads.send_back, name="month-send-back"),
    path("thang/<uuid:agency_id>/<uuid:version_id>/mo/", heads.reveal, name="month-reveal"),
]
