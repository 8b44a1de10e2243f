"""The record room: a record, its versions, what supports them, what happened, who looked, and paper."""

from collections.abc import Iterable

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from hoso.records import queries as records
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.record import looks, page, paper, story, versions

urlpatterns = [
    path("ho-so/cua-toi/", page.mine, name="my-record"),
    path("ho-so/<uuid:record_id>/", page.record, name="record"),
    path("ho-so/<uuid:record_id>/mo/", page.reveal, name="reveal"),
    path("ho-so/<uuid:record_id>/anh/", page.portrait, name="portrait"),
    path("ho-so/<uuid:record_id>/phien-ban/", versions.versions, name="versions"),
    path("ho-so/<uuid:record_id>/phien-ban/<int:seq>/", versions.version, name="version"),
    path("ho-so/<uuid:record_id>/so-sanh/", versions.compare, name="compare"),
    path("ho-so/<uuid:record_id>/minh-chung/", story.evidence, name="record-evidence"),
    path("ho-so/<uuid:record_id>/nhat-ky/", story.whole, name="record-story"),
    path("ho-so/<uuid:record_id>/in/", paper.record, name="print-record"),
    path("ho-so-cua-toi/ai-da-xem/", looks.who_looked, name="who-looked"),
    path("ho-so-cua-toi/<uuid:change_id>/in.pdf", paper.draft, name="print-draft"),
]


def menu(request: Request) -> Iterable[Entry]:
    """One's own record as it stands, and who looked at it."""
    person = request.user.person_id
    if person and records.has_saved(person):
        yield Entry("own", _("Hồ sơ đã lưu"), reverse("my-record"))
        yield Entry("own", _("Ai đã xem hồ sơ"), reverse("who-looked"))
