"""Nghị định 27/2026/NĐ-CP, in force since 01/7/2026: the terms that it sets over the circular and the provinces."""

from datetime import date

import pytest

from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.changes.actions.admitting import admit
from hoso.regulation import rules
from tests.forms import full
from tests.regulations.conftest import enter, obligation, vietnam
from tests.world import NOON

LAST, FIRST = date(2026, 6, 30), date(2026, 7, 1)
DECREE = "Nghị định 27/2026/NĐ-CP"
REAL = ("vn", "quang-ninh", "tay-ninh", "demo")


@pytest.mark.parametrize("code", REAL)
def test_dieu_18_ho_so_dien_tu_trong_03_ngay_ke_tu_quyet_dinh(code):
    """Calendar days; what would end on a weekend or a holiday ends on the next working day."""
    assert DECREE not in rules.value("account.create", on=LAST, code=code).article
    ends = {date(2026, 7, 6): date(2026, 7, 9), date(2026, 7, 1): date(2026, 7, 6), date(2026, 8, 28): date(2026, 9, 3)}
    for start, end in ends.items():
        due = rules.due("account.create", start=start, code=code)
        assert (due.on, due.article) == (end, f"Điều 18 {DECREE}")


@pytest.mark.parametrize("code", REAL)
def test_dieu_19_khai_lan_dau_trong_03_ngay_lam_viec(code):
    assert DECREE not in rules.due("entry.first", start=LAST, code=code).article
    due = rules.due("entry.first", start=FIRST, code=code)
    assert (due.on, due.article) == (date(2026, 7, 6), f"Điều 19 {DECREE}")


def test_dieu_19_nguoi_moi_duoc_lap_tai_khoan_phai_khai_trong_03_ngay_lam_viec(world):
    made = admit(
        pin="022092000555",
        full_name="Mai Văn Sáu",
        birth="1992-06-06",
        sex="M",
        organization_id=world.nnmt.pk,
        category="civil_servant",
        title="Chuyên viên",
        staff_number="QN-00555",
        since=NOON.date(),
        began="9/QĐ-SNV",
        by=world.giang,
        at=NOON,
    )
    term = obligation("entry.first", made.record)
    assert (term.due_on, term.article) == (date(2026, 11, 13), f"Điều 19 {DECREE}")


def test_kiem_tra_trong_03_ngay_lam_viec_chua_biet_so_dieu(world):
    change = world.submitted()
    term = obligation("change.verify", change)
    assert (term.due_on, term.article) == (date(2026, 11, 13), DECREE)
    assert (change.due_on, change.article) == (term.due_on, term.article)
    assert rules.value("change.verify", on=FIRST, code="quang-ninh").provisional


def test_van_ban_moi_khong_doi_thoi_han_da_bat_dau(world):
    """What began on 30 June keeps the term and the article of that day; what begins on 1 July has the decree's."""
    record = changes.expect_entry(world.an, by=world.system, at=vietnam(2026, 6, 30))
    change = enter(world, record, world.an, at=vietnam(2026, 7, 1))
    entry, verify = obligation("entry.first", record), obligation("change.verify", change)
    assert (entry.due_on, entry.article) == (date(2026, 7, 7), "khoản 3 Điều 6 Quyết định 31/2023/QĐ-UBND")
    assert (verify.due_on, verify.article) == (date(2026, 7, 6), DECREE)


def test_dieu_khac_cua_tinh_van_con_hieu_luc():
    """The decree says nothing of the person's updates nor of the month's approval: the province's terms stay."""
    for rule in ("entry.change", "round.confirm", "round.sign", "confirmation.head", "record.paper_match"):
        assert "31/2023/QĐ-UBND" in rules.value(rule, on=FIRST, code="quang-ninh").article


def test_khong_yeu_cau_khai_lai_du_lieu_da_co(world):
    """What the node holds is filled in and locked; a change sends what changes, and nothing again."""
    value = rules.value("record.no_second_declaration", on=FIRST, code="quang-ninh")
    assert (value.setting, value.article, value.provisional) == (True, DECREE, True)
    world.accepted()
    change = world.draft({"identity.contact_phone": "0986 204 715"})
    work = change_queries.work(change, on=NOON.date())
    held = [path for path in full(work.form) if work.why_not_fill(path) == "held_already"]
    assert "identity.citizen_id_number" in held
    edits = {edit.path for edit in work.edits}
    assert edits == {"identity.contact_phone"}, "only what changes is sent again"


@pytest.mark.parametrize("code", REAL)
def test_nguoi_khac_doc_phai_duoc_nguoi_co_ho_so_dong_y_chua_biet_so_dieu(code):
    before = rules.value("consent.parties", on=LAST, code=code)
    since = rules.value("consent.parties", on=FIRST, code=code)
    assert (before.setting, since.setting) == (["authority"], ["authority", "person"])
    assert (since.article, since.provisional) == (DECREE, True)


def test_truoc_ngay_do_co_quan_dong_y_la_du_tru_cong_tac_can_bo_thi_van_vay(world):
    """The rule is that of the day on which it is given; for personnel work the authority's word is enough."""
    from tests.test_access_consents import let

    kept = {(day_, personnel): None for day_ in (LAST, FIRST) for personnel in (False, True)}
    for day_, personnel in kept:
        consent = let(world, personnel=personnel, at=vietnam(day_.year, day_.month, day_.day, 9), since=day_)
        kept[day_, personnel] = consent.needs_person
    assert kept == {(LAST, False): False, (LAST, True): False, (FIRST, False): True, (FIRST, True): False}
