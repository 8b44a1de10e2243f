"""hoso run: the web server and the worker, until a signal ends both."""

import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hoso.ops import doctor

TRY = "to look at an empty node on this machine alone, set HOSO_ENV=trial."
PATIENCE = 15  # seconds for requests and jobs under way once a stop was asked for


class Command(BaseCommand):
    """Serves on HOSO_PORT (HOSO_HOST, 127.0.0.1 by default) and carries out the jobs."""

    help = "Serve the pages and carry out the jobs, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=2, help="processes that answer requests")
        parser.add_argument("--no-jobs", action="store_true", help="serve only; jobs wait")

    def handle(self, *args: Any, workers: int, no_jobs: bool, **options: Any) -> None:
        host, port = settings.HOSO_HOST, settings.HOSO_PORT
        reasons = list(doctor.why_not_start(at=timezone.now()))
        if reasons:
            self.stderr.write("\n".join(map(str, reasons)))
            raise CommandError(f"{len(reasons)} reasons not to serve real people; {TRY}", returncode=2)
        _refuse_taken(host, port)
        signal.signal(signal.SIGTERM, _interrupt)
        server = subprocess.Popen(_server(host, port, workers), start_new_session=True)
        jobs = None if no_jobs else subprocess.Popen(_worker(), start_new_session=True)
        try:
            _wait_for_answer(host, port, server)
            scheme = "https" if settings.HOSO_TLS_CERTIFICATE else "http"
            self.stdout.write(f"{scheme}://localhost:{port}/ (Ctrl-C ends it)")
            while server.poll() is None:
                time.sleep(0.5)
                if jobs is not None and jobs.poll() is not None:
                    self.stderr.write(f"The worker ended with {jobs.returncode} and is started again.")
                    time.sleep(2)
                    jobs = subprocess.Popen(_worker(), start_new_session=True)
            raise CommandError(f"The web server ended by itself with {server.returncode}.", returncode=2)
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            _end(server, *([jobs] if jobs else []))


def _server(host: str, port: int, workers: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    threads = ["--workers", str(workers), "--blocking-threads", "4", "--respawn-failed-workers"]
    tls = ["--ssl-certificate", settings.HOSO_TLS_CERTIFICATE, "--ssl-keyfile", settings.HOSO_TLS_KEY]
    tls += ["--ssl-protocol-min", settings.HOSO_TLS_MINIMUM]
    ending = tls if settings.HOSO_TLS_CERTIFICATE else []
    return [*command, *threads, *ending, "--log-level", "warning", "--no-ws", "hoso.wsgi:application"]


def _worker() -> list[str]:
    return [sys.executable, "-m", "hoso.cli.main", "procrastinate", "worker", "--concurrency", "1"]


def _refuse_taken(host: str, port: int) -> None:
    """The server itself shares a port silently, so somebody else's must be found before."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            said = f"Port {port} cannot be used ({error.strerror}): set HOSO_PORT to another."
            raise CommandError(said, returncode=2) from None


def _wait_for_answer(host: str, port: int, server: "subprocess.Popen[bytes]") -> None:
    """Until the server takes connections, so that the address is shown when it can be opened."""
    while server.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(*processes: "subprocess.Popen[bytes]") -> None:
    """Ask all to finish what they do, then insist."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    end = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
