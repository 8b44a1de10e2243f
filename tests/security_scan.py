"""`make security-scan`: sqlmap, wapiti and Schemathesis against a demo over TLS, signed in as each of its accounts.

A demo of its own is made under build/scan and served by the product's own command with a throw-away certificate. What
the scanners say is held against the table of explained findings in docs/security.md, and the result is written there,
with its date. Exit 1 if anything is left unexplained, if the node answered with a 5xx, or if a scanner did not run.
"""

import base64
import csv
import hmac
import json
import os
import re
import shutil
import ssl
import struct
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.tour import ROOT, Product

SCAN = ROOT / "build" / "scan"
PAPER = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- written by make security-scan -->", "<!-- end of what make security-scan writes -->"
SCHEMATHESIS = ROOT / "build" / "schemathesis" / "bin" / "schemathesis"
PEOPLE = 150
AT_ONCE = 2  # scanners side by side
CRAWL, ATTACK = 15, 2  # seconds: for crawling, for each module of wapiti
WHOLE = {"sqlmap": 60, "schemathesis": 150, "wapiti": 150}  # seconds for one scanner as one account
# Modules that need no server of their makers outside; ssrf, xxe and wapp do.
MODULES = "blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock"
MODULES += ",sql,xss"
LEAVE = (
    "/dang-xuat/",
    "/doi-mat-khau/",
    "/giao-dien/ngon-ngu/",
    "/giao-dien/co-chu/",
)  # would end the session, or change what signs in
VIEWS = ROOT / "hoso" / "web" / "views"
NOBODY = "01a21365-aab4-7c1b-ade1-7161c15e0f3d"  # stands in every place of an address
# What strangers may send.
SENT = (("/dang-nhap/", "login=a&password=b"), ("/xac-minh/", "ma=ab"), ("/giao-dien/ngon-ngu/", "language=vi&next=/"))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance"
CHECKS += ",response_schema_conformance"
DESCRIBED_AS = ("person", "agency_admin", "dept_admin")  # between them they may call everything
# Debian 12's wapiti writes what it leaves out in a pattern that its own Python no longer takes, and does not know the
# name of Django's token: with it, it tries every form without a good one.
WAPITI = """
import fnmatch, re, sys
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.attack import mod_csrf
mod_csrf.mod_csrf.TOKEN_FORM_STRINGS.append("csrfmiddlewaretoken")
from wapitiCore.main.wapiti import wapiti_main
sys.argv[0] = "wapiti"
wapiti_main()
"""
# What signs out: the scanner would lock itself out.
NOT_ASKED = "^/api/v1/session"


class Finding(NamedTuple):
    """What a scanner said: `weight` is its own, 2 is medium."""

    tool: str
    who: str
    what: str
    where: str
    weight: int


class Explained(NamedTuple):
    """A line of the table in docs/security.md: a pattern for “tool: what where”, and why it is no weakness."""

    pattern: str
    why: str


class SafeProduct(Product):
    """The product over TLS, with the log of requests on."""

    @property
    def environment(self) -> dict[str, str]:
        """What its commands see."""
        tls = {"HOSO_TLS_CERTIFICATE": str(SCAN / "tls.crt"), "HOSO_TLS_KEY": str(SCAN / "tls.key")}
        return (
            super().environment | tls | {"HOSO_ACCESS_LOG": "1", "HOSO_TLS_MINIMUM": "tls1.2"}
        )  # all that sqlmap speaks

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"https://localhost:{self.port}"

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.home / "serving.log"


def certificate() -> None:
    """A key and a certificate for localhost, for a day; the programs of this scan believe anything."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    SCAN.mkdir(parents=True, exist_ok=True)
    (SCAN / "tls.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    held = SCAN / "tls.key"
    held.touch(mode=0o600)
    pkcs8, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    held.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, clear))


def code_now(secret: str) -> str:
    """The six digits of a second factor (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    said = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = said[-1] & 15
    return f"{(struct.unpack('>I', said[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class SignedIn(NamedTuple):
    """A session of one account: what a scanner puts into its requests, and a record that it may see."""

    who: str
    cookie: str
    token: str
    record: str


def sign_in(product: SafeProduct, account: dict[str, str]) -> SignedIn:
    """As a program does: the session, the password, the second factor."""
    session, at = requests.Session(), f"{product.address}/api/v1/session"
    session.verify = session.trust_env = False
    session.headers["Referer"] = product.address
    session.headers["X-CSRFToken"] = session.get(at, timeout=30).json()["csrf_token"]
    body = {"username": account["username"], "password": account["password"]}
    if account.get("totp_secret"):
        body["code"] = code_now(account["totp_secret"])
    answer = session.post(at, json=body, timeout=30)
    answer.raise_for_status()
    if not answer.json()["signed_in"]:
        raise RuntimeError(f"{account['role']} is not signed in: {answer.text[:200]}")
    cookie = "; ".join(f"{each.name}={each.value}" for each in session.cookies)
    seen = session.get(f"{product.address}/api/v1/records", timeout=30)
    record = str(seen.json()[0]["id"]) if seen.ok and seen.json() else NOBODY
    return SignedIn(account["role"], cookie, answer.json()["csrf_token"], record)


# -- the scanners ---------------------------------------------------------------------------------------------------


def wapiti(product: SafeProduct, as_: SignedIn) -> Iterator[Finding]:
    """Crawl and attack with what an account can open."""
    told, kept = SCAN / f"wapiti-{as_.who}.json", SCAN / f"wapiti-{as_.who}"
    told.unlink(missing_ok=True)
    leave = [word for path in LEAVE for word in ("-x", f"{product.address}{path}")]
    words = [
        "/usr/bin/python3", "-c", WAPITI, "-u", f"{product.address}/", "--scope", "folder", "-m", MODULES,
        "-d", "4", "-S", "normal", "--max-links-per-page", "60", "--max-files-per-dir", "40", "--max-parameters", "40",
        "--max-scan-time", str(CRAWL), "--max-attack-time", str(ATTACK), "-t", "10", "--verify-ssl", "0",
        "--no-bugreport", "--flush-session",
        "--store-session", str(kept), "--store-config", str(SCAN / "wapiti-config"), "-H", f"Cookie: {as_.cookie}",
        "-f", "json", "-o", str(told), *leave,
    ]  # fmt: skip
    _run(words, f"wapiti-{as_.who}")
    said = json.loads(told.read_text(encoding="utf-8"))
    for kind in ("vulnerabilities", "anomalies"):
        for name, found in said[kind].items():
            for each in found:
                where = f"{each['method']} {each['path']} {each['parameter'] or ''}".strip()
                yield Finding("wapiti", as_.who, f"{name}: {each['info']}", where, int(each["level"]))


def sqlmap(product: SafeProduct, as_: SignedIn, paths: Iterable[str]) -> Iterator[Finding]:
    """Every word of every address that answers this account; what it may not open says no before it reads a word."""
    listed, told = SCAN / f"sqlmap-{as_.who}.txt", SCAN / f"sqlmap-{as_.who}.csv"
    told.unlink(missing_ok=True)
    session = requests.Session()
    session.verify = session.trust_env = False
    session.headers["Cookie"] = as_.cookie
    every = [product.address + path.replace(NOBODY, as_.record) for path in paths]
    addresses = [each for each in every if session.get(each, timeout=30, allow_redirects=False).status_code == 200]
    listed.write_text("\n".join(addresses), encoding="utf-8")
    words = [
        "-m",
        str(listed),
        "--cookie",
        as_.cookie,
        "--smart",
        "--level",
        "2",
        "--param-exclude",
        "^__Host",
        "--results-file",
        str(told),
    ]
    _at_work(_run([*_sqlmap(f"sqlmap-{as_.who}"), *words], f"sqlmap-{as_.who}"))
    yield from _injectable(told, as_.who)


def sqlmap_sent(product: SafeProduct) -> Iterator[Finding]:
    """What strangers send, harder: every technique, without the short cut of looking first."""
    for number, (path, data) in enumerate(SENT):
        told, name = SCAN / f"sqlmap-sent-{number}.csv", f"sqlmap-sent-{number}"
        told.unlink(missing_ok=True)
        token = ["--csrf-token", "csrfmiddlewaretoken", "--csrf-url", f"{product.address}/dang-nhap/"]
        words = ["-u", product.address + path, "--data", f"{data}&csrfmiddlewaretoken=x", *token, "--level", "2"]
        skip = ["--param-exclude", "csrfmiddlewaretoken", "--headers", f"Referer: {product.address}/"]
        _at_work(_run([*_sqlmap(name), *words, *skip, "--results-file", str(told)], name))
        yield from _injectable(told, "stranger")


def _sqlmap(name: str) -> list[str]:
    return [
        "sqlmap", "--batch", "--flush-session", "--disable-coloring", "--output-dir", str(SCAN / name),
        "--timeout", "10", "--retries", "0", "--time-sec", "2", "--dbms", "PostgreSQL",
        "--ignore-code", "*", "--technique", "BEUSTQ",
    ]  # fmt: skip


def _at_work(said: str) -> None:
    """A scanner that never got through has found nothing; that is no result."""
    if "establish SSL connection" in said or "testing" not in said:
        raise RuntimeError(said.strip().splitlines()[-1])


def _injectable(told: Path, who: str) -> Iterator[Finding]:
    """sqlmap writes a line for each address it could break into."""
    if told.exists():
        with told.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("Technique(s)"):
                    doubtful = "false positive" in (row.get("Note(s)") or "")  # sqlmap's own word after a second look
                    where = f"{row['Target URL']} {row['Parameter']}"
                    yield Finding("sqlmap", who, f"injection {row['Technique(s)']}", where, 1 if doubtful else 3)


def schemathesis(product: SafeProduct, as_: SignedIn) -> Iterator[Finding]:
    """Everything that the description allows, and what it does not: never a 5xx, never another shape."""
    told = SCAN / f"schemathesis-{as_.who}.xml"
    told.unlink(missing_ok=True)
    headers = {"Cookie": as_.cookie, "X-CSRFToken": as_.token, "Referer": f"{product.address}/"}
    words = [
        str(SCHEMATHESIS), "run", f"{product.address}/api/v1/openapi.json", "--tls-verify", "false", "-c", CHECKS,
        "-n", "12", "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-shrink",
        "--warnings", "off", "--request-timeout", "20", "--suppress-health-check", "all",
        "--seed", "2026", "--no-color", "--exclude-path-regex", NOT_ASKED, "--report-junit-path", str(told),
        *(w for n, v in headers.items() for w in ("-H", f"{n}:{v}")),
    ]  # fmt: skip
    said = _run(words, f"schemathesis-{as_.who}")
    if not re.search(r"Test cases:|test cases|passed", said):
        raise RuntimeError(f"schemathesis said nothing; see {SCAN}/schemathesis-{as_.who}.log")
    for operation, what in re.findall(r"(?m)^_{3,} (\w+ /\S+) _{3,}\n(?:.*\n){0,6}?- (.+)$", said):
        yield Finding("schemathesis", as_.who, what, operation, 3)


def _run(words: list[str], name: str) -> str:
    """One scanner, for as long as WHOLE lets it; what it printed is kept beside."""
    held = SCAN / f"{name}.log"
    with held.open("w", encoding="utf-8") as log:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
        }
        process = subprocess.Popen(
            words, env=kept, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=SCAN
        )
        try:
            process.wait(WHOLE[name.partition("-")[0]])
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait(20)
    return held.read_text(encoding="utf-8", errors="replace")


# -- the result -----------------------------------------------------------------------------------------------------


def explained() -> list[Explained]:
    """The table of docs/security.md under “Explained findings”."""
    part = PAPER.read_text(encoding="utf-8").partition("## Explained findings")[2].partition("\n## ")[0]
    return [Explained(*row) for row in re.findall(r"(?m)^\| `([^`]+)` \| (.+) \|$", part)]


def why(finding: Finding, known: list[Explained]) -> str:
    """Why a finding is no weakness; empty if nobody has said."""
    said = f"{finding.tool}: {finding.what} {finding.where}"
    return next((each.why for each in known if re.search(each.pattern, said)), "")


def broken(product: SafeProduct) -> list[str]:
    """Lines of the log of requests that end in a 5xx, and how many requests there were."""
    text = product.log.read_text(encoding="utf-8", errors="replace")
    return re.findall(r"(?m)^.* hoso\.requests .* 5\d\d \d+ms.*$", text)


def version(*words: str) -> str:
    """What a program calls itself."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return " ".join((done.stdout or done.stderr).split())[-40:]


def main() -> int:
    """Make, serve, sign in, scan, judge, write."""
    urllib3.disable_warnings()
    began = time.monotonic()
    shutil.rmtree(SCAN, ignore_errors=True)
    certificate()
    product = SafeProduct(SCAN / "home", PEOPLE)
    product.make()
    start(product)
    findings: list[Finding] = []
    trouble: list[str] = []
    try:
        accounts = json.loads((product.home / "demo" / "accounts.json").read_text(encoding="utf-8"))
        described = ask(product, "/api/v1/openapi.json")
        paths = [*page_paths(), *api_paths(described)]
        jobs: list[tuple[str, Any]] = []
        for account in accounts:
            as_ = sign_in(product, account)  # once: the digits of a second factor are good for one time
            for tool in (schemathesis, sqlmap, wapiti) if as_.who in DESCRIBED_AS else (sqlmap, wapiti):
                given = (product, as_, paths) if tool is sqlmap else (product, as_)
                jobs.append((f"{tool.__name__} as {as_.who}", lambda tool=tool, given=given: list(tool(*given))))
        jobs.append(("sqlmap as stranger", lambda: list(sqlmap_sent(product))))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for (name, _), future in zip(jobs, [pool.submit(job) for _, job in jobs], strict=True):
                try:
                    found = future.result()
                except Exception as error:  # noqa: BLE001 (a scanner that did not run is a finding of its own)
                    trouble.append(f"{name}: {type(error).__name__}: {error}")
                else:
                    findings += found
                    print(f"{time.monotonic() - began:5.0f} s  {name}: {len(found)}", flush=True)
    finally:
        product.stop()
        product.command("database", "stop", check=False)
    return report(product, findings, trouble, [each["role"] for each in accounts], time.monotonic() - began)


def ask(product: SafeProduct, path: str) -> Any:
    """What the node says to a stranger, as JSON."""
    anything = ssl._create_unverified_context()
    with urllib.request.urlopen(product.address + path, timeout=30, context=anything) as answer:
        return json.load(answer)


def start(product: SafeProduct) -> None:
    """Serve, and wait until it answers; nobody has to believe the certificate."""
    with product.log.open("ab") as log:
        words = [str(ROOT / ".venv" / "bin" / "hoso"), "run"]
        product.server = subprocess.Popen(
            words, env=product.environment, stdout=log, stderr=log, start_new_session=True
        )
    for _ in range(240):
        try:
            anything = ssl._create_unverified_context()
            urllib.request.urlopen(f"{product.address}/dang-nhap/", timeout=5, context=anything).close()
            return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"it does not answer; see {product.log}")


def page_paths() -> list[str]:
    """Addresses of pages whose room reads words from the address, with all of the room's words."""
    found = []
    for room in sorted(VIEWS.iterdir()):
        text = "\n".join(file.read_text(encoding="utf-8") for file in ([room] if room.is_file() else room.glob("*.py")))
        names = sorted(set(re.findall(r'(?:GET|asked)\.(?:get|getlist)\(\s*"([^"]+)"', text)))
        routes = re.findall(r'path\(f?"([^"]*)"', text.replace("{DRAFT}", f"ho-so-cua-toi/{NOBODY}/"))
        query = "&".join(f"{name}=1" for name in names)
        found += [f"/{re.sub('<[^>]+>', NOBODY, route)}?{query}" for route in routes if names]
    return [each for each in found if not each.startswith(LEAVE) and "{" not in each]


def api_paths(described: dict[str, Any]) -> list[str]:
    """Addresses of the API that read words from the address, with something in every place."""
    found = []
    for path, operations in described["paths"].items():
        asked = [each["name"] for each in operations.get("get", {}).get("parameters", ()) if each["in"] == "query"]
        if asked:
            place = re.sub(r"\{\w+\}", NOBODY, path)
            found.append(f"{place}?" + "&".join(f"{name}=1" for name in asked))
    return found


def report(product: SafeProduct, findings: list[Finding], trouble: list[str], roles: list[str], seconds: float) -> int:
    """Hold what was found against what is explained, and write it down with its date."""
    known, faults = explained(), broken(product)
    requests_made = product.log.read_text(encoding="utf-8", errors="replace").count(" hoso.requests ")
    open_ = [each for each in findings if each.weight >= 2 and not why(each, known)]
    counted = Counter((each.tool, each.what, why(each, known)) for each in findings)
    tools = f"sqlmap {version('sqlmap', '--version')}, wapiti {version('wapiti', '--version')} ({MODULES})"
    who = f"a demo of {PEOPLE} people, signed in as {', '.join(roles)}"
    lines = [
        BEGIN,
        f"On {datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes, {requests_made} requests over TLS to {who}.",
        "",
        f"- {tools}, {version(str(SCHEMATHESIS), '--version')}",
        f"- answers with a 5xx: {len(faults)}",
        f"- findings of medium or higher that are not explained above: {len(open_)}",
        f"- scanners that did not run: {len(trouble)}",
        "",
        "| tool | finding | times | explained |",
        "| --- | --- | --- | --- |",
        *(f"| {tool} | {what} | {n} | {told or '**no**'} |" for (tool, what, told), n in sorted(counted.items())),
        END,
    ]
    text = PAPER.read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    PAPER.write_text(before + "\n".join(lines) + after, encoding="utf-8")
    print("\n".join(lines))
    for each in (*faults[:20], *trouble, *(str(each) for each in open_[:50])):
        print(each, file=sys.stderr)
    return 1 if faults or trouble or open_ else 0


if __name__ == "__main__":
    sys.exit(main())
