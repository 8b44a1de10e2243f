"""What needs me today, by role."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from hoso.web.menu import Entry


def menu(request: HttpRequest) -> Iterable[Entry]:
    """The home page itself."""
    yield Entry("", _("Trang chủ"), "/")


def home(request: HttpRequest) -> HttpResponse:
    """The home page."""
    return render(request, "home/home.html", {})


def find(request: HttpRequest) -> HttpResponse:
    """Look for a person by name or number, by POST: what was typed never stands in an address."""
    return render(request, "home/home.html", {})


urlpatterns = [path("", home, name="home"), path("tim/", find, name="find")]
