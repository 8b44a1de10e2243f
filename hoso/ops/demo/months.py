"""The past month, confirmed and signed; and the present one, with people in every state of the flow."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from hoso.access.models import Account
from hoso.approvals import actions as approvals
from hoso.approvals import queries as month
from hoso.approvals.models import Manifest, Round
from hoso.approvals.rules import month_of
from hoso.base.clock import day
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.changes.rules import Answer
from hoso.ops.demo import scans
from hoso.ops.demo.careers import coefficient
from hoso.ops.demo.places import PLACES, STREETS
from hoso.ops.demo.seed import Demo, Someone, administrator, agency, load, with_changes
from hoso.records.codes import pay_step, stored
from hoso.records.forms.grammar import Form
from hoso.records.models import Record

ACCEPT = {"*": Answer(accepted=True)}


def first_versions(demo: Demo, chosen: list[Someone]) -> None:
    """Everybody chosen gets a first version in the month before."""
    load(demo, chosen, at=demo.past - timedelta(days=9))


def past(demo: Demo) -> Manifest:
    """The first versions are confirmed by the heads and signed by the department in the month before."""
    round_ = approvals.open_round(month_of(day(demo.past)), by=demo.system, at=demo.past - timedelta(days=8))
    for place in PLACES:
        if place.is_agency:
            _confirm_all(demo, place.code, round_, at=demo.past - timedelta(days=2))
    leader = _leader(demo)
    manifest = approvals.build(round_.pk, by=leader, at=demo.past)
    who = next(each for each in demo.cast if each["role"] == "dept_leader")
    return approvals.sign_with_pkcs12(
        manifest.pk,
        p12=Path(who["certificate"]).read_bytes(),
        passphrase=who["passphrase"],
        by=leader,
        at=demo.past,
    )


def _leader(demo: Demo) -> Account:
    username = next(each for each in demo.cast if each["role"] == "dept_leader")["username"]
    return next(each.account for each in demo.people if each.who.pin == username)


def _confirm_all(demo: Demo, place: str, round_: Round, *, at: datetime, share: float = 1.0) -> None:
    organization = demo.organizations[place]
    head = next(each for each in demo.at(place) if each.category != "contract_worker").account
    waiting = [
        each
        for each in month.waiting_for(organization, head, round_, on=day(at))
        if not each.blocked and not each.alone
    ]
    chosen = waiting[: round(len(waiting) * share)]
    if chosen:
        approvals.confirm(
            round_.pk,
            agency=organization,
            version_ids=[each.version.pk for each in chosen],
            statement=True,
            sign=None,
            by=head,
            at=at,
        )


def present(demo: Demo, chosen: list[Someone], newcomers: list[Someone]) -> None:
    """Of those with a record one in nine has changed this month; others wait, were returned, or write a draft."""
    random, now = demo.random, demo.now
    open_from = max(now - timedelta(days=12), now.replace(day=1, hour=1))
    changed = [each for each in chosen if random.random() < 0.11]
    for each in changed:
        each.document = with_changes(each.document, _news(demo, each))
    load(demo, changed, at=open_from)
    round_ = approvals.open_round(month_of(day(now)), by=demo.system, at=open_from)
    for place in PLACES:
        if place.is_agency and place.code != "NNMT" and random.random() < 0.55:
            _confirm_all(demo, place.code, round_, at=now - timedelta(hours=3), share=random.choice([1.0, 0.6]))
    _in_the_flow(demo, [each for each in chosen if each not in changed], newcomers)


def _news(demo: Demo, each: Someone) -> dict[str, object]:
    random = demo.random
    if each.family == "contract":
        return {"party_b.employee_phone": f"09{random.randrange(10**8):08}"}
    assert each.career is not None
    step = each.career.steps[-1][2]
    rank, today = each.career.track.rank, day(demo.now)
    raised = pay_step(rank, step + 1, today)
    if raised and random.random() < 0.35:
        since = f"{today:%Y-%m}"
        last = f"economy.salary_history.lg{len(each.career.steps):04}"
        row = f"economy.salary_history.lg{len(each.career.steps) + 1:04}"
        before = f"{today.year}-{today.month - 1:02}" if today.month > 1 else f"{today.year - 1}-12"
        return {
            "salary.salary_step": step + 1,
            "salary.salary_coefficient": raised.coefficient,
            "salary.salary_effective_date": f"{since}-01",
            f"{last}.to_month": before,
            f"{row}.from_month": since,
            f"{row}.rank_code": stored("rank", rank, today),
            f"{row}.salary_step": step + 1,
            f"{row}.salary_coefficient": raised.coefficient,
        }
    return random.choice(
        [
            {"identity.contact_phone": f"09{random.randrange(10**8):08}"},
            {"identity.current_address": f"Số {random.randint(1, 9)}, phố {random.choice(STREETS)}, phường Bình Minh"},
            {
                "training.it_training.tin001.from_month": "2026-03",
                "training.it_training.tin001.to_month": "2026-06",
                "training.it_training.tin001.institution_name": "Trường Chính trị tỉnh Minh Họa",
                "training.it_training.tin001.certificate": stored("it_level", "CB", today),
            },
        ]
    )


def _in_the_flow(demo: Demo, calm: list[Someone], newcomers: list[Someone]) -> None:
    """Real drafts, submissions, returns and acceptances, done the way people do them."""
    random = demo.random
    queues: dict[str, list[Someone]] = defaultdict(list)
    for each in calm:
        if each.family == "syll":
            queues[agency(demo, each.place).code].append(each)
    cast = {each["username"] for each in demo.cast}
    for people in queues.values():
        willing = [each for each in people if each.who.pin not in cast]
        count = max(2, min(9, len(willing) // 14))
        for number, each in enumerate(random.sample(willing, min(count, len(willing)))):
            _one_change(
                demo, each, ("submitted", "submitted", "returned", "submitted", "draft", "part", "taken")[number % 7]
            )
    for number, each in enumerate(newcomers):
        if each.family == "syll" and (number < 24 or each.who.pin in cast):
            state = "nothing" if each.who.pin in cast else ("begun", "submitted", "nothing")[number % 3]
            _first_entry(demo, each, state)


def _one_change(demo: Demo, each: Someone, state: str) -> None:
    random = demo.random
    at = demo.now - timedelta(days=random.randint(0, 6), hours=random.randint(1, 8))
    record = Record.objects.get(person=each.employment.person_id, family="syll")
    change = changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=each.account, at=at)
    typed, about, lines = _proposal(demo, each)
    changes.save(change.pk, typed=typed, seen={}, done={}, by=each.account, at=at)
    if state == "draft":
        return
    scan = scans.decision(
        random,
        unit=demo.organizations[each.place].name,
        number=f"{random.randint(100, 900)}/QĐ",
        about=about,
        lines=lines,
        signer=demo.at(each.place)[0].who.full_name,
    )
    sections = sorted({path.split(".")[0] for path in typed})
    changes.attach(change.pk, data=scan, name="quyet-dinh.jpg", title=about, paths=sections, by=each.account, at=at)
    change = changes.submit(change.pk, declared=True, sign=None, by=each.account, at=at)
    officer = administrator(demo, each.place).account
    if each.account.pk == officer.pk:
        return  # waits for the deputy
    later = at + timedelta(hours=random.randint(1, 5))
    record.refresh_from_db()
    answers = {
        "returned": {
            "*": Answer(accepted=False, reason_code="unreadable", reason="Bản chụp mờ ở phần ngày hưởng, hãy chụp lại.")
        },
        "part": ACCEPT
        | {
            min(typed): Answer(
                accepted=False, reason_code="evidence_mismatch", reason="Minh chứng không nói đến mục này."
            )
        },
    }.get(state)
    if state == "taken":
        changes.take(change.pk, by=officer, at=demo.now - timedelta(minutes=40))
    elif answers:
        changes.decide(change.pk, answers=answers, paper_match=True, head_seq=record.head_seq, by=officer, at=later)


def _proposal(demo: Demo, each: Someone) -> tuple[dict[str, str], str, list[str]]:
    random, today = demo.random, day(demo.now)
    name, phone = each.who.full_name, f"09{random.randrange(10**8):08}"
    kind = random.choice(["study", "home", "kin"])
    if kind == "study":
        row = "training.professional_education.moi001"
        typed = {
            f"{row}.from_month": "09/2024",
            f"{row}.to_month": "08/2026",
            f"{row}.institution_name": "Học viện Hành chính và Quản trị công",
            f"{row}.major": "Quản lý công",
            f"{row}.study_mode": "Vừa làm vừa học",
            f"{row}.degree_level": "Thạc sĩ",
            "identity.contact_phone": phone,
        }
        lines = [f"Cấp bằng thạc sĩ cho: {name}", "Chuyên ngành: Quản lý công", "Thời gian: 09/2024 đến 08/2026"]
        return typed, "Về việc cấp bằng thạc sĩ", lines
    if kind == "home":
        street = f"Số {random.randint(1, 200)}, đường {random.choice(STREETS)}, phường Tân Hưng"
        typed = {"identity.current_address": street, "identity.contact_phone": phone}
        return (
            typed,
            "Xác nhận nơi ở hiện nay",
            [f"Ông (bà): {name}", f"Nơi ở: {street}", f"Ngày xác nhận: {today:%d/%m/%Y}"],
        )
    row = "family.family_own_side.moi001"
    typed = {
        f"{row}.relationship": "Con gái",
        f"{row}.full_name": f"{name.split()[0]} Minh Anh",
        f"{row}.birth_year": "2025",
        f"{row}.residence": "Phường Tân Hưng, tỉnh Minh Họa",
        "identity.contact_phone": phone,
    }
    return (
        typed,
        "Trích lục khai sinh",
        [f"Họ tên con: {name.split()[0]} Minh Anh", "Năm sinh: 2025", f"Cha (mẹ): {name}"],
    )


def _first_entry(demo: Demo, each: Someone, state: str) -> None:
    at = demo.now - timedelta(days=demo.random.randint(1, 3))
    record = changes.expect_entry(each.account, by=demo.system, at=at)
    if state == "nothing":
        return
    change = changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=each.account, at=at)
    work = change_queries.work(change, on=day(at))
    typed = {path: text for path, text in each.typed.items() if _fits(work.form, path) and work.may_fill(path)}
    if state == "begun":
        typed = dict(list(typed.items())[: len(typed) // 3])
    changes.save(change.pk, typed=typed, seen={}, done={}, by=each.account, at=at)
    if state == "submitted":
        changes.submit(change.pk, declared=True, sign=None, by=each.account, at=at + timedelta(hours=2))


def _fits(form: type[Form], path: str) -> bool:
    return path.split(".", maxsplit=1)[0] in form.model_fields


__all__ = ["coefficient", "first_versions", "past", "present"]
