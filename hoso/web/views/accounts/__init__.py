"""Accounts and their life, roles, certificates, absences and the tree of organisations."""

from collections.abc import Iterable

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from hoso.access import policy, queries
from hoso.access.roles import ACTS, Permission
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.accounts import asking, codes, grants, life, organizations

PUBLIC = {"activate"}


def menu(request: Request) -> Iterable[Entry]:
    """For those who look after accounts; and the absence of those who hold a role."""
    user, today = request.user, request.today
    if policy.scope(user, Permission.ACCOUNT_VIEW, on=today):
        yield Entry("people", _("Tài khoản"), reverse("account-list"))
    if policy.scope(user, Permission.ACCOUNT_MANAGE, on=today):
        waiting = queries.requests(user, on=today, waiting=True).count()
        yield Entry("work", _("Đề nghị lập tài khoản"), reverse("account-requests"), waiting)
    if policy.scope(user, Permission.GRANT_GIVE, on=today):
        yield Entry("agency", _("Quyền được giao"), reverse("accounts"))
    if policy.scope(user, Permission.ORGANIZATION_EDIT, on=today):
        yield Entry("agency", _("Cơ quan, đơn vị"), reverse("organizations"))
    if any(each.role in ACTS for each in policy.held(user, today)):
        yield Entry("agency", _("Báo vắng mặt"), reverse("away"))


urlpatterns = [
    path("kich-hoat/", codes.activate, name="activate"),
    path("tai-khoan/", grants.accounts, name="accounts"),
    path("tai-khoan/danh-sach/", life.listed, name="account-list"),
    path("tai-khoan/moi/", asking.admit_person, name="admit"),
    path("tai-khoan/phieu/", codes.slips, name="slips"),
    path("tai-khoan/de-nghi/", asking.queue, name="account-requests"),
    path("tai-khoan/de-nghi/moi/<slug:kind>/", asking.ask, name="ask-account"),
    path("tai-khoan/de-nghi/<uuid:request_id>/", asking.one, name="account-request"),
    path("tai-khoan/de-nghi/<uuid:request_id>/lap/", asking.meet, name="meet-request"),
    path("tai-khoan/nguoi-thu-hai/<uuid:two_hands_id>/", life.second, name="second-hand"),
    path("tai-khoan/giao-quyen/", grants.give, name="give"),
    path("tai-khoan/giao-quyen/<uuid:grant_id>/ket-thuc/", grants.end, name="end-grant"),
    path("tai-khoan/<uuid:account_id>/", life.one, name="account"),
    path("tai-khoan/<uuid:account_id>/chung-thu/", grants.certificate, name="certificate"),
    path("tai-khoan/<uuid:account_id>/viec/<slug:act>/", life.act, name="account-act"),
    path("tai-khoan/<uuid:account_id>/mo-khoa/", life.unlock, name="unlock-account"),
    path("vang-mat/", grants.away, name="away"),
    path("co-quan/", organizations.organizations, name="organizations"),
    path("co-quan/moi/", organizations.open_organization, name="open-organization"),
    path("co-quan/<uuid:organization_id>/ten/", organizations.rename, name="rename-organization"),
]
