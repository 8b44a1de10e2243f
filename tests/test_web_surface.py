"""The surface: what every answer says to a browser, how every refusal reads, what may come in and what may go out."""

import io
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.html import escape

from hoso.access.models import Account
from hoso.approvals.verifying import MOST_BYTES
from hoso.base import downloads
from hoso.web import uploads, urls
from hoso.web.middleware import Guarded
from hoso.web.views import errors
from tests import surface

pytestmark = pytest.mark.django_db
ROOM = Path(errors.__file__).parents[2]
LANGUAGES = ("vi", "en")


@pytest.fixture
def binh(world) -> Client:
    """Bình's browser."""
    Account.objects.update(must_change_password=False)
    client = Client()
    client.force_login(Account.objects.get(pk=world.binh.pk))
    return client


# What every answer carries; tests/test_hostile.py asks the same of every address, method and role


def test_files_of_the_site_are_guarded_too(client):
    for name in ("style.css", "app.js", "icons.svg", "npm/htmx/htmx.min.js", "khong-co.js"):
        answer = client.get(f"/static/{name}")
        answer.close()
        assert answer["Content-Security-Policy"] == downloads.POLICY or answer.status_code == 404
        assert {name: answer[name] for name in surface.STRICT} == surface.STRICT, name


def read_settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings as they would be with these words in the environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOM / "settings.py"))


def test_under_tls_cookies_belong_to_this_host_and_browsers_come_back_by_tls(monkeypatch, client, settings):
    said = read_settings(monkeypatch, HOSO_TLS="1")
    for name in ("SESSION", "CSRF"):
        assert said[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert said[f"{name}_COOKIE_SECURE"] and said[f"{name}_COOKIE_HTTPONLY"]
        assert said.get(f"{name}_COOKIE_PATH", "/") == "/" and said.get(f"{name}_COOKIE_DOMAIN") is None
    assert said["LANGUAGE_COOKIE_NAME"].startswith("__Host-") and said["LANGUAGE_COOKIE_SECURE"]
    assert said["SECURE_HSTS_SECONDS"] >= 31_536_000 and said["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = said["SECURE_HSTS_SECONDS"], True
    settings.SECURE_REDIRECT_EXEMPT = said["SECURE_REDIRECT_EXEMPT"]
    assert client.get("/dang-nhap/")["Location"].startswith("https://")
    assert client.get("/api/v1/session").status_code == 403 and client.get("/api/v1/session", secure=True).json()
    assert "max-age=31536000" in client.get("/dang-nhap/", secure=True)["Strict-Transport-Security"]


def test_whoever_signs_out_leaves_nothing_in_the_browser(binh):
    assert binh.post("/dang-xuat/")["Clear-Site-Data"] == '"cache", "storage"'


def test_the_node_says_whom_to_tell_about_a_weakness(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.HOSO_SECURITY_CONTACT = "mailto:antoan@example.vn"
    said = client.get("/.well-known/security.txt").content.decode()
    assert said.startswith("Contact: mailto:antoan@example.vn\nExpires: ")


# How a refusal reads

EARLY = {
    400: {"path": "/can-cu/?x=%00"},
    405: {"REQUEST_METHOD": "TRACE"},
    411: {"HTTP_TRANSFER_ENCODING": "chunked"},
    414: {"path": "/can-cu/?x=" + "x" * 9000},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", sorted(errors.CODES))
def test_every_status_has_a_page_a_fragment_and_a_problem(status, language):
    request = RequestFactory().get("/can-cu/")
    fragment = RequestFactory().get("/can-cu/", headers={"hx-request": "true"})
    program = RequestFactory().get("/api/v1/me")
    with translation.override(language):
        title, sentence = (str(each) for each in errors.PAGES[status])
        for answered in (errors.bare, errors.page):
            page = answered(request, status)
            assert page.status_code == status and f"<h1>{title}</h1>" in page.content.decode(), answered
            part = answered(fragment, status).content.decode()
            assert "<html" not in part and title in part and escape(sentence) in part, answered
            problem = answered(program, status)
            assert problem["Content-Type"] == "application/problem+json" and problem.status_code == status


@pytest.mark.parametrize("status", EARLY)
def test_what_is_malformed_is_refused_before_it_is_read(client, status):
    given = {"path": "/can-cu/", "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO()} | EARLY[status]
    path = given.pop("path")
    for prefix, kind in (("", "text/html; charset=utf-8"), ("/api", "application/problem+json")):
        answer = client.generic(given["REQUEST_METHOD"], prefix + path, **given)
        assert (answer.status_code, answer["Content-Type"]) == (status, kind)
        assert not surface.faults(answer)


def test_another_method_is_answered_by_a_page_that_says_so(binh):
    answer = binh.get("/dang-xuat/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Địa chỉ này không nhận thao tác đó" in answer.content.decode()


# What may come in


def test_a_page_takes_what_it_says_and_no_more(client, binh):
    def sent(who: Client, path: str, size: int) -> int:
        kind = "multipart/form-data; boundary=x"
        return who.generic("POST", path, b"--x--", content_type=kind, CONTENT_LENGTH=str(size)).status_code

    megabyte = 1024 * 1024
    assert sent(client, "/dang-nhap/", megabyte) == 413
    assert sent(client, "/xac-minh/", 61 * megabyte) == 413
    assert sent(binh, "/tim/", 25 * megabyte) == 413
    assert sent(binh, "/dang-nhap/", 10**30) == 413
    answer = client.generic("POST", "/dang-nhap/", b"", CONTENT_LENGTH="-1")
    assert answer.status_code == 400


def test_only_pages_that_take_files_are_open_wide():
    wide = {each.name for each in urls.urlpatterns if getattr(each.callback, "takes_bytes", 0)}
    assert wide == {"verify-file", "entry-section", "entry-row", "sign-manifest"}
    assert uploads.most(errors.page, public=True) == 2 * uploads.STRANGERS
    by_name = {each.name: each.callback for each in urls.urlpatterns}
    assert uploads.most(by_name["verify-file"], public=True) == MOST_BYTES + uploads.STRANGERS


# What may go out


def test_a_file_is_never_a_document_of_ours():
    file = downloads.download(b"%PDF-", "application/pdf", 'hồ sơ/../"\r\nSet-Cookie: a=b.pdf')
    assert file["Content-Disposition"] == 'attachment; filename="h-s-..-Set-Cookie-a-b.pdf"'
    assert "sandbox" in file["Content-Security-Policy"] and file["X-Content-Type-Options"] == "nosniff"
    for kind in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript"):
        with pytest.raises(ValueError, match=re.escape(kind)):
            downloads.download(b"", kind, "x")


def test_nobody_but_the_download_view_sends_files():
    """No view writes a Content-Disposition, or a type of its own, but where it stands here with its reason."""
    argued = {
        "web/views/shell.py": "security.txt is plain text",
    }
    for path in [*ROOM.glob("web/**/*.py"), *ROOM.glob("api/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        if re.search(r'"Content-Disposition"|\bcontent_type=|FileResponse\(|StreamingHttpResponse\(', text):
            assert str(path.relative_to(ROOM)) in argued, path


def test_the_guard_stands_before_everything_that_reads():
    order = list(product.MIDDLEWARE)
    guard = order.index(f"{Guarded.__module__}.Guarded")
    assert order[:guard] == ["django.middleware.security.SecurityMiddleware"]
