"""What gives rights in the demo: documents with their scans, one delegation, and a consent in every state."""

from datetime import datetime, timedelta

from hoso.access import actions as access
from hoso.access.models import Account, Consent
from hoso.access.rules import BasisKind
from hoso.base.clock import day
from hoso.ops.demo.papers import paper
from hoso.ops.demo.seed import Demo, Someone
from hoso.records import actions as records
from hoso.records import queries as record_queries

AGENCY = "NNMT"
UNIT = "Sở Nông nghiệp và Môi trường"


def make(demo: Demo) -> None:
    """The head of one agency delegates, and lets somebody of another agency read: asked, agreed, refused, over."""
    staff = [each for each in demo.at(AGENCY) if each.category != "contract_worker"]
    head = Account.objects.get(pk=staff[0].account.pk)
    _delegate(demo, head, staff[3 % len(staff)])
    kept = [each for each in demo.people if each.place.startswith(AGENCY) and each.document and each not in staff[:1]]
    cast = {each["role"]: each["username"] for each in demo.cast}
    own = next(each for each in kept if each.who.pin == cast["person"])
    others = [each for each in kept if each is not own and each.family == "syll"]
    reader = next(each for each in demo.people if each.who.pin == cast["outsider"])
    _consents(demo, head, reader, own, others)


def _delegate(demo: Demo, head: Account, to: Someone) -> None:
    last = day(demo.now) + timedelta(days=60)
    letter = paper(
        BasisKind.AUTHORISATION, "18/GUQ-SNNMT", day(demo.now), issuer=UNIT, drawn=True,
        about="Ủy quyền xác nhận dữ liệu",
        lines=[
            f"Người ủy quyền: {head.name}, thủ trưởng cơ quan.",
            f"Người được ủy quyền: {to.who.full_name}.",
            "Nội dung: xác nhận dữ liệu hằng tháng của Chi cục Thủy lợi.",
            f"Thời hạn: đến hết ngày {last:%d/%m/%Y}.",
        ],
        signer=head.name,
    )  # fmt: skip
    access.delegate(
        account=to.account,
        organization=demo.organizations[f"{AGENCY}.TL"],
        basis=letter,
        since=day(demo.now),
        until=last,
        by=head,
        at=demo.now,
    )


def _consents(demo: Demo, head: Account, reader: Someone, own: Someone, others: list[Someone]) -> None:
    now, today = demo.now, day(demo.now)
    month = today + timedelta(days=30)
    names = iter(others * 6)
    number = 40

    def let(
        someone: Someone, *, at: datetime = now, since: int = 0, days: int = 30, personnel: bool = False
    ) -> Consent:
        nonlocal number
        number += 1
        letter = paper(
            BasisKind.CONSENT, f"{number}/CV-SNNMT", day(at), issuer=UNIT, drawn=True, about="Đồng ý cho đọc hồ sơ",
            lines=[
                f"Hồ sơ của: {someone.who.full_name}.",
                f"Người được đọc: {reader.who.full_name}.",
                "Các phần: tiền lương; đào tạo, bồi dưỡng.",
                "Mục đích: đối chiếu khi hiệp y tiếp nhận công chức.",
            ],
            signer=head.name,
        )  # fmt: skip
        record = record_queries.of_person(someone.employment.person).get(family="syll")
        return records.let_read(
            record.pk,
            reader=reader.account,
            sections=["salary", "training"],
            protected=personnel,
            purpose="Đối chiếu khi hiệp y tiếp nhận công chức",
            personnel_work=personnel,
            since=day(at) + timedelta(days=since),
            until=day(at) + timedelta(days=days),
            basis=letter,
            by=head,
            at=at,
        )

    let(own)  # waits for the person of the cast
    agreed = next(names)
    access.agree(let(agreed).pk, by=agreed.account, at=now)
    let(next(names), personnel=True)
    let(next(names), since=(month - today).days // 2, personnel=True)
    refused = next(names)
    access.refuse(let(refused).pk, by=refused.account, at=now)
    withdrawn = next(names)
    consent = let(withdrawn)
    access.agree(consent.pk, by=withdrawn.account, at=now)
    access.withdraw_consent(consent.pk, reason="Việc hiệp y đã xong", by=withdrawn.account, at=now)
    over = next(names)
    access.agree(let(over, at=demo.past, days=5).pk, by=over.account, at=demo.past)
