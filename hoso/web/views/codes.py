"""Suggestions of the code-picker: what a code list offers for what was typed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from hoso.records import codes
from hoso.web.http import Request

MOST = 12


@require_http_methods(["GET", "POST"])
def suggest(request: Request, name: str) -> HttpResponse:
    """The options of a listbox for `q`; `id` is the id of its input, `past=1` also offers what has ended.

    Public words only, but for signed-in accounts, like every page that uses them. By POST, since what is typed into a
    protected field should stand in no address; by GET for who links to it.
    """
    if name not in codes.codelists():
        raise Http404(name)
    given = request.POST if request.method == "POST" else request.GET
    typed, owner = given.get("q", "")[:100], given.get("id", "")[:100]
    found = codes.search(name, typed, request.today, MOST, past=request.GET.get("past") == "1")
    return render(request, "parts/options.html", {"choices": found, "owner": owner, "list": codes.codelist(name)})


urlpatterns = [path("danh-muc/<slug:name>/", suggest, name="codes")]
