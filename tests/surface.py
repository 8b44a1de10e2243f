"""What every answer must say to the browser, by the kind of what it carries."""

import re

STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGES, DATA = {"text/html", ""}, {"application/json", "application/problem+json"}
FILES = {"application/pdf", "image/webp", "text/csv", "text/plain"}
NO_CODE = re.compile(r"default-src 'none'; script-src 'self'; style-src 'self'; ")
PERMITTED = "(?:camera|microphone|geolocation|payment|usb)=\\(\\)"


def faults(answer) -> list[str]:
    """What an answer lacks; empty if it is guarded."""
    said, kind = answer.headers, answer.headers.get("Content-Type", "").partition(";")[0]
    found = [f"{name}: {said.get(name)}" for name, wanted in STRICT.items() if said.get(name) != wanted]
    policy = said.get("Content-Security-Policy", "")
    if kind not in PAGES | DATA | FILES:
        found.append(f"a type that nobody argued: {kind}")
    if kind in PAGES and not NO_CODE.match(policy):
        found.append(f"policy of a page: {policy}")
    if kind not in PAGES and not ("default-src 'none'" in policy and policy.endswith("sandbox")):
        found.append(f"policy of what is no page: {policy}")
    if re.search(r"unsafe|data:|blob:|\*|http", policy) or "frame-ancestors 'none'" not in policy:
        found.append(f"loose policy: {policy}")
    if kind in FILES - {"text/plain"} and "Content-Disposition" not in said:
        found.append("a file without a disposition")
    if kind == "application/pdf" and not said["Content-Disposition"].startswith("attachment"):
        found.append("a PDF that a browser would open")
    if len(re.findall(PERMITTED, said.get("Permissions-Policy", ""))) != 5:
        found.append(f"permissions: {said.get('Permissions-Policy')}")
    if "no-store" not in said.get("Cache-Control", ""):
        found.append(f"kept by the browser: {said.get('Cache-Control')}")
    found += [
        f"says too much: {name}" for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin") if name in said
    ]
    return found + [f"cookie {name}" for name, each in answer.cookies.items() if not _guarded(each)]


def _guarded(cookie) -> bool:
    """Whether it is out of reach of scripts and other sites; one that is taken back need not be."""
    if cookie["max-age"] == 0:
        return True
    return bool(cookie["httponly"] and cookie["samesite"] in ("Lax", "Strict") and cookie["path"] == "/")
