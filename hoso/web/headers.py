"""What every answer says to the browser, whatever it is: a page, a part of one, a file, data or a refusal."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from hoso.base import downloads

PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# Nothing of the machine is asked for; passkeys belong to this origin alone.
PERMISSIONS = {
    "publickey-credentials-get": "(self)",
    "publickey-credentials-create": "(self)",
    **dict.fromkeys(("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics"), "()"),
}
FOR_ALL = {
    "Permissions-Policy": ", ".join(f"{name}={who}" for name, who in PERMISSIONS.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SPEAKS = ("text/html", "application/json", "application/problem+json")  # what has a language


def policy_of_pages() -> str:
    """The policy of a page: our own files, no code and no style inside, no form that goes elsewhere."""
    return "; ".join(f"{name} {sources}" for name, sources in PAGE_POLICY.items())


def put(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write them; what is read behind the door is kept by nobody."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    for name, value in FOR_ALL.items():
        response.headers.setdefault(name, value)
    page = kind in ("", "text/html")
    response.headers.setdefault("Content-Security-Policy", policy_of_pages() if page else downloads.POLICY)
    if page:
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
    if kind in SPEAKS:
        response.headers.setdefault("Content-Language", translation.get_language() or "vi")
    if getattr(request, "signed_in", False):
        response.headers["Cache-Control"] = "no-store, private"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
