"""`make crash-tour`: the product is killed (-9) at random moments of a month, and each time the month can go on.

Fifty times the web server or the worker, ten times PostgreSQL. A walker goes round and round through the acts of a
month over the API, repeating whatever got no answer; after each kill the log must hold (`hoso verify-chain`), and at
the end a month must be signed and its manifest valid. The result is written to docs/crash-tour.md.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from tests.factors import fresh_code
from tests.tour import ROOT, Product, scan

WEB_OR_WORKER, POSTGRES = 50, 10
PATIENCE = 180  # seconds for one act, starts of the product included


class Unfinished(Exception):
    """An act that got no answer that can be understood, however often it was tried."""


class Walker(threading.Thread):
    """Goes through the acts until told to stop; `acts` got through, `trouble` is the first thing that did not."""

    def __init__(self, product: Product) -> None:
        super().__init__(daemon=True)
        self.product, self.cast = product, product.cast()
        self.sessions: dict[str, requests.Session] = {}
        self.acts, self.rounds, self.signed = 0, 0, 0
        self.trouble = ""
        self.enough = threading.Event()

    def run(self) -> None:
        """Round after round."""
        try:
            while not self.enough.is_set():
                self.walk(self.rounds)
                self.rounds += 1
        except Exception as error:  # noqa: BLE001 (whatever it is, the tour has failed and says why)
            self.trouble = f"{type(error).__name__}: {error}"

    def walk(self, number: int) -> None:
        """A change from the keyboard to the record; every few rounds it goes on to the signature."""
        record = next(each for each in self.ask("person", "GET", "/records") if each["family"] == "syll")["id"]
        change = self.ask("person", "POST", f"/records/{record}/drafts", json={})["id"]
        typed = {"identity.contact_phone": f"09{random.randrange(10**8):08}"}
        self.ask("person", "PATCH", f"/changes/{change}", json={"typed": typed})
        image = Path(scan(self.product.home)).read_bytes()
        self.ask(
            "person", "POST", f"/changes/{change}/evidence", data={"paths": "identity", "title": "Đơn"}, scan=image
        )
        self.ask(
            "person",
            "POST",
            f"/changes/{change}/submission",
            json={"declared": True},
            done="cannot_submit_when_accepted",
        )
        seen = self.ask("agency_admin", "POST", f"/queue/{change}/taking", done="cannot_accept_when_accepted")
        if seen:
            decision = {"answers": {"*": {"accepted": True}}, "paper_match": True, "head_seq": seen["head_seq"]}
            self.ask(
                "agency_admin", "POST", f"/queue/{change}/decision", json=decision, done="cannot_accept_when_accepted"
            )
        if number % 3 == 2:
            self.month()

    def month(self) -> None:
        """Confirm what waits, build, sign; then a supplement can be opened in the next round."""
        head = self.cast["agency_head"]
        now = self.ask("agency_head", "GET", "/month")
        if not now["round"] or now["round"]["closed_at"]:
            month = f"{datetime.now(UTC):%Y-%m}"
            self.ask("dept_leader", "POST", "/rounds", json={"month": month})
            now = self.ask("agency_head", "GET", "/month")
        where = f"/rounds/{now['round']['id']}/agencies/{now['agencies'][0]['id']}"
        for each in self.ask("agency_head", "GET", f"{where}/waiting")["items"]:
            body = {"version_ids": [each["version_id"]], "statement": True, "password": head["password"]}
            self.ask("agency_head", "POST", f"{where}/confirmations", json=body, done="*")
        leader = self.cast["dept_leader"]
        built = self.ask("dept_leader", "POST", f"/rounds/{now['round']['id']}/manifests", done="*")
        if not built:
            return
        body = {"passphrase": leader["passphrase"], "password": leader["password"]}
        p12 = Path(leader["certificate"]).read_bytes()
        sealed = self.ask("dept_leader", "POST", f"/manifests/{built['id']}/signature", data=body, p12=p12)
        self.signed += sealed["status"] == "sealed"

    def ask(self, role: str, method: str, path: str, *, done: str = "", **given: Any) -> Any:
        """Ask until there is an answer. No answer, or one that says “later”, is asked again: every act may be repeated.

        `done` is the refusal that a repeated act gets when the first one went through unseen; '*' takes any refusal.
        """
        deadline = time.monotonic() + PATIENCE
        last = ""
        while time.monotonic() < deadline:
            try:
                answer = self._try(role, method, path, dict(given))
            except requests.RequestException as error:
                last, answer = type(error).__name__, None
            if answer is not None and answer.ok:
                self.acts += 1
                return answer.json() if answer.content else {}
            if answer is not None:
                last = f"{answer.status_code} {answer.text[:300]}"
                code = _code(answer)
                if done and (done in ("*", code)) and answer.status_code in (404, 409, 422):
                    return None
                if answer.status_code in (401, 403):
                    self.sessions.pop(role, None)
                elif answer.status_code < 500 and answer.status_code not in (409, 429):
                    raise Unfinished(f"{method} {path}: {last}")
            time.sleep(0.3)
        raise Unfinished(f"{method} {path}: {last}")

    def _try(self, role: str, method: str, path: str, given: dict[str, Any]) -> requests.Response:
        session = self.sessions.get(role) or self._sign_in(role)
        files = {name: (f"{name}.bin", given.pop(name)) for name in ("scan", "p12") if name in given}
        return session.request(method, self._at(path), files=files or None, timeout=60, **given)

    def _sign_in(self, role: str) -> requests.Session:
        session, who = requests.Session(), self.cast[role]
        token = session.get(self._at("/session"), timeout=30).json()["csrf_token"]
        session.headers.update({"X-CSRFToken": token, "Referer": self.product.address})
        body = {"username": who["username"], "password": who["password"]}
        answer = session.post(self._at("/session"), json=body, timeout=30)
        if who["totp_secret"]:
            answer = self._second_factor(session, who["totp_secret"])
        answer.raise_for_status()
        session.headers["X-CSRFToken"] = answer.json()["csrf_token"]
        self.sessions[role] = session
        return session

    def _second_factor(self, session: requests.Session, secret: str) -> requests.Response:
        answers = []

        def take(code: str) -> bool:
            answers.append(session.post(self._at("/session/second-factor"), json={"code": code}, timeout=30))
            return _code(answers[-1]) != "wrong_code"

        fresh_code(secret, take)
        return answers[-1]

    def _at(self, path: str) -> str:
        return f"{self.product.address}/api/v1{path}"


def _code(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("type", "")).rpartition(":")[2]
    except ValueError:
        return ""


def processes(home: Path) -> dict[str, list[int]]:
    """What runs of the product in a folder: pids of the web server, of the worker, of PostgreSQL."""
    found: dict[str, list[int]] = {"web": [], "worker": [], "postgres": []}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"-D {home}" in words or f"{home}/pg" in words:
            found["postgres"].append(int(entry.name))
        elif f"HOSO_HOME={home}\0" in environment + "\0":
            kind = "worker" if "procrastinate" in words else "web" if "granian" in words else ""
            if kind:
                found[kind].append(int(entry.name))
    return found


def kill(pids: list[int]) -> None:
    """-9, whoever is still there."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def restart(product: Product) -> None:
    """After a kill, the supervisor of `hoso run` is ended too, and everything started as an operator would."""
    if product.server is not None:
        product.server.kill()
        product.server.wait()
    left = processes(product.home)
    kill(left["web"] + left["worker"])
    product.start()


def main() -> int:
    """Kill, look, go on; exit 1 if anything did not hold."""
    random.seed(time.time_ns())
    began = time.monotonic()
    product = Product(ROOT / "build" / "crash-tour")
    product.make()
    product.start()
    walker = Walker(product)
    walker.start()
    plan = ["web"] * (WEB_OR_WORKER // 2) + ["worker"] * (WEB_OR_WORKER - WEB_OR_WORKER // 2) + ["postgres"] * POSTGRES
    random.shuffle(plan)
    broken: list[str] = []
    try:
        for number, victim in enumerate(plan, 1):
            time.sleep(random.uniform(0.3, 4.0))
            kill(processes(product.home)[victim])
            restart(product)
            chain = product.command("verify-chain", check=False)
            print(f"{number:2} {victim:9} {chain.stdout.strip() or chain.stderr.strip()}", flush=True)
            if chain.returncode:
                broken.append(f"kill {number} ({victim}): {chain.stderr.strip()}")
            if walker.trouble or broken:
                break
        walker.enough.set()
        walker.join(PATIENCE)
        if not walker.trouble:
            walker.month()
    finally:
        product.stop()
    return report(product, walker, plan, broken, time.monotonic() - began)


def report(product: Product, walker: Walker, plan: list[str], broken: list[str], seconds: float) -> int:
    """Hold the end state against what was promised, and write it down."""
    trouble = [*broken, *([walker.trouble] if walker.trouble else [])]
    chain = product.command("verify-chain", check=False)
    month = f"{datetime.now(UTC):%Y-%m}"
    exported = product.command("manifest", "export", month, check=False)
    valid = product.command("verify", str(product.home / f"manifest-{month}.pdf"), check=False)
    product.command("database", "stop", check=False)
    if chain.returncode or exported.returncode or valid.returncode:
        trouble.append((chain.stderr + exported.stderr + valid.stdout + valid.stderr).strip())
    lines = [
        "# The crash tour",
        "",
        f"Written by `make crash-tour` on {datetime.now(UTC):%Y-%m-%d}; {seconds / 60:.0f} minutes.",
        "",
        f"- killed: web {plan.count('web')}, worker {plan.count('worker')}, PostgreSQL {plan.count('postgres')} times",
        f"- acts that got through: {walker.acts}, in {walker.rounds} rounds; manifests sealed: {walker.signed}",
        f"- the log at the end: {chain.stdout.strip()}",
        f"- the manifest of {month}: {'valid' if valid.returncode == 0 else 'NOT valid'}",
        f"- what did not hold: {'; '.join(trouble) or 'nothing'}",
    ]
    (ROOT / "docs" / "crash-tour.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 1 if trouble else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.stderr or str(error))
