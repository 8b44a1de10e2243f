"""The program's own log: it says what happened and where, never what somebody typed, holds or carries."""

import io
import logging
import logging.config
from typing import Any

import pytest
from django.conf import settings
from django.db import DataError, connection
from django.test import Client

from hoso.base import logs
from hoso.web import urls

PIN = "022175001234"


@pytest.fixture
def console() -> Any:
    """What the product's own handler writes, with everything on."""
    stream = io.StringIO()
    said = settings.LOGGING["handlers"]["console"] | {"stream": stream}
    config = settings.LOGGING | {"handlers": {"console": said}, "root": {"handlers": ["console"], "level": "INFO"}}
    kept = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(config | {"loggers": {"hoso.requests": {"level": "INFO"}}})
    yield stream
    logging.root.handlers, logging.root.level = kept
    logging.getLogger("hoso.requests").setLevel(logging.WARNING)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"Not Found: /tim/?q={PIN}&x=1", "Not Found: /tim/?…"),
        (f"{PIN} and 022 175 001 234 and 022.175.001.234", "… and … and …"),
        ("/ho-so/01890a5d-ac96-774b-bcce-302099801057/", "/ho-so/01890a5d-ac96-774b-bcce-302099801057/"),
        ("Cookie: hoso-8000=abc; co-chu=3", "Cookie: …; co-chu=3"),
        ("{'password': 'đêm-qua-sân-trước', 'login': 'x'}", "{'password': '…', 'login': 'x'}"),
        ("__Host-hoso=abc", "__Host-hoso=…"),
        ("X-CSRFToken: abcdef", "X-CSRFToken: …"),
        ("key value\nDETAIL:  Key (pin)=(An) exists.", "key value …"),
        ("/a\r\n2026-11-10 INFO forged", "/a  2026-11-10 INFO forged"),
        ("Seal 12 of 1783 events in 3.2 s", "Seal 12 of 1783 events in 3.2 s"),
    ],
)
def test_a_line_is_discreet(said, kept):
    assert logs.discreet(said) == kept


def test_a_traceback_names_places_and_kinds_not_values(db):
    def at_fault(do):
        try:
            do()
        except Exception as error:  # noqa: BLE001 — of every kind
            return logs.told(error)

    name, field = "Nguyễn Thị Ân", "identity.sex"  # not in the lines of code that a traceback shows

    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [name])

    said = at_fault(ask)
    assert name not in said and "psycopg.errors.InvalidTextRepresentation: …" in said
    assert f"{DataError.__module__}.DataError: …" in said and "in ask\n" in said
    assert name not in at_fault(lambda: int(name)) + at_fault(lambda: name.encode("ascii"))
    assert f"KeyError: '{field}'" in at_fault(lambda: {}[field])


@pytest.mark.django_db
def test_a_request_that_breaks_says_nothing_of_who_asked_what(console, monkeypatch, caplog):
    caplog.set_level(logging.INFO)

    def view(request):
        raise ValueError(f"{request.POST['so']} {request.headers['Cookie']}")

    monkeypatch.setattr({each.name: each for each in urls.urlpatterns}["law"], "callback", view)
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "ma-phien-bi-mat"
    answer = client.post(f"/can-cu/?q={PIN}", {"so": PIN, "mat-khau": "đêm-qua"})
    reference = answer.content.decode().partition("hãy nêu mã ")[2][:8]
    said = console.getvalue()
    assert answer.status_code == 500 and f"[{reference}]" in said and "ValueError: …" in said
    assert "POST /can-cu/ 500 " in said.replace("127.0.0.1 - ", "")
    for secret in (PIN, "bi-mat", "đêm-qua", "?q"):
        assert secret not in said, said
