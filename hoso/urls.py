"""The root of all addresses: the pages, and the same acts for programs under /api/."""

from django.urls import include, path

from hoso.web import urls as web

urlpatterns = [
    *web.urlpatterns,
    path("api/", include("hoso.api.urls")),
]

handler400, handler403, handler404 = web.handler400, web.handler403, web.handler404
handler429, handler500 = web.handler429, web.handler500
