"""The one shape of these pages: a form that is posted, carried out, refused on its own page, or done."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from hoso.base.errors import Refused
from hoso.web.forms import Plain
from hoso.web.http import Request

Act = Callable[[Mapping[str, Any]], HttpResponse | None]


def carried_out(
    request: Request, form: Plain, act: Act, *, template: str, said: Mapping[str, Any], done: str, to: str
) -> HttpResponse:
    """Do `act` with what was typed and go on to `to` with a notice; or its own answer, if it gives one; or the page
    again, with what is wrong or what the domain refuses, and with everything that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            answer = act(form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            if answer is not None:
                return answer
            messages.success(request, done)
            return HttpResponseRedirect(to)
    return render(request, template, {"form": form, **said}, status=422 if form.errors else 200)
