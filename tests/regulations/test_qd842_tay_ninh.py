"""Quyết định 842/QĐ-UBND of Tây Ninh, known from the province's summary: where it differs from Quảng Ninh."""

from datetime import date

import pytest

from hoso.approvals import queries as months
from hoso.approvals.rules import Level
from hoso.changes import actions as changes
from hoso.orgs.models import Organization
from hoso.regulation import rules
from tests.regulations.conftest import confirm, enter, obligation, sign, vietnam
from tests.world import ACCEPT, CONFIRM_DAY, refused

DECISION = "Quyết định 842/QĐ-UBND ngày 05/4/2023 của UBND tỉnh Tây Ninh"
BEFORE = vietnam(2026, 6, 12)  # a Friday; NĐ 27/2026 is not in force yet

TERMS = {  # from Thursday 2024-02-01, with Tết from 08 to 14 February
    "account.create": date(2024, 2, 15),
    "entry.first": date(2024, 2, 15),
    "entry.change": date(2024, 2, 15),
    "change.verify": date(2024, 2, 15),
}


@pytest.mark.parametrize(("rule", "until"), TERMS.items())
def test_lap_tai_khoan_nhap_lan_dau_cap_nhat_va_doi_chieu_deu_trong_05_ngay_lam_viec(rule, until):
    due = rules.due(rule, start=date(2024, 2, 1), code="tay-ninh")
    assert (due.on, due.article) == (until, DECISION)


def test_tai_khoan_cua_nguoi_duoc_tiep_nhan_trong_10_ngay_lam_viec():
    assert rules.due("account.receive", start=date(2024, 2, 1), code="tay-ninh").on == date(2024, 2, 22)


def test_khac_quang_ninh_o_thoi_han_cap_nhat_va_o_buoc_xac_nhan():
    start = date(2024, 2, 1)
    update = {code: rules.due("entry.change", start=start, code=code).on for code in ("quang-ninh", "tay-ninh")}
    assert update == {"quang-ninh": start, "tay-ninh": date(2024, 2, 15)}
    heads = {code: rules.setting("confirmation.head", on=start, code=code) for code in update}
    assert heads == {"quang-ninh": True, "tay-ninh": False}


def test_dieu_khoan_chua_biet_so_thi_khong_ghi_so():
    for values in rules.profile("tay-ninh").values():
        for each in values:
            if "842" in each.article:
                assert each.provisional and each.article == DECISION and each.since == date(2023, 4, 5)


def test_ca_nhan_nhap_va_don_vi_doi_chieu_truoc_khi_luu(tay_ninh):
    """Both terms run from the day before, by the decision; the officer compares with the paper before it is kept."""
    world = tay_ninh
    record = changes.expect_entry(world.an, by=world.system, at=BEFORE)
    entry = obligation("entry.first", record)
    assert (entry.due_on, entry.article) == (date(2026, 6, 19), DECISION)
    change = enter(world, record, world.an, at=BEFORE)
    verify = obligation("change.verify", change)
    assert (verify.due_on, verify.article) == (date(2026, 6, 19), DECISION)
    with refused("paper_match_missing"):
        changes.decide(change.pk, answers=ACCEPT, paper_match=False, head_seq=0, by=world.binh, at=BEFORE)
    done = changes.decide(change.pk, answers=ACCEPT, paper_match=True, head_seq=0, by=world.binh, at=BEFORE)
    assert done.status == "accepted"


def test_khong_co_buoc_thu_truong_xac_nhan_so_noi_vu_ky_thang(month):
    Organization.objects.update(profile="tay-ninh")
    assert months.confirmable_agencies(month.fresh(month.chi), on=CONFIRM_DAY.date()) == []
    with refused("not_allowed"):
        confirm(month, month.chi)
    assert sign(month).count == 1
    assert months.levels(month.record) == {1: Level.SIGNED}
