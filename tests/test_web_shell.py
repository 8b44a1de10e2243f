"""The shell: who gets in, what every answer carries, how a refusal reads, and what is never kept."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.base.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from hoso.web import refusals, urls
from hoso.web.templatetags import parts
from hoso.web.views import account as door
from hoso.web.views import home
from tests.world import PASSWORD, World

PIN = "022175001234"  # An's
OTHER = "một-câu-khác-dễ-nhớ"
STRANGERS_MAY_OPEN = {
    "sign-in",
    "account_login",
    "second-factor",
    "passkey-options",
    "openid_connect_login",
    "openid_connect_callback",
    "forgotten",
    "text-size",
    "language",
    "law",
    "accessibility",
    "security",
}


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> Iterator[None]:
    """Rate limits count anew in every test."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, typed: str = PIN, password: str = PASSWORD, **more: str) -> Any:
    """Send the form of the door."""
    return client.post("/dang-nhap/", {"login": typed, "password": password, **more})


def settled(world: World, account: Account) -> Client:
    """A browser in which somebody is signed in who has changed the password before."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk))
    return client


def addresses(found: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Name and an example path of every address there is."""
    for each in (found or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each, route)
        else:
            assert isinstance(each, URLPattern)
            yield each.name or "", "/" + re.sub(r"<(\w+:)?(\w+)>", _example, route)


def _example(match: re.Match[str]) -> str:
    return {"uuid:": "01890a5d-ac96-774b-bcce-b302099a8057", "int:": "1"}.get(match[1] or "", "x")


# Who gets in


def test_no_page_opens_to_a_stranger_but_those_that_are_named(client):
    assert {name for name, _ in addresses()} >= urls.PUBLIC
    for name, path in addresses():
        if name in urls.PUBLIC or name in STRANGERS_MAY_OPEN or path.startswith("/api/"):
            continue
        for method in (client.get, client.post):
            response = method(path)
            assert response.status_code == 302, (name, path, response.status_code)
            assert response["Location"].startswith("/dang-nhap/"), (name, path)


def test_the_public_list_of_the_shell_is_the_one_we_argued(client):
    shell = {
        name
        for room in urls.rooms()
        if room in (door, home) or room.__name__.endswith("shell")
        for name in getattr(room, "PUBLIC", ())
    }
    assert shell == STRANGERS_MAY_OPEN - {"account_login"}


def test_every_form_by_post_needs_its_token():
    strict = Client(enforce_csrf_checks=True)
    for name in ("sign-in", "text-size", "language"):
        response = strict.post(reverse(name), {"next": "/"})
        assert response.status_code == 403, name
        assert "Biểu mẫu đã hết hiệu lực" in response.content.decode()


def test_a_stranger_comes_back_to_where_they_wanted(world, client):
    Account.objects.filter(pk=world.an.pk).update(must_change_password=False)
    asked = client.get("/doi-mat-khau/?x=1")
    assert asked["Location"] == "/dang-nhap/?next=%2Fdoi-mat-khau%2F%3Fx%3D1"
    assert sign_in(client, next="/doi-mat-khau/?x=1")["Location"] == "/doi-mat-khau/?x=1"


def test_nobody_is_sent_elsewhere_by_an_address(world, client):
    Account.objects.filter(pk=world.an.pk).update(must_change_password=False)
    assert sign_in(client, next="https://example.com/")["Location"] == "/"
    signed = settled(world, world.an)
    for name in ("text-size", "language"):
        response = signed.post(reverse(name), {"next": "//example.com/", "co-chu": "3", "language": "en"})
        assert response["Location"] == "/", name


def test_the_first_sign_in_changes_the_password_before_anything_else(world, client):
    assert sign_in(client, next="/tim/")["Location"] == "/tim/"
    assert client.get("/tim/")["Location"] == "/doi-mat-khau/?next=%2Ftim%2F"
    page = client.get("/doi-mat-khau/?next=%2Ftim%2F").content.decode()
    assert "Mật khẩu đang dùng" not in page
    wrong = client.post("/doi-mat-khau/", {"new": "1234567890", "again": "khác", "next": "/tim/"})
    assert wrong.status_code == 422
    assert client.post("/doi-mat-khau/", {"new": PASSWORD, "again": PASSWORD}).status_code == 422  # the same one
    done = client.post("/doi-mat-khau/", {"new": OTHER, "again": OTHER, "next": "/tim/"})
    assert done["Location"] == "/tim/"
    assert client.get("/doi-mat-khau/").status_code == 200  # this session stays
    assert sign_in(Client(), PIN, OTHER).status_code == 302
    assert Event.objects.filter(action="account.password_changed", account=str(world.an.pk)).exists()


def test_a_change_of_password_ends_other_sessions(world):
    here, there = settled(world, world.an), settled(world, world.an)
    change = {"present": PASSWORD, "new": OTHER, "again": OTHER}
    assert here.post("/doi-mat-khau/", change | {"present": "không phải"}).status_code == 422
    assert here.post("/doi-mat-khau/", change)["Location"] == "/"
    assert here.get("/doi-mat-khau/").status_code == 200
    assert there.get("/doi-mat-khau/").status_code == 302


def test_five_wrong_tries_close_the_door_for_that_name_only(world, client):
    for _ in range(5):
        assert sign_in(client, password="sai").status_code == 422
    assert sign_in(client, "022 175 001 234").status_code == 429  # the right password, the same number with spaces
    assert sign_in(Client(), "022080004567").status_code == 302
    assert Event.objects.filter(action="account.refused", account=str(world.an.pk)).count() == 5


def test_signing_in_and_out_is_logged_and_a_name_nobody_has_is_not(world, client):
    sign_in(client)
    client.post("/dang-xuat/")
    assert client.get("/").status_code == 302
    sign_in(client, "nobody.at.all")
    acts = [*Event.objects.filter(action__startswith="account.s").values_list("action", "account")]
    assert acts == [("account.signed_in", str(world.an.pk)), ("account.signed_out", str(world.an.pk))]
    stranger = Event.objects.get(action="account.refused")
    assert stranger.account == "stranger"
    assert "nobody" not in str(stranger.__dict__)


def test_signing_out_is_by_post(world):
    client = settled(world, world.an)
    assert client.get("/dang-xuat/").status_code == 405
    assert client.get("/doi-mat-khau/").status_code == 200


def test_the_number_is_kept_nowhere_but_in_its_own_box(world, client, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in(client, password="sai")
    sign_in(client)
    client.post("/doi-mat-khau/", {"new": OTHER, "again": OTHER})
    binh = settled(world, world.binh)
    found = binh.post("/tim/", {"q": PIN}, follow=True)
    assert PIN not in str([chain for chain, _ in found.redirect_chain])
    assert PIN not in json.dumps(dict(client.session))
    assert PIN not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cache_key, value FROM hoso_cache UNION ALL SELECT session_key, session_data FROM django_session"
        )
        assert PIN not in str(cursor.fetchall())
        cursor.execute("SELECT coalesce(string_agg(e::text, ' '), '') FROM audit_event e")
        assert PIN not in str(cursor.fetchone())
    assert PIN not in str(Account.objects.values_list())


def test_the_session_survives_another_language(world):
    client = settled(world, world.binh)
    before = client.session.session_key
    client.post("/giao-dien/ngon-ngu/", {"language": "en", "next": "/"})
    page = client.get("/")
    assert client.session.session_key == before
    assert 'lang="en"' in page.content.decode() and "Today's work" in page.content.decode().replace("&#x27;", "'")
    assert page["Content-Language"] == "en"


def test_what_the_browser_prefers_does_not_choose_the_language(client):
    page = client.get("/dang-nhap/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="vi"' in page and "Mật khẩu" in page


def test_the_size_of_the_text_is_kept(client):
    response = client.post("/giao-dien/co-chu/", {"co-chu": "3", "next": "/can-cu/"})
    assert response["Location"] == "/can-cu/"
    assert 'data-size="3"' in client.get("/can-cu/").content.decode()
    client.post("/giao-dien/co-chu/", {"co-chu": '"><script>'})
    assert 'data-size="3"' in client.get("/can-cu/").content.decode()


# Showing again that it is you


@pytest.fixture
def act(world, monkeypatch):
    """A page that confirms something, on a browser in which Chi is signed in."""
    seen = []

    @door.reauthenticated
    def confirm(request):
        from django.http import HttpResponse

        seen.append(dict(request.POST.lists()))
        return HttpResponse("done")

    monkeypatch.setattr(home, "find", confirm)
    patterns = {each.name: each for each in urls.urlpatterns}
    monkeypatch.setattr(patterns["find"], "callback", confirm)
    return settled(world, world.chi), seen


def test_an_act_that_counts_asks_for_the_password_and_then_goes_on(act):
    client, seen = act
    asked = client.post("/tim/", {"nguoi": ["a", "b<"], "loi": "có"})
    page = asked.content.decode()
    assert asked.status_code == 200 and seen == []
    assert page.count('name="nguoi"') == 2 and 'value="b&lt;"' in page and 'action="/tim/"' in page
    assert client.post("/tim/", {"nguoi": ["a", "b<"], "mat-khau": "sai"}).status_code == 422
    assert client.post("/tim/", {"nguoi": ["a", "b<"], "mat-khau": PASSWORD}).content == b"done"
    assert seen[-1]["nguoi"] == ["a", "b<"]
    assert client.post("/tim/", {"nguoi": "c"}).content == b"done"  # not again within five minutes


def test_after_five_minutes_it_asks_again(act, settings):
    client, _ = act
    client.post("/tim/", {"mat-khau": PASSWORD})
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.post("/tim/", {"x": "1"}).content != b"done"


def test_a_page_that_will_take_a_file_asks_before(act):
    client, seen = act
    page = client.get("/tim/").content.decode()
    assert 'action="/xac-thuc-lai/"' in page and 'value="/tim/"' in page
    assert client.post("/xac-thuc-lai/", {"mat-khau": PASSWORD, "next": "/tim/"})["Location"] == "/tim/"
    assert client.get("/tim/").content == b"done" and seen == [{}]


def test_five_wrong_passwords_a_minute_are_enough(act):
    client, _ = act
    codes = [client.post("/tim/", {"mat-khau": "sai"}).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


# What every answer carries


def test_nothing_a_signed_in_person_sees_is_kept_by_a_browser(world):
    client = settled(world, world.binh)
    for path in ("/", "/can-cu/", "/khong-co/", "/tim/?q=an", "/danh-muc/sex/?q="):
        assert client.get(path)["Cache-Control"] == "no-store, private", path


def test_pages_carry_no_inline_script_or_style(world):
    client = settled(world, world.binh)
    for path in ("/", "/can-cu/", "/doi-mat-khau/", "/tim/?q=an", "/xac-thuc-lai/", "/khong-co/"):
        page = client.get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", page), path


# Pages that say no


def says(client: Client, path: str, status: int, sentence: str, **headers: str) -> str:
    """The page of a path, which must have this status and say this."""
    response = client.get(path, headers=headers)
    page = response.content.decode()
    assert response.status_code == status, (status, page[:500])
    assert sentence in page, page
    return page


def raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The page of the law raises this from now on."""

    def view(request: Any) -> None:
        raise error

    monkeypatch.setattr({each.name: each for each in urls.urlpatterns}["law"], "callback", view)


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (NotAllowed("not_allowed"), 403, "không được giao quyền"),
        (NotFound("no_such_organization", code="H49.X"), 404, "mang mã H49.X"),
        (Refused("own_change"), 409, "không được tự kiểm tra"),
        (Refused("cannot_accept_when_returned"), 409, "Không chấp nhận được: đề nghị đã bị trả lại."),
        (Refused("cannot_sign_manifest_when_sealed"), 409, "Không ký được: bảng kê đã ký và đóng dấu."),
        (Refused("a_code_nobody_wrote_about"), 409, "a_code_nobody_wrote_about"),
        (Refused("no_such_organization"), 409, "no_such_organization"),  # said without its code
        (Stale("record_moved_on"), 409, "phiên bản mới"),
        (Invalid("not_ready", [("identity.sex", "Chưa chọn giới tính <b>")]), 422, "Chưa chọn giới tính &lt;b&gt;"),
        (Account.DoesNotExist(), 404, "Không tìm thấy trang"),
        (OperationalError(), 503, "Hệ thống tạm ngừng"),
    ],
)
def test_a_refusal_is_a_page_with_its_status_and_a_sentence(client, monkeypatch, error, status, sentence):
    raising(monkeypatch, error)
    assert "<!doctype html>" in says(client, "/can-cu/", status, sentence)
    fragment = says(client, "/can-cu/", status, sentence, hx_request="true")
    assert "<html" not in fragment and 'role="alert"' in fragment


def test_a_fragment_goes_where_refusals_are_shown(client, monkeypatch):
    raising(monkeypatch, Refused("own_change"))
    response = client.get("/can-cu/", headers={"hx-request": "true"})
    assert response["HX-Retarget"] == "#refusal"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_great_errors_have_pages_in_both_languages(world, monkeypatch, language):
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = language
    raising(monkeypatch, RuntimeError())
    words = {
        "vi": ("Hệ thống gặp lỗi", "Không tìm thấy trang", "Bạn không có quyền"),
        "en": ("Something went wrong", "Page not found", "You may not do this"),
    }[language]
    assert f'lang="{language}"' in says(client, "/can-cu/", 500, words[0])
    says(client, "/khong-co/", 404, words[1])
    client.force_login(Account.objects.get(pk=world.an.pk))
    Account.objects.filter(pk=world.an.pk).update(must_change_password=False)
    says(client, "/tim/?q=x", 403, words[2])


def test_a_signed_in_person_keeps_the_menu_on_pages_that_say_no(world):
    assert 'id="menu"' in says(settled(world, world.binh), "/khong-co/", 404, "Không tìm thấy")


@pytest.mark.parametrize(
    ("path", "data"), [("/tim/", {"q": "a\0b"}), ("/dang-nhap/", {"login": "\0", "password": "x"})]
)
def test_nothing_typed_breaks_a_page(world, path, data):
    assert settled(world, world.binh).post(path, data).status_code == 400


def test_what_is_too_large_is_said_to_be(settings, client):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/giao-dien/co-chu/", {"next": "x" * 200})
    assert response.status_code == 413
    assert "Gửi lên quá lớn" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/danh-muc/khong-co/?q=x", "/danh-muc/sex/?q=%FF%FE", "/tim/?q=%ED%A0%80", "/tim/?q=" + "a" * 3000]
)
def test_odd_addresses_are_answered(world, path):
    assert settled(world, world.binh).get(path).status_code in (200, 404)


# Home, finding people, codes


def test_binh_sees_what_waits_and_a_stranger_to_the_agency_does_not(world):
    world.submitted()
    page = settled(world, world.binh).get("/").content.decode()
    assert "Kiểm tra đề nghị của Nguyễn Thị An" in page
    assert "Kiểm tra đề nghị" not in settled(world, world.em).get("/").content.decode().replace("Chờ kiểm tra", "")


@pytest.mark.parametrize("who", ["binh", "chi", "dung", "em", "giang"])
def test_every_officer_has_a_home(world, who):
    assert settled(world, getattr(world, who)).get("/").status_code == 200


def test_the_month_of_the_head_counts_what_is_left(world):
    world.accepted()
    world.round()
    page = settled(world, world.chi).get("/").content.decode()
    assert "Chờ xác nhận" in page and "Xác nhận 1 người còn lại" in page


def test_people_are_found_by_name_number_and_staff_number_within_ones_own_agency(world):
    binh, em = settled(world, world.binh), settled(world, world.em)
    assert "Nguyễn Thị An" in binh.get("/tim/?q=nguyen+thi").content.decode()
    assert "Nguyễn Thị An" not in em.get("/tim/?q=nguyen+thi").content.decode()
    assert "Nguyễn Thị An" in binh.get("/tim/?q=qn-01234").content.decode()
    by_number = binh.post("/tim/", {"q": "022 175 001 234"})
    assert by_number.status_code in (200, 302)
    assert by_number.status_code == 302 or "Nguyễn Thị An" in by_number.content.decode()
    assert "Nguyễn Thị An" not in em.post("/tim/", {"q": PIN}, follow=True).content.decode()
    assert Event.objects.filter(action="list.read").count() >= 3
    assert settled(world, world.an).get("/tim/?q=x").status_code == 403


def test_a_code_list_offers_what_was_meant(world):
    page = settled(world, world.an).get("/danh-muc/sex/?q=nu&id=o").content.decode()
    assert 'id="o-1"' in page and 'role="option"' in page
    by_post = settled(world, world.an).post(
        "/danh-muc/sex/", {"q": "nu", "id": "o"}
    )  # what is typed stands in no address
    assert by_post.content.decode() == page


# Words for values


@pytest.mark.parametrize(
    ("value", "said"), [("2026-11-26", "26/11/2026"), ("2026-11", "11/2026"), ("2026", "2026"), ("", ""), (None, "")]
)
def test_a_partial_date_reads_as_officials_write_it(value, said):
    assert parts.vn_date(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234567, "1.234.567"), ("5.08", "5,08"), ("1234567.50", "1.234.567,50"), (1234.5, "1.234,5"), (0, "0")],
)
def test_numbers_have_points_and_commas_the_vietnamese_way(value, said):
    assert parts.vn_number(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "không"),
        (5, "năm"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (34, "ba mươi tư"),
        (55, "năm mươi lăm"),
        (101, "một trăm lẻ một"),
        (1005, "một nghìn không trăm lẻ năm"),
        (5_310_000, "năm triệu ba trăm mười nghìn"),
        (2_000_000_024, "hai tỷ không trăm hai mươi tư"),
    ],
)
def test_sums_are_written_out(value, said):
    assert parts.number_word(value) == said


def test_every_refusal_of_the_domain_has_its_sentence():
    lacking = sorted(set(_codes()) - set(refusals.SENTENCES) - NOT_FOR_PEOPLE)
    assert not [code for code in lacking if not refusals.MOVED.fullmatch(code)]


# What only programs meet: tampering, and documents made by programs.
NOT_FOR_PEOPLE = {
    "key_not_ascii",
    "not_json",
    "not_nfc",
    "null",
    "other_birth_year",
    "other_century",
    "other_person",
    "other_prev",
    "other_seq",
    "other_sex",
}


def _codes() -> Iterator[str]:
    import ast
    from pathlib import Path

    kinds = {"Refused", "NotAllowed", "NotFound", "Stale", "Invalid", "refuse_if"}
    root = Path(refusals.__file__).parents[1]
    for file in [*root.rglob("*.py")]:
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in kinds:
                yield from _words(node.args[:1])
            elif isinstance(node, ast.FunctionDef) and node.name.startswith("why_not"):
                yield from _words(
                    [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
                )


def _words(nodes: list[Any]) -> Iterator[str]:
    import ast

    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z0-9_]+", node.value):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _words([node.body, node.orelse])
        elif isinstance(node, ast.BoolOp):
            yield from _words(node.values)
