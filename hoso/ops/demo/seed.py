"""Seeding: the node, its people, a past month that is signed, and the present one in every state of the flow."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from hoso.access import actions as access
from hoso.access import factors, policy
from hoso.access.models import Account
from hoso.access.queries import system
from hoso.audit import actions as audit
from hoso.base.clock import VIETNAM, day
from hoso.base.ids import uuid7
from hoso.ops import node
from hoso.ops.demo import careers, people
from hoso.ops.demo.careers import Career, Typed
from hoso.ops.demo.papers import appointment
from hoso.ops.demo.places import PLACES, PROVINCE
from hoso.orgs import actions as orgs
from hoso.orgs.models import Organization
from hoso.people import actions as people_actions
from hoso.people.models import Employment
from hoso.people.rules import family
from hoso.records import actions as records
from hoso.records import drafts
from hoso.records.forms import FORMS, prefill
from hoso.records.paths import Document, put_all
from hoso.signing import actions as signing
from hoso.signing.certificates import Authority, issue, make_authority, publish_lists

PROFILE = "demo"
SINCE = date(2023, 12, 5)
# Of the newcomer, whose whole first entry the tour types: the example of every field fits somebody born then.
NEWCOMER = people.Invented("022175001234", "Nguyễn Thị Hoa", date(1975, 9, 2), "F")
NAME = "Trần Quốc Thanh"  # of who inspects
ONCE = node.one_time_password()  # for a file that is opened in the same breath
FORM_OF = {"syll": "syll/tt06-2023", "contract": "contract/tt05-2023"}
Say = Callable[[str], None]


@dataclass
class Someone:
    """An invented person with what was made of them."""

    who: people.Invented
    place: str
    category: str
    career: Career | None
    typed: Typed
    employment: Employment = field(init=False)
    account: Account = field(init=False)
    document: Document = field(default_factory=dict)

    @property
    def family(self) -> str:
        """Which form this person fills in."""
        return family(self.category)


@dataclass
class Demo:
    """What the seeding has made so far."""

    random: Random
    now: datetime
    past: datetime  # a moment in the month before
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: list[Someone] = field(default_factory=list)
    cast: list[dict[str, str]] = field(default_factory=list)
    authority: Authority | None = None

    @property
    def system(self) -> Account:
        """The node's own account."""
        return system()

    def at(self, place: str) -> list[Someone]:
        """Who works at a place, in the order they were made."""
        return [each for each in self.people if each.place == place]


def begin(size: int, now: datetime) -> Demo:
    """The node, the 30 organisations and their people, with accounts that nobody can sign in with yet."""
    last = now.astimezone(VIETNAM).replace(day=1) - timedelta(days=1)
    past = datetime.combine(last.date().replace(day=28), time(9, 30), VIETNAM).astimezone(UTC)
    demo = Demo(Random(2026), now, past)  # noqa: S311 (invents people, keeps no secrets)
    made = node.create(
        code=PROVINCE[0],
        name=PROVINCE[1],
        profile=PROFILE,
        sign_in="snv.quantri",
        administrator="Lê Thị Hương Giang",
        basis="12/QĐ-SNV",
        since=SINCE,
        at=past - timedelta(days=60),
    )
    demo.organizations |= {"": made.root, "SNV": made.home_affairs}
    for place in PLACES[1:]:
        demo.organizations[place.code] = orgs.open_(
            code=f"{PROVINCE[0]}.{place.code}",
            name=place.name,
            kind=place.kind,
            parent=demo.organizations[place.parent],
            is_agency=place.is_agency,
            profile=PROFILE,
            since=SINCE,
            by=demo.system,
            at=past - timedelta(days=60),
        )
    _invite(demo, size)
    return demo


def _invite(demo: Demo, size: int) -> None:
    used = {NEWCOMER.pin}
    today, whole = day(demo.past), sum(place.share for place in PLACES)
    for place in PLACES:
        unit = demo.organizations[place.code].name
        for _ in range(max(4, round(size * place.share / whole))):
            who = people.invent(demo.random, used)
            if demo.random.random() < 0.06:
                demo.people.append(
                    Someone(who, place.code, "contract_worker", None, careers.contract(demo.random, who, unit, today))
                )
                continue
            life = careers.career(demo.random, who, place.staff, today)
            typed = careers.typed(demo.random, who, life, unit, today)
            demo.people.append(Someone(who, place.code, life.track.category, life, typed))
    life = careers.career(demo.random, NEWCOMER, "office", today)
    demo.people.append(Someone(NEWCOMER, "NNMT.TL", life.track.category, life, {}))
    at = demo.past - timedelta(days=50)
    loaded = people_actions.load(
        [_newcomer(demo, number, each) for number, each in enumerate(demo.people, 1)], by=demo.system, at=at
    )
    for each, employment in zip(demo.people, loaded, strict=True):
        each.employment = employment
    accounts = access.load_accounts(
        [(each.employment.person, each.who.pin) for each in demo.people], by=demo.system, at=at
    )
    for each, account in zip(demo.people, accounts, strict=True):
        each.account = account


def _newcomer(demo: Demo, number: int, each: Someone) -> people_actions.Newcomer:
    began = each.career.began if each.career else date(day(demo.past).year, 1, 1)
    return people_actions.Newcomer(
        pin=each.who.pin,
        full_name=each.who.full_name,
        birth=each.who.birth.isoformat(),
        sex=each.who.sex,
        organization=demo.organizations[each.place],
        category=each.category,
        title=each.career.title if each.career else each.typed["article_1.job_position"],
        staff_number=f"MH-{number:05}",
        since=began,
        began="Quyết định tuyển dụng" if each.career else "Hợp đồng lao động",
    )


def appoint(demo: Demo) -> None:
    """Every agency gets an administrator, a deputy and a head; the department its leaders; the cast gets passwords."""
    at, day_of = demo.past - timedelta(days=45), SINCE

    def give(someone: Someone, role: str, place: str, *, deputy: bool = False) -> None:
        access.give(
            account=someone.account,
            role=role,
            organization=demo.organizations[place],
            basis=appointment(
                f"{demo.random.randint(10, 400)}/QĐ",
                day_of,
                name=someone.who.full_name,
                role=role,
                where=demo.organizations[place].name,
                drawn=place in DRAWN,
            ),
            since=day_of,
            until=None,
            deputy=deputy,
            by=demo.system,
            at=at,
        )

    for place in PLACES:
        if place.is_agency:
            officers = [each for each in demo.at(place.code) if each.category != "contract_worker"]
            give(officers[0], "agency_head", place.code)
            give(officers[1], "agency_admin", place.code)
            give(officers[2], "agency_admin", place.code, deputy=True)
    home = [each for each in demo.at("SNV") if each.category != "contract_worker"]
    give(home[3], "dept_leader", "")
    give(home[4 % len(home)] if len(home) > 4 else home[2], "dept_leader", "")
    _give_passwords(demo, home[3], at)


DRAWN = ("", "SNV", "NNMT")  # where the demo's documents have scans


def _give_passwords(demo: Demo, leader: Someone, at: datetime) -> None:
    agency = [each for each in demo.at("NNMT") if each.category != "contract_worker"]
    person = next(each for each in demo.at("NNMT.TL") if each.category == "civil_servant")
    newcomer = demo.at("NNMT.TL")[-1]
    worker = next(each for each in demo.people if each.category == "contract_worker")
    other = [each for each in demo.at("STC") if each.category != "contract_worker"][1]
    roles = [
        ("person", person),
        ("agency_admin", agency[1]),
        ("agency_admin_deputy", agency[2]),
        ("agency_head", agency[0]),
        ("dept_leader", leader),
        ("outsider", other),
        ("contract_worker", worker),
        ("newcomer", newcomer),
    ]
    for role, someone in roles:
        password = f"minh-hoa-{node.one_time_password()[:8]}"
        access.give_password(someone.account, password=password, must_change=role == "newcomer", by=demo.system, at=at)
        _introduce(demo, role, someone.account, someone.who.pin, password, at)
    for role, sign_in in (("dept_admin", "snv.quantri"), ("inspector", "snv.thanhtra")):
        _agency_account(demo, role, sign_in, at)


def _agency_account(demo: Demo, role: str, sign_in: str, at: datetime) -> None:
    from hoso.access.queries import by_sign_in

    password = f"minh-hoa-{node.one_time_password()[:8]}"
    account = by_sign_in(sign_in)
    if account is None:
        account = access.create_account(
            kind="agency",
            sign_in=sign_in,
            name=NAME,
            password=password,
            person=None,
            by=demo.system,
            at=at,
        )
        access.give(
            account=account,
            role=role,
            organization=demo.organizations[""],
            basis=appointment("77/QĐ-SNV", SINCE, name=NAME, role=role, where="Sở Nội vụ", drawn=True),
            since=SINCE,
            until=None,
            deputy=False,
            by=demo.system,
            at=at,
        )
    access.give_password(account, password=password, must_change=False, by=demo.system, at=at)
    _introduce(demo, role, account, sign_in, password, at)


def _introduce(demo: Demo, role: str, account: Account, username: str, password: str, at: datetime) -> None:
    """Somebody who can be tried out; who sees others has an authenticator app already, whose secret is told."""
    secret = ""
    if policy.sees_others(account, on=day(demo.now)):
        secret = factors.new_secret()
        access.add_totp(account, secret=secret, step=0, by=demo.system, at=at)
        access.keep_recovery_codes(account, by=demo.system, at=at)
    said = {"role": role, "username": username, "password": password, "totp_secret": secret, "name": account.name}
    demo.cast.append(said)


def certify(demo: Demo) -> None:
    """A test authority, the department's seal on the server, and the leader's certificate with its passphrase."""
    home = Path(settings.HOSO_HOME)
    authority = make_authority(home / "ca", demo.past - timedelta(days=400), bits=2048)
    publish_lists(authority, demo.now)  # they last a year
    (home / "trust").mkdir(parents=True, exist_ok=True)
    for path in [*authority.folder.glob("*.crt"), *authority.folder.glob("*.crl")]:
        shutil.copy(path, home / "trust" / path.name)
    began = demo.past - timedelta(days=300)
    department = issue(
        authority, "Sở Nội vụ tỉnh Minh Họa", organization="Tỉnh Minh Họa", passphrase=ONCE, at=began, kind="seal"
    )
    _keep_department_key(department.p12)
    leader = next(each for each in demo.cast if each["role"] == "dept_leader")
    passphrase = f"ky-so-{node.one_time_password()[:6]}"
    issued = issue(
        authority, leader["name"], organization="Sở Nội vụ tỉnh Minh Họa", passphrase=passphrase, at=began,
        title="Phó Giám đốc",
    )  # fmt: skip
    path = home / "demo" / "leader.p12"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(issued.p12)
    leader |= {"certificate": str(path), "passphrase": passphrase}
    from cryptography.hazmat.primitives.serialization import Encoding

    signing.register(
        _account_of(demo, leader["username"]),
        pem=issued.certificate.public_bytes(Encoding.PEM),
        basis="Giấy chứng nhận cấp chứng thư số 45/CTS",
        by=demo.system,
        at=demo.past - timedelta(days=40),
    )
    demo.authority = authority


def _keep_department_key(p12: bytes) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

    key, certificate, chain = pkcs12.load_key_and_certificates(p12, ONCE.encode())
    assert key is not None and certificate is not None
    folder = Path(settings.HOSO_KEYS)
    (folder / "department.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "department.pem").chmod(0o600)
    pems = [each.public_bytes(Encoding.PEM) for each in (certificate, *chain)]
    (folder / "department.crt").write_bytes(b"".join(pems))


def _account_of(demo: Demo, username: str) -> Account:
    return next(each.account for each in demo.people if each.who.pin == username)


def documents(demo: Demo, chosen: Sequence[Someone]) -> None:
    """Read what everybody typed into whole documents; a mistake of the inventor stops the demo."""
    today = day(demo.past)
    for each in chosen:
        form = FORMS[FORM_OF[each.family]]
        known = {
            "personal_number": each.who.pin,
            "full_name": each.who.full_name,
            "birth": each.who.birth.isoformat(),
            "sex": each.who.sex,
            "organization": demo.organizations[each.place].name,
            "managing_organization": agency(demo, each.place).name,
            "staff_number": each.employment.staff_number,
        }
        typed = dict(each.typed)
        if each.family == "syll":
            typed |= {
                "assessment.agency_assessment": "Hoàn thành tốt nhiệm vụ được giao; chấp hành kỷ luật.",
                "signature.confirmation_place": "Minh Họa",
                "signature.confirmation_date": f"{today:%d/%m/%Y}",
            }
        parsed = drafts.parse(form, typed, prefill(form, known), on=today)
        if parsed.problems:
            raise AssertionError(f"{each.who.full_name}: {parsed.problems[:3]}")
        each.document = parsed.document


def agency(demo: Demo, place: str) -> Organization:
    """The agency that a place belongs to."""
    found = next(each for each in PLACES if each.code == place)
    return demo.organizations[place] if found.is_agency else agency(demo, found.parent)


def administrator(demo: Demo, place: str) -> Someone:
    """Who verifies at a place."""
    code = agency(demo, place).code.removeprefix(f"{PROVINCE[0]}.")
    return [each for each in demo.at(code) if each.category != "contract_worker"][1]


def load(demo: Demo, chosen: Sequence[Someone], *, at: datetime) -> None:
    """Keep the documents as the next versions, as an import does."""
    records.load(
        [
            records.Loaded(
                each.employment.person_id,
                each.family,
                FORM_OF[each.family],
                each.document,
                agency(demo, each.place).pk,
                administrator(demo, each.place).account,
            )
            for each in chosen
        ],
        change=uuid7(),
        by=demo.system,
        at=at,
    )


def write_accounts(demo: Demo) -> Path:
    """demo/accounts.json: one account per role."""
    path = Path(settings.HOSO_HOME) / "demo" / "accounts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(demo.cast, ensure_ascii=False, indent=2), encoding="utf-8")
    path.chmod(0o600)
    return path


def finish(demo: Demo, *, seconds: float) -> None:
    """The last act: without it a demo counts as half made."""
    audit.record(
        "demo.seeded", by=demo.system, object="node", at=demo.now, people=len(demo.people), seconds=int(seconds)
    )


def with_changes(document: Document, changes: dict[str, Any]) -> Document:
    """A document with other values at some places."""
    return put_all(document, changes)
