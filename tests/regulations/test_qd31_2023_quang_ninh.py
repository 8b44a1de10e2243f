"""Quyết định 31/2023/QĐ-UBND of Quảng Ninh, article by article: what this part of the product does of it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from hoso.access import actions as access
from hoso.access import policy
from hoso.access.models import Grant
from hoso.access.queries import by_sign_in
from hoso.access.rules import BasisKind, Paper
from hoso.approvals import actions as approvals
from hoso.audit.models import Event
from hoso.base.errors import Invalid, NotAllowed
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.changes.actions.admitting import admit
from hoso.changes.models import Change
from hoso.duties.models import Obligation
from hoso.people import actions as people
from hoso.records import actions as record_actions
from hoso.records import queries as records
from hoso.records.purposes import Purpose
from hoso.regulation import rules
from hoso.signing import queries as signing
from hoso.signing.cms import cms_sign
from tests.authority import PASSPHRASE
from tests.forms import full
from tests.regulations.conftest import confirm, enter, obligation, sign, vietnam, waiting
from tests.world import ACCEPT, CONFIRM_DAY, NOON, SCAN, World, first_entry, refused

PHONE = "identity.contact_phone"
TODAY = NOON.date()
CODE = "quang-ninh"


# -- Chương I --------------------------------------------------------------------------------------------------


def test_dieu_2_quyet_dinh_co_hieu_luc_tu_05_12_2023():
    before, since = date(2023, 12, 4), date(2023, 12, 5)
    assert rules.value("entry.change", on=before, code=CODE).within == "5 working days"
    assert rules.value("entry.change", on=since, code=CODE).within == "at once"
    for rule, values in rules.profile(CODE).items():
        own = [each for each in values if "31/2023/QĐ-UBND" in each.article]
        expected = date(2024, 1, 1) if rule == "form.contract" else since
        assert [each.since for each in own] in ([], [expected]), rule


def test_dieu_3_khoan_3_so_dinh_danh_ca_nhan_la_ma_dinh_danh(world):
    assert by_sign_in("022175001234") == by_sign_in("022 175 001 234") == world.an
    assert "022175001234" not in world.an.sign_in_index
    with refused("pin_known"):
        people.add(pin="022175001234", full_name="Ai Đó", birth="1975", sex="F", keeper=None, by=world.system, at=NOON)


SECRETS = {
    "history.arrest_imprisonment_statement": "Bị tạm giữ 3 ngày QZ7701.",
    "economy.house_owned_certificate": "QZ7702",
    "economy.land_business_description": "Ao cá QZ7703",
    "family.family_own_side.row001.criminal_record_note": "Án tích QZ7704",
}


def test_dieu_4_khoan_3_mot_so_truong_duoc_ma_hoa_khi_luu(owner_connection):
    """The owner of the tables, who may read every row, finds no protected value in any of them, and no draft."""
    world = World()
    draft = world.draft()
    changes.save(draft.pk, typed=SECRETS, seen={}, done={}, by=world.an, at=NOON)
    world.decide(changes.submit(draft.pk, declared=True, sign=None, by=world.an, at=NOON), ACCEPT)
    world.submitted({PHONE: "0986 204 715"})
    world.record.refresh_from_db()
    kept = records.head_document(world.record)
    assert kept["economy"]["house_owned_certificate"] == "QZ7702", "it is there for those who have the key"
    assert _found(owner_connection, b"QZ77") == []
    number = set(_found(owner_connection, b"022175001234"))
    assert number <= {"records_version"}, "the number stands in the record, see docs/regulations.md, and nowhere else"
    assert _found(owner_connection, "Nguyễn Thị An".encode()), "whoever looks this way finds what is not encrypted"
    drafts = " ".join(bytes(row.draft_sealed).decode("latin-1") for row in Change.objects.all())
    assert "0986" not in drafts and PHONE not in drafts, "a draft is encrypted whole"


def _found(owner, code):
    """Tables with this in a row, as text, or as the digits that PostgreSQL writes for bytes."""
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    wanted = " OR ".join(f"position('{each}' in t::text) > 0" for each in (code.decode(), code.hex()))
    return [name for (name,) in tables if owner.execute(f'SELECT 1 FROM "{name}" t WHERE {wanted}').fetchone()]


def test_dieu_4_khoan_3_truong_han_che_tiep_can_chi_mo_khi_co_muc_dich(world):
    world.accepted()
    found = records.viewable(world.record.pk, world.binh, on=TODAY)
    row = records.version(found.record)
    masked = records.shown(row, found, world.binh, on=TODAY)["identity"]["religion"]
    assert masked == {"masked": "protected"}
    reveal = {"seq": row.seq, "path": "identity.religion", "by": world.binh, "at": NOON}
    with refused("purpose_missing"):
        record_actions.reveal(world.record.pk, purpose=Purpose(), **reveal)
    assert record_actions.reveal(world.record.pk, purpose=Purpose("other", "Thống kê tôn giáo"), **reveal)
    seen = Event.objects.get(action="record.revealed", purpose="Công việc khác: Thống kê tôn giáo")
    assert (seen.account, seen.person) == (str(world.binh.pk), str(world.record.person_id))


def test_dieu_4_khoan_4_du_lieu_chap_nhan_phai_khop_ho_so_giay(world):
    change = world.submitted()
    decide = {"answers": ACCEPT, "head_seq": 0, "by": world.binh, "at": NOON}
    with refused("paper_match_missing"):
        changes.decide(change.pk, paper_match=False, **decide)
    assert changes.decide(change.pk, paper_match=True, **decide).status == "accepted"
    article = rules.value("record.paper_match", on=TODAY, code=CODE).article
    assert article == "khoản 4 Điều 4 Quyết định 31/2023/QĐ-UBND"


def administrators(world, on):
    return [account.name for account, held in policy.holders("agency_admin", world.nnmt, on=on) if not held.deputy]


def test_dieu_4_khoan_5_moi_co_quan_dung_mot_quan_tri_vien(world):
    """A new one ends the old one's grant in the same act; no day has two, none has nobody."""
    new = {"account": world.phuc, "role": "agency_admin", "organization": world.nnmt, "until": None, "deputy": False}
    basis = {"basis": Paper(BasisKind.DECISION, "77/QĐ-SNNMT", TODAY), "by": world.giang, "at": NOON}
    since = TODAY + timedelta(days=5)
    access.give(**new, **basis, since=since)
    for number in range(10):
        day = TODAY + timedelta(days=number)
        assert administrators(world, day) == [world.binh.name if day < since else world.phuc.name]
    acts = Event.objects.filter(action__in=("grant.ended", "grant.given")).order_by("-pk")[:2]
    assert [each.action for each in acts] == ["grant.given", "grant.ended"] and len({each.at for each in acts}) == 1
    change = world.submitted(at=NOON + timedelta(days=5))
    with refused("not_allowed"):
        world.decide(change, ACCEPT, by=world.fresh(world.binh), at=NOON + timedelta(days=5))
    world.decide(change, ACCEPT, by=world.fresh(world.phuc), at=NOON + timedelta(days=5))


def test_dieu_4_khoan_5_quan_tri_vien_co_thoi_han_cung_chi_mot(world):
    """A grant that has a last day already is cut as well; what the old one did until yesterday stays theirs."""
    Grant.objects.filter(account=world.binh).update(until=TODAY + timedelta(days=300))
    world.grant(world.phuc, "agency_admin", world.nnmt)
    assert administrators(world, TODAY) == [world.phuc.name]
    assert world.binh.name in administrators(world, TODAY - timedelta(days=1))


def test_dieu_4_khoan_5_nguoi_khac_chi_xem_khi_duoc_dong_y_bang_van_ban(world):
    record = world.record
    for nobody in (world.em, world._person("Lý Văn Nam", "022090000111", "1990-01-01", "M", world.nnmt, "Chuyên viên")):
        with pytest.raises(NotAllowed):
            records.viewable(record.pk, nobody, on=TODAY)
    assert records.viewable(record.pk, world.an, on=TODAY), "one's own needs no consent"
    wanted = {"account": world.em, "role": "subunit_admin", "organization": world.thuyloi, "deputy": False}
    term = {"since": TODAY, "until": TODAY + timedelta(days=30), "at": NOON}
    with refused("basis_missing"):
        access.give(**wanted, **term, basis=Paper(BasisKind.CONSENT, " ", TODAY), by=world.giang)
    access.give(**wanted, **term, basis=Paper(BasisKind.CONSENT, "15/CV-SNNMT", TODAY), by=world.giang)
    assert records.viewable(record.pk, world.fresh(world.em), on=TODAY)
    with pytest.raises(NotAllowed):
        records.viewable(record.pk, world.fresh(world.em), on=TODAY + timedelta(days=31))


def test_dieu_4_khoan_5_van_ban_dong_y_chi_mo_dung_phan_dung_han(world):
    """Whoever holds no right there reads what the authority consents to in writing, until its last day."""
    from tests.test_access_consents import LAST, let, sight

    world.accepted()
    let(world, sections=("salary", "training"), personnel=True)
    assert sight(world).sections == {"salary": False, "training": False}
    assert not sight(world, on=LAST + timedelta(days=1)).is_any
    with pytest.raises(NotAllowed):
        records.viewable(world.record.pk, world.fresh(world.em), on=TODAY)


def test_dieu_5_khong_ai_tu_cap_quyen_hay_xac_nhan_cho_chinh_minh(world):
    """Not as an administrator, not as a head, not by a delegate, not by consent to one's own reading."""
    from tests.test_access_consents import let
    from tests.test_access_grants import delegated

    basis = Paper(BasisKind.DECISION, "1/QĐ", TODAY)
    with refused("own_grant"):
        access.give(
            account=world.giang, role="inspector", organization=world.node.root, basis=basis, since=TODAY, until=None,
            deputy=False, by=world.giang, at=NOON,
        )  # fmt: skip
    with refused("own_grant"):
        delegated(world, world.chi)
    with refused("own_grant"):
        let(world, reader=world.chi)


# -- Chương II: tạo lập, cập nhật --------------------------------------------------------------------------------


def contract_worker(world):
    pin = "022095000777"
    person = people.add(
        pin=pin, full_name="Bế Văn Hạ", birth="1995-05-05", sex="M", keeper=None, by=world.system, at=NOON
    )
    people.employ(
        person,
        organization=world.nnmt,
        category="contract_worker",
        title="Bảo vệ",
        staff_number="QN-HD-7",
        since=date(2026, 1, 2),
        began="Hợp đồng 7/HĐLĐ",
        by=world.system,
        at=NOON,
    )
    return access.create_account(
        kind="personal", sign_in=pin, name="Bế Văn Hạ", password="x" * 20, person=person, by=world.system, at=NOON
    )


def test_dieu_6_khoan_1_mau_so_yeu_ly_lich_va_mau_hop_dong_lao_dong(world):
    """Civil servants fill in the curriculum vitae; contract workers, since 2024, the contract of TT 05/2023."""
    assert world.draft().form == "syll/tt06-2023"
    worker = contract_worker(world)
    record = changes.expect_entry(worker, by=world.system, at=NOON)
    change = enter(world, record, worker)
    assert (change.form, change.number != "") == ("contract/tt05-2023", True)
    work = change_queries.work(change, on=TODAY)
    assert work.why_not_fill("article_1.job_position") == "agency_fills"
    changes.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=0, by=world.binh, at=NOON)
    theirs = changes.open_draft(record.pk, agency=True, on_behalf=False, copy_of=None, by=world.binh, at=NOON)
    work = change_queries.work(theirs, on=TODAY)
    typed = {path: text for path, text in full(work.form).items() if work.may_fill(path)}
    changes.save(theirs.pk, typed=typed, seen={}, done={}, by=world.binh, at=NOON)
    changes.submit(theirs.pk, declared=True, sign=None, by=world.binh, at=NOON)
    with refused("own_change"):
        changes.decide(theirs.pk, answers=ACCEPT, paper_match=True, head_seq=1, by=world.binh, at=NOON)
    changes.decide(theirs.pk, answers=ACCEPT, paper_match=True, head_seq=1, by=world.fresh(world.phuc), at=NOON)
    record.refresh_from_db()
    assert records.head_document(record)["article_1"]["job_position"]
    assert rules.value("form.contract", on=date(2024, 1, 1), code=CODE).article.startswith("điểm b khoản 1 Điều 6")


def test_dieu_6_khoan_2_tai_khoan_trong_7_hoac_30_ngay_lam_viec():
    start = date(2024, 2, 1)  # before Tết: 08 to 14 February are off
    received, recruited = (rules.due(rule, start=start, code=CODE) for rule in ("account.receive", "account.create"))
    assert (received.on, recruited.on) == (date(2024, 2, 19), date(2024, 3, 21))
    assert received.article == recruited.article == "khoản 2 Điều 6 Quyết định 31/2023/QĐ-UBND"


def test_dieu_6_khoan_2_quan_tri_vien_phoi_hop_so_noi_vu_tao_lap_tai_khoan(world):
    """The Department makes the account; an agency's administrator alone cannot."""
    said = {
        "pin": "022092000555", "full_name": "Mai Văn Sáu", "birth": "1992-06-06", "sex": "M",
        "organization_id": world.nnmt.pk, "category": "civil_servant", "title": "Chuyên viên",
        "staff_number": "QN-00555", "since": TODAY, "began": "9/QĐ-SNV", "at": NOON,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        admit(**said, by=world.binh)
    made = admit(**said, by=world.giang)
    assert made.account.must_change_password and by_sign_in("022092000555") == made.account
    assert obligation("entry.first", made.record).account == made.account.pk


def test_dieu_6_khoan_3_nhap_lan_dau_trong_5_ngay_lam_viec_tu_khi_duoc_cap_tai_khoan(world):
    """Counted by the text in force when the account was made, here before NĐ 27/2026."""
    given = vietnam(2026, 4, 24)  # a Friday before two holidays
    record = changes.expect_entry(world.an, by=world.system, at=given)
    term = obligation("entry.first", record)
    assert (term.due_on, term.role, term.account) == (date(2026, 5, 6), "self", world.an.pk)
    assert term.article == "khoản 3 Điều 6 Quyết định 31/2023/QĐ-UBND"
    enter(world, record, world.an, at=vietnam(2026, 5, 5))
    term.refresh_from_db()
    assert term.closed_at and not term.waived


def test_dieu_6_khoan_3_cap_nhat_ngay_khi_co_thay_doi(world):
    """The person changes it the same day, with the paper; what nobody has to wait for is the month."""
    saturday = date(2026, 11, 14)
    due = rules.due("entry.change", start=saturday, code=CODE)
    assert (due.on, due.article) == (
        saturday, "khoản 3 Điều 6, khoản 1 Điều 12 Quyết định 31/2023/QĐ-UBND",
    )  # fmt: skip
    world.accepted()
    assert world.submitted({PHONE: "0986 204 715"}, at=vietnam(2026, 11, 14)).status == "submitted"


# -- Điều 7: phê duyệt -----------------------------------------------------------------------------------------


def test_dieu_7_khoan_1_thu_truong_xac_nhan_trong_7_ngay_cuoi_thang(month):
    round_ = month.round()
    assert (round_.confirm_from, round_.confirm_to) == (date(2026, 11, 24), date(2026, 11, 30))
    assert round_.confirm_article == "khoản 1 Điều 7 Quyết định 31/2023/QĐ-UBND"
    with refused("window_not_open"):
        confirm(month, month.chi, at=vietnam(2026, 11, 23, 23, 59))
    with refused("window_closed"):
        confirm(month, month.chi, at=vietnam(2026, 12, 1, 0, 0))
    (row,) = confirm(month, month.chi, at=vietnam(2026, 11, 24, 0, 0))
    assert (row.role, row.confirmed_by, row.version) == ("agency_head", month.chi, month.record.versions.get())
    with refused("not_allowed"):
        confirm(month, month.em)


def test_dieu_7_khoan_1_nguoi_duoc_uy_quyen_bang_van_ban(month):
    delegate = month._person("Ngô Văn Khoa", "022076000222", "1976-02-02", "M", month.nnmt, "Phó Giám đốc")
    with refused("not_allowed"):
        confirm(month, delegate)
    month.grant(delegate, "head_delegate", month.nnmt)
    (row,) = confirm(month, delegate, at=vietnam(2026, 11, 30, 23, 59))
    assert (row.role, row.basis) == ("head_delegate", "34/QĐ-SNV ngày 05/01/2026")


def test_dieu_7_khoan_1_thu_truong_uy_quyen_bang_van_ban_cho_nguoi_cu_the(month):
    """By the head, in writing, for a part and a time; what is done by it names the document."""
    from tests.test_access_grants import delegated

    delegate = month._person("Ngô Văn Khoa", "022076000222", "1976-02-02", "M", month.nnmt, "Phó Giám đốc")
    delegated(month, delegate, month.thuyloi)
    (row,) = confirm(month, delegate)
    assert (row.role, row.basis) == ("head_delegate", "05/GUQ-SNNMT ngày 10/11/2026, ủy quyền của Lê Thị Kim Chi")
    event = Event.objects.filter(action="round.confirmed").latest("pk")
    assert (event.role, event.basis) == (row.role, row.basis)


def test_dieu_7_khoan_1_nguoi_quan_tri_xac_nhan_nhung_khong_xac_nhan_viec_minh_da_chap_nhan(month):
    assert [each.blocked for each in waiting(month, month.binh)] == ["own_acceptance"]
    with refused("own_acceptance"):
        confirm(month, month.binh)
    month.grant(month.phuc, "agency_admin", month.nnmt)
    (row,) = confirm(month, month.phuc)
    assert row.role == "agency_admin"


def test_dieu_7_khoan_1_chi_nguoi_co_thay_doi_trong_thang(month):
    confirm(month, month.chi)
    sign(month)
    assert waiting(month, month.chi) == [], "who was signed and changed nothing does not come again"


def test_dieu_7_khoan_2_lanh_dao_so_noi_vu_ky_so_trong_5_ngay_cuoi_thang(month):
    round_ = month.round()
    assert (round_.sign_from, round_.sign_to) == (date(2026, 11, 26), date(2026, 11, 30))
    assert round_.sign_article == "khoản 2 Điều 7 Quyết định 31/2023/QĐ-UBND"
    confirm(month, month.chi)
    with refused("window_not_open"):
        sign(month, at=vietnam(2026, 11, 25, 23, 59))
    with refused("window_closed"):
        sign(month, at=vietnam(2026, 12, 1, 0, 0))
    with refused("not_allowed"):
        approvals.build(round_.pk, by=month.fresh(month.chi), at=vietnam(2026, 11, 26))
    manifest = sign(month, at=vietnam(2026, 11, 30, 23, 59))
    assert (manifest.status, manifest.signed_by, manifest.count) == ("sealed", month.dung, 1)


# -- Điều 8: tài khoản -----------------------------------------------------------------------------------------


def test_dieu_8_khoan_1_3_va_4_so_noi_vu_phan_quyen_tren_co_so_van_ban(world):
    """Rights come from the Department alone, name a decision, and are logged with it."""
    wanted = {"account": world.phuc, "role": "subunit_admin", "organization": world.thuyloi, "deputy": False}
    basis = Paper(BasisKind.DECISION, "21/QĐ-SNNMT", TODAY)
    term = {"since": TODAY, "until": None, "basis": basis, "at": NOON}
    for other in (world.chi, world.binh, world.dung):
        with pytest.raises(NotAllowed):
            access.give(**wanted, **term, by=other)
    grant = access.give(**wanted, **term, by=world.giang)
    event = Event.objects.get(action="grant.given", object__contains=str(grant.pk))
    assert (event.data["on_basis"], event.account) == (f"21/QĐ-SNNMT ngày {TODAY:%d/%m/%Y}", str(world.giang.pk))


def test_dieu_8_khoan_5_bao_kip_thoi_khi_co_sai_sot(world):
    """An finds what she cannot change herself wrong, and says so; the agency answers."""
    report = changes.report_error(
        world.record.pk, path="header.staff_number", text="Số hiệu ghi nhầm.", by=world.an, at=NOON
    )
    with pytest.raises(NotAllowed):
        changes.report_error(world.record.pk, path="", text="Của người khác.", by=world.em, at=NOON)
    assert list(change_queries.reports_for(world.binh, on=TODAY)) == [report]
    assert "nhầm".encode() not in bytes(report.text_sealed)
    changes.answer_report(report.pk, by=world.binh, at=NOON)
    assert not change_queries.reports_for(world.fresh(world.binh), on=TODAY)


# -- Điều 11 to 14 ---------------------------------------------------------------------------------------------

KEPT = (
    "records_version", "records_record", "people_person", "changes_change", "changes_decision", "documents_attachment",
    "approvals_confirmation", "approvals_manifestline", "approvals_manifest", "audit_event",
)  # fmt: skip


def test_dieu_11_khoan_1_du_lieu_duoc_luu_tru_khong_ai_xoa(month):
    """The application's own role cannot remove what is kept of anybody, whatever their state."""
    confirm(month, month.chi)
    sign(month)
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] > 0, table
    for table in KEPT:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_dieu_12_khoan_2_ca_nhan_cam_doan_du_lieu_va_tai_lieu_dung_su_that(world):
    change = world.draft()
    with refused("declaration_missing"):
        changes.submit(change.pk, declared=False, sign=None, by=world.an, at=NOON)
    sent = changes.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    assert (sent.submitted_by, sent.status) == (world.an, "submitted")
    article = rules.value("submission.declaration", on=TODAY, code=CODE).article
    assert article == "khoản 5 Điều 8, khoản 2 Điều 12 Quyết định 31/2023/QĐ-UBND"


def test_dieu_13_khoan_2_quan_tri_vien_biet_ai_chua_cap_nhat(world):
    world.draft()
    assert [each.record for each in change_queries.waiting_for_person(world.binh, on=TODAY)] == [world.record]
    assert not change_queries.waiting_for_person(world.em, on=TODAY)


def test_dieu_13_khoan_2_phan_chua_khop_duoc_tra_lai_de_chinh_sua_co_thoi_han(world):
    from hoso.changes.rules import Answer

    world.accepted()
    change = world.submitted({PHONE: "0986 204 715"})
    verify = obligation("change.verify", change)
    assert (verify.role, verify.organization) == ("agency_admin", world.nnmt)
    world.decide(change, {"*": Answer(False, "paper_mismatch", "Hồ sơ giấy ghi số khác.")})
    verify.refresh_from_db()
    term = obligation("change.correct", change)
    assert verify.closed_at and (term.due_on, term.account) == (date(2026, 11, 17), world.an.pk)
    assert term.article == "khoản 5 Điều 8, khoản 2 Điều 12 Quyết định 31/2023/QĐ-UBND"


def test_dieu_14_khoan_3_thu_truong_co_chung_thu_phe_duyet_bang_ky_so(month):
    issued = month.signer.register(month.chi, by=month.system)

    def by_chi(data):
        stamp = signing.timestamper(CONFIRM_DAY)
        return cms_sign(data, issued.p12, PASSPHRASE, at=CONFIRM_DAY, timestamper=stamp)

    with refused("signature_missing"):
        confirm(month, month.chi)
    (row,) = confirm(month, month.chi, sign=by_chi)
    assert row.signature


def test_bon_mat_khong_ai_tu_kiem_tra_du_lieu_cua_minh_hay_do_minh_nhap(world):
    """Bình neither verifies his own record, nor what he typed for An; his deputy does (khoản 4 Điều 4)."""
    record = changes.expect_entry(world.binh, by=world.system, at=NOON)
    change = enter(world, record, world.binh)
    with refused("own_record"):
        changes.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=0, by=world.binh, at=NOON)
    changes.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=0, by=world.fresh(world.phuc), at=NOON)
    draft = changes.open_draft(world.record.pk, agency=False, on_behalf=True, copy_of=None, by=world.binh, at=NOON)
    typed = first_entry(change_queries.work(draft, on=TODAY))
    changes.save(draft.pk, typed=typed, seen={}, done={}, by=world.binh, at=NOON)
    changes.hand(draft.pk, by=world.binh, at=NOON)
    sent = changes.submit(draft.pk, declared=True, sign=None, by=world.an, at=NOON)
    with refused("own_change"):
        world.decide(sent, ACCEPT)
    assert not Obligation.objects.filter(rule="change.verify", subject_id=sent.pk, closed_at__isnull=False).exists()


def test_khong_co_minh_chung_thi_khong_nop_duoc_thay_doi_sau_lan_dau(world):
    """The decision refers to TT 06/2023 for what comes along; see there too."""
    world.accepted()
    change = world.draft({PHONE: "0986 204 715"})
    with pytest.raises(Invalid) as caught:
        changes.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    assert [each.path for each in caught.value.problems] == [PHONE]
    changes.attach(change.pk, data=SCAN, name="a.png", title="Đơn", paths=[PHONE], by=world.an, at=NOON)
    assert changes.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON).number
