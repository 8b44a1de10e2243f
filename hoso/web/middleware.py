"""What happens around every view: headers, the language, the only clock, the door, and refusals that become pages."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import UUID

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request

from hoso.access import actions as access
from hoso.access import policy
from hoso.access import queries as accounts
from hoso.access.allauth import browser, state
from hoso.base import clock
from hoso.base.errors import Refused
from hoso.base.identity import NOBODY, acting_as
from hoso.base.refusals import sentence
from hoso.web import headers, uploads, urls
from hoso.web.views import errors

log = logging.getLogger(__name__)
requests = logging.getLogger("hoso.requests")  # one line for each, if the node wants them (HOSO_ACCESS_LOG)
# What is missing → the page where it is made up for, and what else is open until then.
FIRST = {
    state.SIGN_IN: "sign-in",
    state.SECOND_FACTOR: "second-factor",
    state.CHANGE_PASSWORD: "password",
    state.ENROL_FACTOR: "factors",
}
OPEN_BEFORE = {state.CHANGE_PASSWORD: urls.BEFORE_PASSWORD, state.ENROL_FACTOR: urls.BEFORE_FACTOR}
OPEN_BEFORE |= {state.SECOND_FACTOR: frozenset({"sign-out"})}
Next = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
LONGEST_ADDRESS = 8000  # letters of path and question together


class Guarded:
    """Headers on every answer, files of the site and refusals included; what is malformed or too large is not read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.reference, begun = secrets.token_hex(4), time.monotonic()  # type: ignore[attr-defined]
        status = _why_not_read(request)
        if status:
            _speak(request)
            response: HttpResponseBase = errors.bare(request, status)
        else:
            response = self.get_response(request)
        headers.put(request, response)
        if requests.isEnabledFor(logging.INFO):
            requests.info(*_line(request, response, time.monotonic() - begun))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Refuse what is larger than this page takes; this comes first of all that looks into a body."""
        if request.path.startswith(API):
            return None  # the API asks its own description: hoso/api/asked.py
        name = request.resolver_match.view_name if request.resolver_match else ""
        size = int((request.META.get("CONTENT_LENGTH") or "0")[:18])
        return errors.page(request, 413) if size > uploads.most(view, public=name in urls.PUBLIC) else None


def _line(request: HttpRequest, response: HttpResponseBase, seconds: float) -> tuple[Any, ...]:
    """A line of the access log: who asked from where for what, without what they asked."""
    who = str(request.user.pk) if getattr(request, "signed_in", False) else "-"
    words = (get_client_ip(request), who, request.method, request.path, response.status_code, seconds * 1000)
    return ("%s %s %s %s %s %.0fms [%s]", *words, request.reference)  # type: ignore[attr-defined]


def _why_not_read(request: HttpRequest) -> int:
    """The status that refuses a request by its first lines alone; 0 lets it in."""
    length = request.META.get("CONTENT_LENGTH") or ""
    question = request.META.get("QUERY_STRING", "")
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return 403  # only programs get this far: pages are led to TLS
    if len(request.path) + len(question) > LONGEST_ADDRESS:
        return 414
    if "\0" in request.path or "\0" in unquote(question):
        return 400
    if request.method not in METHODS:
        return 405
    if "Transfer-Encoding" in request.headers and not length:
        return 411
    return 400 if length and not (length.isascii() and length.isdigit()) else 0


class Language:
    """Vietnamese, unless this visitor asked for another language here; what the browser prefers does not count."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _speak(request)
        return self.get_response(request)


def _speak(request: HttpRequest) -> None:
    if not request.path.startswith(API):  # a program says what it wants
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
    translation.activate(get_language_from_request(request))
    request.LANGUAGE_CODE = translation.get_language()


class OneInstant:
    """`request.at`: the only clock a view reads; `request.today`: its day in Vietnam."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.today = clock.day(request.at)  # type: ignore[attr-defined]
        return self.get_response(request)


class SignedIn:
    """No page opens to a stranger unless `urls.PUBLIC` names it; who must change their password does that first, and
    who sees others shows a second factor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was = request.session.get(SESSION_KEY)
        request.signed_in = request.user.is_authenticated and request.user.is_active  # type: ignore[attr-defined]
        if was and not request.signed_in:  # type: ignore[attr-defined]
            _put_out(request, was)
        response = self.get_response(request)
        browser.leave_token(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Let them in, or send them where they must go first."""
        if request.path.startswith(API):
            return None  # the API has a door of its own: hoso/api/door.py
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in urls.PUBLIC:
            return None
        first = state.missing(request)
        if name in OPEN_BEFORE.get(first, ()):
            return None
        return _elsewhere(request, FIRST[first]) if first else None


class WithinTheWall:
    """Every transaction of the request runs with the identity of who is signed in; a stranger's sees nobody."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        account: Any = request.user
        known = account.is_authenticated
        with acting_as(policy.identity(account, on=request.today) if known else NOBODY):  # type: ignore[attr-defined]
            return self.get_response(request)


def _put_out(request: HttpRequest, account_id: str) -> None:
    """A session that was closed meanwhile ends here, and is told why in plain words."""
    reason = accounts.why_signed_out(account_id, on=request.today)  # type: ignore[attr-defined]
    logout(request)
    if reason and not request.path.startswith(API):
        messages.warning(request, sentence(reason, {}))


def _elsewhere(request: HttpRequest, name: str) -> HttpResponseBase:
    """Another page first; the one that was asked for comes back as `next` if it can be read again."""
    htmx = "HX-Request" in request.headers
    wanted = request.headers.get("HX-Current-URL", "/") if htmx else request.get_full_path()
    keep = htmx or (request.method == "GET" and request.path != "/")
    address = reverse(name) + ("?" + urlencode({"next": _local(wanted)}) if keep else "")
    return HttpResponse(headers={"HX-Redirect": address}) if htmx else HttpResponseRedirect(address)


def _local(address: str) -> str:
    """Path and query of an address, whatever host it names."""
    path = address.split("://", 1)[-1]
    return path if path.startswith("/") else "/" + path.partition("/")[2]


class SayNo:
    """A refusal becomes a page (or for htmx a fragment) that says why; nothing that was typed becomes a 500."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b"said"):
            return errors.wrong_method(request, response.headers.get("Allow", ""))
        if response.status_code in (403, 404) and request.signed_in:  # type: ignore[attr-defined]
            _note_refused(request, response.status_code)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """The database keeps no NUL; say so before it does."""
        if (
            request.method == "POST"
            and not getattr(view, "keeps_nul", False)
            and any("\0" in text for key, values in request.POST.lists() for text in (key, *values))
        ):
            return errors.bad_request(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The answer to what a view raised; None leaves it to Django's handlers."""
        request.refusal = getattr(error, "code", "")  # type: ignore[attr-defined]
        match error:
            case Refused():
                return errors.refused(request, error)
            case PermissionDenied():
                return errors.forbidden(request, error)
            case Http404() | ObjectDoesNotExist():
                return errors.not_found(request, error)
            case SuspiciousOperation():
                return errors.bad_request(request, error)
            case UnreadablePostError():
                return errors.bad_request(request)
            case ValidationError() | DataError():
                # Values may be in the message: the log gets the kind only.
                log.warning("%s at %s", type(error).__name__, request.resolver_match and request.resolver_match.route)
                return errors.unprocessable(request)
            case IntegrityError():  # two at once; the message quotes whole rows, so the log gets the kind only
                log.error("%s at %s", type(error).__name__, request.resolver_match and request.resolver_match.route)
                return errors.refused(request, Refused("conflict"))
            case OperationalError() | InterfaceError():
                log.error("The database is away: %s", type(error).__name__)
                return errors.unavailable(request)
        return None


def _note_refused(request: HttpRequest, status: int) -> None:
    """The transaction of the view is over: what is noted here stays. An address that nobody has tells nothing."""
    match = request.resolver_match
    named = [value for value in match.kwargs.values() if isinstance(value, UUID)] if match else []
    if match is None or (status == 404 and not match.kwargs):
        return
    try:
        access.note_refused(
            route=match.view_name or match.route,
            thing=named[0] if named else None,
            status=status,
            code=getattr(request, "refusal", "") or errors.CODES[status],
            method=request.method or "",
            by=request.user,  # type: ignore[arg-type]
            at=request.at,  # type: ignore[attr-defined]
        )
    except (OperationalError, InterfaceError) as error:
        log.error("A refusal could not be noted: %s", type(error).__name__)
