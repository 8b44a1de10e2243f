"""Signing in through an identity provider of other make: a real round trip to npm's oidc-provider."""

import shutil
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as product
from django.core.cache import cache
from django.db import connection
from django.test import Client

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.base import providers
from tests.environment import ROOT
from tests.factors import enrol

pytestmark = pytest.mark.django_db
AN, BINH = "022175001234", "022080004567"
BEGIN = "/dang-nhap/qua/bo/"


@pytest.fixture(scope="session")
def provider_address():
    """The provider, once for the session."""
    node = ROOT / ".venv" / "bin" / "node"
    words = [str(node) if node.exists() else shutil.which("node"), str(ROOT / "tests" / "oidc_provider.mjs")]
    words += [str(product.HOSO_ASSETS), "http://testserver/dang-nhap/qua/bo/ve/"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield f"http://localhost:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def at_provider(provider_address, settings, world, tmp_path):
    """Who is at the provider: `at_provider(sub=…, pin=…, acr=…)`; the node knows it by its file."""
    (tmp_path / "secret").write_text("a-secret-for-tests\n")
    (tmp_path / "oidc.toml").write_text(
        f"""[[provider]]
id = "bo"
name = "Tài khoản của Bộ"
issuer = "{provider_address}"
client_id = "hoso"
secret_file = "secret"
number = "pin"
strong = ["urn:test:2"]
"""
    )
    apps = [each.app() for each in providers.read(tmp_path / "oidc.toml")]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    Account.objects.update(must_change_password=False)
    cache.clear()

    def be(**said):
        requests.post(f"{provider_address}/as", json=said, timeout=10).raise_for_status()

    yield be
    cache.clear()


def there_and_back(client, path=BEGIN, spoil=None):
    """Follow the browser's way; the answer to coming back."""
    away = client.get(path)
    assert away.status_code == 302, away.content.decode()
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["state"]
    browser, address = requests.Session(), away["Location"]
    while not address.startswith("http://testserver/"):
        answer = browser.get(address, allow_redirects=False, timeout=10)
        assert answer.is_redirect, answer.text
        address = requests.compat.urljoin(address, answer.headers["Location"])
    back = address.removeprefix("http://testserver")
    if spoil:
        spoil(client)
    return client.get(back)


def test_the_provider_leads_to_the_account_of_the_personal_number(at_provider, world):
    at_provider(sub="an-o-bo", pin=AN)
    client = Client()
    assert "Tài khoản của Bộ" in client.get("/dang-nhap/").content.decode()
    assert there_and_back(client, BEGIN + "?next=/bao-mat/")["Location"] == "/bao-mat/"
    assert client.get("/bao-mat/").context["user"] == world.an
    assert SocialAccount.objects.count() == 0  # nothing of the provider is kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert AN not in str(cursor.fetchall()) and AN not in str(dict(client.session))
    assert Event.objects.filter(action="account.signed_in", account=str(world.an.pk)).count() == 1


def test_whom_the_node_does_not_know_gets_a_page_and_no_account(at_provider, world):
    before = Account.objects.count()
    for pin in ("022199009999", None, "snv.quantri"):  # a stranger, nobody's number, an agency's account
        at_provider(sub=f"x{pin}", pin=pin)
        answer = there_and_back(Client())
        assert answer.status_code == 403 and "chưa có tài khoản" in answer.content.decode()
    world.an.refresh_from_db()
    Account.objects.filter(pk=world.an.pk).update(status="suspended")
    at_provider(sub="an-o-bo", pin=AN)
    assert there_and_back(Client()).status_code == 403
    assert Account.objects.count() == before
    assert Event.objects.filter(action="account.refused", data__step="oidc:unknown").count() == 4


def test_an_accepted_level_counts_as_the_second_factor_and_no_other(at_provider, world):
    at_provider(sub="binh", pin=BINH, acr="urn:test:2")
    client = Client()
    assert there_and_back(client)["Location"] == "/"
    assert client.get("/").status_code == 200
    at_provider(sub="binh", pin=BINH)
    weak = Client()
    there_and_back(weak)
    assert weak.get("/")["Location"].startswith("/bao-mat/lop-hai/")  # none of ours either
    enrol(world.binh)
    asked = there_and_back(Client())
    assert asked["Location"].startswith("/dang-nhap/lop-hai/")
    at_provider(sub="binh", pin=BINH, acr="urn:test:2")
    assert there_and_back(Client())["Location"] == "/"


def test_it_is_shown_again_at_the_provider_by_the_same_person_only(at_provider, world):
    at_provider(sub="an-o-bo", pin=AN)
    client = Client()
    there_and_back(client)
    assert "Tài khoản của Bộ" in client.get("/xac-thuc-lai/").content.decode()
    at_provider(sub="em", pin="022085000456")
    assert there_and_back(client, BEGIN + "?next=/bao-mat/").status_code == 403
    at_provider(sub="an-o-bo", pin=AN)
    assert there_and_back(client, BEGIN + "?next=/bao-mat/")["Location"] == "/bao-mat/"
    shown = client.session["account_authentication_methods"]
    assert shown[-1]["method"] == "oidc" and shown[-1]["reauthenticated"]


def test_what_does_not_belong_to_this_browser_is_refused(at_provider, world):
    at_provider(sub="an-o-bo", pin=AN)

    def other_nonce(client):
        session = client.session
        for stashed in session["socialaccount_states"].values():
            stashed[0]["nonce"] = "of-another-sign-in"
        session.save()

    answer = there_and_back(Client(), spoil=other_nonce)
    assert answer.status_code == 502 and "Chưa nhận được xác nhận" in answer.content.decode()
    assert there_and_back(Client(), spoil=lambda client: client.cookies.clear()).status_code == 502
    assert Client().get(BEGIN + "ve/?code=x&state=y").status_code == 502
    assert Client().get(BEGIN + "ve/?error=access_denied&state=y").status_code == 502
    assert Client().get("/dang-nhap/qua/khong-co/").status_code == 404


def test_a_provider_that_calls_itself_by_another_name_is_refused(at_provider, world, settings):
    at_provider(sub="an-o-bo", pin=AN)
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = app["settings"]["server_url"].replace("localhost", "127.0.0.1")
    assert there_and_back(Client()).status_code == 502


def test_a_provider_that_is_not_safe_is_not_taken(tmp_path):
    path = tmp_path / "oidc.toml"
    assert providers.read(path) == []
    line = 'id = "x"\nname = "X"\nclient_id = "c"\nsecret_file = "s"\n'
    path.write_text(f'[[provider]]\nissuer = "http://sso.example"\n{line}')
    with pytest.raises(ValueError, match="https"):
        providers.read(path)
