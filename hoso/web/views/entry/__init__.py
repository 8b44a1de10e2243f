"""Entering: sections, rows, evidence, the review, the receipt; for oneself and by the agency."""

from django.urls import path

from hoso.web.views.entry import lists, review, scans, section
from hoso.web.views.entry.lists import menu

__all__ = ["menu", "urlpatterns"]

OWN = "ho-so-cua-toi/"
DRAFT = f"{OWN}<uuid:change_id>/"

urlpatterns = [
    path(OWN, lists.own, name="own-record"),
    path(f"{OWN}mo/<uuid:record_id>/", lists.open_own, name="entry-open"),
    path(f"{OWN}bao-sai-sot/<uuid:record_id>/", lists.report, name="entry-report"),
    path(f"{OWN}bao-sai-sot/<uuid:report_id>/da-xem/", lists.answer, name="entry-answer"),
    path(f"{DRAFT}xem-lai/", review.review, name="entry-review"),
    path(f"{DRAFT}bien-nhan/", review.receipt, name="entry-receipt"),
    path(f"{DRAFT}bien-nhan.pdf", review.receipt_pdf, name="entry-receipt-pdf"),
    path(f"{DRAFT}rut/", lists.withdraw, name="entry-withdraw"),
    path(f"{DRAFT}chuyen/", lists.hand, name="entry-hand"),
    path(f"{DRAFT}<slug:section>/", section.section, name="entry-section"),
    path(f"{DRAFT}<slug:section>/<slug:table>/moi/", section.new_row, name="entry-new-row"),
    path(f"{DRAFT}<slug:section>/<slug:table>/<str:row>/", section.row, name="entry-row"),
    path("minh-chung/<uuid:evidence_id>/mo/", scans.open_, name="evidence-open"),
    path("minh-chung/<uuid:evidence_id>/trang/<int:number>/", scans.page, name="evidence-page"),
    path("ho-so/<uuid:record_id>/phan-co-quan/", lists.agency, name="agency-part"),
    path("ho-so/<uuid:record_id>/nhap-thay/", lists.on_behalf, name="on-behalf"),
]
