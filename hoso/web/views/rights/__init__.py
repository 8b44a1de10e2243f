"""The rights room: documents that give rights, delegations, and written consent to read a record."""

from collections.abc import Iterable

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from hoso.access import policy, queries
from hoso.access.roles import Permission
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.rights import bases, consents, delegations


def menu(request: Request) -> Iterable[Entry]:
    """Documents for who may read them, what a head delegates, and consents: given, got, and to one's own record."""
    user, today = request.user, request.today
    if policy.scope(user, Permission.GRANT_DELEGATE, on=today):
        yield Entry("agency", _("Ủy quyền xác nhận"), reverse("delegations"))
    if policy.scope(user, Permission.CONSENT_GIVE, on=today):
        yield Entry("agency", _("Đồng ý cho đọc hồ sơ"), reverse("given-consents"))
    if policy.scope(user, Permission.BASIS_READ, on=today):
        yield Entry("agency", _("Văn bản làm căn cứ"), reverse("bases"))
    about_me, for_me, waiting = queries.consents_at_a_glance(user, on=today)
    if about_me:
        yield Entry("own", _("Ai được đồng ý cho đọc"), reverse("my-consents"), waiting or None)
    if for_me:
        yield Entry("own", _("Hồ sơ được cho đọc"), reverse("consents"))


urlpatterns = [
    path("van-ban/", bases.bases, name="bases"),
    path("van-ban/<uuid:basis_id>/", bases.basis, name="basis"),
    path("van-ban/<uuid:basis_id>/trang/<int:number>/", bases.page, name="basis-page"),
    path("uy-quyen/", delegations.delegations, name="delegations"),
    path("uy-quyen/moi/", delegations.delegate, name="delegate"),
    path("uy-quyen/<uuid:grant_id>/", delegations.delegation, name="delegation"),
    path("uy-quyen/<uuid:grant_id>/ket-thuc/", delegations.end, name="end-delegation"),
    path("dong-y/", consents.mine_to_read, name="consents"),
    path("dong-y/cua-toi/", consents.about_me, name="my-consents"),
    path("dong-y/da-cho/", consents.given, name="given-consents"),
    path("dong-y/<uuid:consent_id>/", consents.consent, name="consent"),
    path("dong-y/<uuid:consent_id>/dong-y/", consents.agree, name="agree"),
    path("dong-y/<uuid:consent_id>/tu-choi/", consents.refuse, name="refuse"),
    path("dong-y/<uuid:consent_id>/rut/", consents.withdraw, name="withdraw-consent"),
    path("ho-so/<uuid:record_id>/cho-doc/", consents.let_read, name="let-read"),
]
