"""The door: the second factor, who must have one, and what the library's rows keep."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hoso.access import actions, factors, policy, queries, throttle
from hoso.access.models import Account
from hoso.audit.models import Event
from hoso.base.errors import NotFound
from hoso.web import urls
from tests.factors import SECRET, code, enrol, show_again, sign_in
from tests.test_web_shell import addresses
from tests.world import NOON, PASSWORD, refused

pytestmark = pytest.mark.django_db
AN, BINH = "022175001234", "022080004567"


@pytest.fixture(autouse=True)
def limits_count_anew():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def settled(world):
    """Everybody has changed the first password."""
    Account.objects.update(must_change_password=False)
    return world


def by_password(who, client=None, **more):
    """Only the first step."""
    client = client or Client()
    client.answer = client.post("/dang-nhap/", {"login": who, "password": PASSWORD, **more})
    return client


def secret_of(client):
    """What the page of a new authenticator app shows."""
    page = client.get(reverse("add-totp"))
    assert page.status_code == 200
    return page.context["secret"].replace(" ", ""), page.content.decode()


# Who must have one


def test_an_officer_without_a_factor_is_led_to_enrol_and_nothing_else_opens(settled):
    client = by_password(BINH)
    assert client.answer["Location"] == "/"
    for name, path in addresses():
        open_ = name in urls.PUBLIC | urls.BEFORE_FACTOR | {"account_login", "account_logout", "account_reauthenticate"}
        if open_ or path.startswith("/api/"):  # for programs: tests/test_api.py
            continue
        answer = client.get(path, headers={"hx-request": "true"} if name == "people" else {})
        where = answer.get("HX-Redirect") or answer.get("Location", "")
        assert where.startswith(reverse("factors")), (name, answer.status_code, where)


def test_whoever_sees_others_must_have_a_factor_and_a_person_may(settled):
    today = NOON.date()
    assert policy.sees_others(settled.binh, on=today) and policy.sees_others(settled.giang, on=today)
    assert not policy.sees_others(settled.an, on=today)
    client = by_password(AN)
    assert client.get("/", follow=True).status_code == 200
    assert "Chưa có" in client.get(reverse("own-security")).content.decode()


def test_enrolling_shows_a_picture_and_a_text_proves_the_first_code_and_gives_recovery_codes(settled):
    client = by_password(BINH, next="/tim/")
    assert client.get("/tim/")["Location"] == "/bao-mat/lop-hai/?next=%2Ftim%2F"
    secret, page = secret_of(client)
    assert '<svg class="qr"' in page and SECRET not in page and BINH not in page
    assert client.post(reverse("add-totp"), {"ma": "000000"}).status_code == 422
    done = client.post(reverse("add-totp"), {"ma": code(secret), "next": "/tim/"})
    assert done["Location"] == "/bao-mat/ma-du-phong/?next=/tim/"
    shown = client.get(done["Location"])
    codes = shown.context["codes"]
    assert len(codes) == 10 and codes[0] in shown.content.decode()
    text = client.get(done["Location"] + "&tai-ve=1")
    assert text["Content-Disposition"].startswith("attachment") and text.content.decode().splitlines() == codes
    assert client.post(reverse("recovery-codes"), {"next": "/tim/"})["Location"] == "/tim/"
    assert client.get(reverse("recovery-codes")).context["codes"] == []  # never again
    assert client.get("/tim/").status_code == 200
    acts = Event.objects.filter(account=str(settled.binh.pk)).values_list("action", flat=True)
    assert {"factor.added", "account.sessions_closed"} <= set(acts)


def test_a_factor_is_asked_for_at_each_sign_in(settled):
    enrol(settled.binh)
    client = by_password(BINH, next="/tim/")
    assert client.answer["Location"] == "/dang-nhap/lop-hai/"
    assert client.get("/tim/")["Location"].startswith("/dang-nhap/lop-hai/")  # nothing opens meanwhile
    assert client.get("/api/v1/me").json() | {"title": ""} == {
        "type": "urn:hoso:refusal:second_factor_first", "title": "", "status": 401, "code": "second_factor_first"
    }  # fmt: skip
    assert "Mã 6 chữ số" in client.get("/dang-nhap/lop-hai/").content.decode()
    assert client.post("/dang-nhap/lop-hai/", {"ma": "123456"}).status_code == 422
    assert client.post("/dang-nhap/lop-hai/", {"ma": code()[:3] + " " + code()[3:]})["Location"] == "/tim/"
    assert client.get("/tim/").status_code == 200
    assert by_password(BINH).answer["Location"] == "/dang-nhap/lop-hai/"
    assert Event.objects.filter(action="account.refused", data__step="factor").count() == 1


def test_somebody_may_stop_halfway(settled):
    enrol(settled.binh)
    client = by_password(BINH)
    assert client.post("/dang-xuat/")["Location"] == "/dang-nhap/"
    assert client.get("/dang-nhap/lop-hai/")["Location"] == "/dang-nhap/"


def test_a_code_counts_once_even_within_its_time(settled):
    now = timezone.now()
    enrol(settled.an)
    assert actions.use_code(settled.an, code(at=now.timestamp()), by=settled.an, at=now)
    assert actions.use_code(settled.an, code(at=now.timestamp()), by=settled.an, at=now) is None
    earlier = code(at=now.timestamp() - 30)
    assert actions.use_code(settled.an, earlier, by=settled.an, at=now) is None  # nor one from before it
    later = now + timedelta(seconds=60)
    assert actions.use_code(settled.an, code(at=now.timestamp() + 30), by=settled.an, at=later)  # a slow telephone
    assert actions.use_code(settled.an, code(at=now.timestamp() + 120), by=settled.an, at=later) is None


def test_a_recovery_code_opens_once(settled):
    with_codes(settled.binh)
    codes = factors.unused(factors.recovery(settled.binh))
    client = by_password(BINH)
    assert client.post("/dang-nhap/lop-hai/", {"ma": f"{codes[3][:4]}-{codes[3][4:]}"})["Location"] == "/"
    assert client.get("/").status_code == 200
    again = by_password(BINH)
    assert again.post("/dang-nhap/lop-hai/", {"ma": codes[3]}).status_code == 422
    assert len(factors.unused(factors.recovery(settled.binh))) == 9
    assert Event.objects.get(action="factor.code_used").data["left"] == 9


def with_codes(account):
    """An authenticator app and its recovery codes."""
    actions.add_totp(account, secret=SECRET, step=0, by=account, at=NOON)


def test_a_person_adds_a_factor_and_takes_it_away_again(settled):
    client = by_password(AN)
    secret, _ = secret_of(client)
    client.post(reverse("add-totp"), {"ma": code(secret)})
    own = factors.of(settled.an)
    assert [each.kind for each in own] == ["totp"]
    assert client.post(reverse("remove-factor"), {"cach": own[0].id}).status_code == 200  # asks first
    client.post(reverse("reauthenticate"), {"mat-khau": PASSWORD})
    assert client.post(reverse("remove-factor"), {"cach": own[0].id})["Location"] == reverse("own-security")
    assert not Authenticator.objects.filter(user=settled.an).exists()  # its recovery codes went with it
    assert client.get("/", follow=True).status_code == 200


def test_the_last_factor_of_whoever_sees_others_stays(settled):
    with_codes(settled.binh)
    only = factors.of(settled.binh)[0]
    with refused("last_factor"):
        actions.remove_factor(only.id, by=settled.binh, at=NOON)
    actions.add_passkey(settled.binh, name="Máy", credential={}, by=settled.binh, at=NOON)
    assert actions.remove_factor(only.id, by=settled.binh, at=NOON) == "totp"
    with pytest.raises(NotFound):
        actions.remove_factor(factors.of(settled.binh)[0].id, by=settled.em, at=NOON)  # of somebody else


def test_a_second_factor_needs_the_first_one_to_be_shown(settled):
    with_codes(settled.binh)
    client = Client()
    sign_in(client, BINH, PASSWORD)
    assert "Xác thực lại" in client.get(reverse("add-passkey")).content.decode()
    assert "Xác thực lại" in client.post(reverse("add-totp"), {"ma": code()}).content.decode()


def test_who_gets_a_right_is_led_to_enrol_at_once(settled):
    client = by_password(AN)
    assert client.get(reverse("own-security")).status_code == 200
    settled.grant(settled.an, "head_delegate", settled.nnmt)
    assert client.get(reverse("own-security"))["Location"].startswith(reverse("factors"))


# What is kept


def test_secrets_of_factors_rest_sealed(settled):
    with_codes(settled.binh)
    client = by_password(AN)
    secret, _ = secret_of(client)  # waits in the session for its first code
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        kept = cursor.fetchone()[0]
    assert SECRET not in kept and all(each not in kept for each in factors.unused(factors.recovery(settled.binh)))
    assert secret not in json.dumps(dict(client.session))


def test_whoever_lost_everything_starts_anew(settled):
    with_codes(settled.binh)
    assert actions.reset_factors(settled.binh, by=settled.giang, at=NOON) == 1
    assert actions.reset_factors(settled.binh, by=settled.giang, at=NOON) == 0
    assert by_password(BINH).get("/")["Location"].startswith(reverse("factors"))


# Programs


def test_a_program_signs_in_in_two_steps_or_in_one(settled):
    with_codes(settled.binh)
    client = Client()
    first = client.post("/api/v1/session", {"username": BINH, "password": PASSWORD}, content_type="application/json")
    assert (first.status_code, first.json()["code"]) == (401, "second_factor_first")
    assert client.get("/api/v1/session").json()["missing"] == "second_factor"
    wrong = client.post("/api/v1/session/second-factor", {"code": "1"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_code")
    right = client.post("/api/v1/session/second-factor", {"code": code()}, content_type="application/json")
    assert right.json()["signed_in"] and right.json()["missing"] == ""
    assert client.get("/api/v1/me").status_code == 200
    enrol(settled.binh)
    whole = {"username": BINH, "password": PASSWORD, "code": code()}
    assert Client().post("/api/v1/session", whole, content_type="application/json").json()["missing"] == ""
    nobody = Client().post("/api/v1/session/second-factor", {"code": "1"}, content_type="application/json")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "sign_in_first")


# How often somebody may try


@pytest.fixture
def clock(monkeypatch, settings):
    """The clock of the limits: `clock.now += 60`; what they count is kept in memory, to be quick."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    class Clock:
        now = 1_800_000_000.0

    monkeypatch.setattr("time.time", lambda: Clock.now)
    return Clock


def wrong(client=None, who=AN, address="10.0.0.1"):
    """The status of a try with a wrong password."""
    client = client or Client()
    return client.post("/dang-nhap/", {"login": who, "password": "sai"}, REMOTE_ADDR=address)


def right(client=None, who=AN, address="10.0.0.1"):
    client = client or Client()
    return client.post("/dang-nhap/", {"login": who, "password": PASSWORD}, REMOTE_ADDR=address)


def tried(address="10.0.0.1", device=""):
    """A wrong try at An's account: the seconds to wait before it may be made, or 0."""
    request = RequestFactory().post("/dang-nhap/", REMOTE_ADDR=address)
    return throttle.Tries(request, queries.sign_in_index(AN), device=device).begin()


def test_the_waits_of_one_place_grow(world, clock):
    waits = []
    for _ in range(32):
        while wait := tried():
            waits.append(wait)
            clock.now += wait
        clock.now += 1
    assert waits[0] < 60 < waits[1] <= 900 and waits[-1] > 10 * 3600, waits
    clock.now += 24 * 3600
    assert tried() == 0  # whoever waited may try


def test_strangers_do_not_keep_the_owner_out(settled, clock):
    own = Client()
    assert right(own).status_code == 302
    own.post("/dang-xuat/")
    for number in range(45):
        tried(f"10.0.{number % 9}.7")
    assert wrong(address="10.9.9.9").status_code == 429  # the whole account, for places it does not know
    assert right(address="10.9.9.9").status_code == 429
    assert right(own, address="10.9.9.9").status_code == 302  # a device it knows
    assert right(who="022168007890", address="10.9.9.9").status_code == 302  # another account


def test_the_right_password_gives_its_try_back(settled, clock):
    assert [right().status_code for _ in range(7)] == [302] * 7


def test_whoever_is_shut_out_is_let_in_by_the_administrator(settled):
    for _ in range(5):
        wrong()
    assert right().status_code == 429 and right().status_code == 429
    assert Event.objects.filter(action="account.shut", account=str(settled.an.pk)).count() == 1
    assert queries.shut_until(settled.an) and not queries.shut_until(settled.binh)
    with refused("not_allowed"):
        actions.unlock(settled.an, by=settled.em, at=NOON)  # of another agency
    giang = Client()
    giang.force_login(settled.fresh(settled.giang))
    show_again(giang)
    page = giang.get(reverse("account", args=[settled.an.pk])).content.decode()
    assert "Thử đăng nhập sai quá nhiều lần" in page and "Mở khóa đăng nhập" in page
    giang.post(reverse("unlock-account", args=[settled.an.pk]))
    assert queries.shut_until(settled.an) is None
    assert right().status_code == 302


def test_a_second_factor_cannot_be_guessed_either(settled, clock):
    enrol(settled.binh)
    client = by_password(BINH)
    codes = [client.post("/dang-nhap/lop-hai/", {"ma": f"{number:06}"}).status_code for number in range(6)]
    assert codes == [422] * 5 + [429]
    answer = client.post("/api/v1/session/second-factor", {"code": "1"}, content_type="application/json")
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0


def test_a_name_nobody_has_takes_the_same_work(settled, monkeypatch):
    from tests.passwords import Quick

    work = []
    hash_ = Quick.encode
    monkeypatch.setattr(Quick, "encode", lambda *given: work.append("hash") or hash_(*given))
    verify = Quick.verify
    monkeypatch.setattr(Quick, "verify", lambda *given: work.append("hash") or verify(*given))
    pages = {}
    for name, who in (("known", AN), ("unknown", "022175009999"), ("without a password", "022185009999")):
        if name == "without a password":
            Account.objects.filter(pk=settled.em.pk).update(password="!")
            who = "022085000456"
        work.clear()
        with CaptureQueriesContext(connection) as captured:
            answer = wrong(who=who)
        pages[name] = (answer.status_code, work.copy(), len(captured), len(answer.content) - len(who))
    assert pages["known"] == pages["unknown"] == pages["without a password"], pages


# Devices and sessions


def test_a_new_device_is_told_to_the_others_and_not_by_itself(settled):
    first, second = Client(), Client()
    right(first)
    assert "Tài khoản của bạn vừa đăng nhập" not in first.get(reverse("own-security")).content.decode()
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    second.post("/dang-nhap/", {"login": AN, "password": PASSWORD}, headers={"user-agent": agent})
    told = first.get(reverse("own-security")).content.decode()
    assert "Tài khoản của bạn vừa đăng nhập từ thiết bị mới" in told and "Edge · Windows" in told
    assert "vừa đăng nhập" not in second.get(reverse("own-security")).content.decode()
    second.post(reverse("see-devices"))  # the new one cannot say that it is the owner's
    assert "vừa đăng nhập" in first.get(reverse("own-security")).content.decode()
    assert first.post(reverse("see-devices"), {"next": "/bao-mat/"})["Location"] == "/bao-mat/"
    assert "vừa đăng nhập" not in first.get(reverse("own-security")).content.decode()
    assert Event.objects.filter(action="account.new_device").count() == 1
    right(second)
    assert Event.objects.filter(action="account.new_device").count() == 1  # it is known now
    cookie = first.cookies[f"hoso-device-{8000}"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_one_sees_ones_sessions_and_ends_one_or_all_others(settled):
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        right(client)
    page = here.get(reverse("own-security"))
    rows = page.context["sessions"]
    assert len(rows) == 3 and [mine for _, _, mine in rows].count(True) == 1
    other = next(session for session, _, mine in rows if not mine)
    victim = there if there.session.session_key == other.session_key else elsewhere
    here.post(reverse("end-sessions"), {"phien": other.pk})
    assert victim.get(reverse("own-security"))["Location"].startswith("/dang-nhap/")
    right(victim)
    binh = Client()
    sign_in(binh, BINH, PASSWORD)
    foreign = binh.get(reverse("own-security")).context["sessions"][0][0]
    assert here.post(reverse("end-sessions"), {"phien": foreign.pk}).status_code == 404
    here.post(reverse("end-sessions"))
    assert here.get(reverse("own-security")).status_code == 200
    assert [client.get(reverse("own-security")).status_code for client in (there, elsewhere)] == [302, 302]
    assert binh.get(reverse("own-security")).status_code == 200
    assert len(here.get(reverse("own-security")).context["sessions"]) == 1


def test_closing_all_sessions_closes_them_in_the_middle(settled):
    client = Client()
    right(client)
    assert client.get(reverse("own-security")).status_code == 200
    assert actions.close_sessions(settled.an, by=settled.giang, at=NOON) == 1
    assert client.get(reverse("own-security"))["Location"].startswith("/dang-nhap/")
    assert client.get("/api/v1/me").status_code == 401
    forced = Client()
    forced.force_login(settled.fresh(settled.an))  # one that no list knows
    actions.close_sessions(settled.an, by=settled.giang, at=NOON)
    assert forced.get(reverse("own-security")).status_code == 302


def test_a_new_factor_and_a_new_password_end_the_other_sessions(settled):
    here, there = Client(), Client()
    right(here), right(there)
    secret, _ = secret_of(here)
    here.post(reverse("add-totp"), {"ma": code(secret)})
    assert here.get(reverse("own-security")).status_code == 200
    assert there.get(reverse("own-security")).status_code == 302
    assert len(here.get(reverse("own-security")).context["sessions"]) == 1


# Showing again that it is still you


def test_a_code_is_as_good_as_the_password_to_show_it_again(settled):
    enrol(settled.binh)
    client = Client()
    sign_in(client, BINH, PASSWORD)
    asked = client.get(reverse("reauthenticate")).content.decode()
    assert 'name="mat-khau"' in asked and 'name="ma"' in asked
    assert client.post(reverse("reauthenticate"), {"ma": "1"}).status_code == 422
    enrol(settled.binh)
    assert client.post(reverse("reauthenticate"), {"ma": code(), "next": "/bao-mat/"})["Location"] == "/bao-mat/"
    program = {"content_type": "application/json"}
    assert client.post("/api/v1/session/again", {}, **program).json()["code"] == "password_again"
    assert client.post("/api/v1/session/again", {"password": "sai"}, **program).json()["code"] == "wrong_password"
    assert client.post("/api/v1/session/again", {"password": PASSWORD}, **program).status_code == 204


def test_a_program_enrols_and_looks_after_its_own_sign_ins(settled):
    def ask(method, path, body=None, status=200):
        answer = getattr(client, method)(f"/api/v1{path}", json.dumps(body) if body else "", "application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer.content else None

    client = by_password(BINH)
    assert client.get("/api/v1/me/security").status_code == 403
    secret = ask("post", "/me/factors/totp", status=201)["secret"]
    ask("put", "/me/factors/totp", {"code": "000000"}, 403)
    assert len(ask("put", "/me/factors/totp", {"code": code(secret)})["recovery_codes"]) == 10
    own = client.get("/api/v1/me/security").json()
    assert [each["kind"] for each in own["factors"]] == ["totp"] and own["recovery_codes"] == 10
    assert [each["here"] for each in own["sessions"]] == [True] and [each["here"] for each in own["devices"]] == [True]
    ask("delete", f"/me/factors/{own['factors'][0]['id']}", status=403)  # not shown again yet
    ask("post", "/session/again", {"password": PASSWORD}, 204)
    ask("delete", f"/me/factors/{own['factors'][0]['id']}", status=409)  # the last one
    assert len(ask("post", "/me/recovery-codes", status=201)["recovery_codes"]) == 10
    assert ask("put", "/me/password", {"new": "TranVanBinh1980"}, 422)["problems"][0]["path"] == "new"
    ask("put", "/me/password", {"new": "thuyền giấy bảy ngọn đồi"}, 204)
    ask("delete", "/me/sessions", status=204)
    ask("delete", f"/me/sessions/{own['sessions'][0]['id']}", status=404)  # its key has changed with the password
    assert client.get("/api/v1/me").status_code == 200
