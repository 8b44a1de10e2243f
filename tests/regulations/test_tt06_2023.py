"""Quy chế of Thông tư 06/2023/TT-BNV, article by article: what this part of the product does of it."""

from datetime import date

import pytest

from hoso.approvals import queries
from hoso.base.errors import Invalid, NotAllowed
from hoso.changes import actions as changes
from hoso.changes import queries as change_queries
from hoso.records import queries as records
from hoso.records.forms import locked
from hoso.regulation import rules
from hoso.signing import queries as signing
from hoso.signing.verify import examine
from tests.regulations.conftest import confirm, enter, obligation, sign
from tests.world import ACCEPT, NOON, SCAN, SIGN_DAY, refused

PHONE = "identity.contact_phone"
DEGREE = "qualification.highest_professional_qualification"
TODAY = NOON.date()
QUY_CHE = "Quy chế kèm theo Thông tư 06/2023/TT-BNV"


def test_thong_tu_co_hieu_luc_tu_05_5_2023():
    with pytest.raises(LookupError):
        rules.value("evidence.required", on=date(2023, 5, 4), code="vn")
    for rule in ("evidence.required", "round.sign", "form.syll"):
        assert QUY_CHE in rules.value(rule, on=date(2023, 5, 5), code="vn").article


def test_dieu_6_ca_nhan_tu_nhap_theo_mau_so_yeu_ly_lich(world):
    """The person writes with the own account, in the annex's form; nobody else can."""
    record = changes.expect_entry(world.an, by=world.system, at=NOON)
    for other in (world.em, world.chi, world.binh):
        with pytest.raises(NotAllowed):
            changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=other, at=NOON)
    change = enter(world, record, world.an)
    assert (change.form, change.entered_by, change.submitted_by) == ("syll/tt06-2023", world.an, world.an)
    assert rules.value("form.syll", on=TODAY, code="vn").article == f"Phụ lục {QUY_CHE}"


def test_dieu_6_thong_tin_phai_day_du_va_dung_dinh_dang(world):
    """An incomplete first entry, and one that cannot be read, stay where they are, with every place named."""
    draft = world.draft({DEGREE: "Tiến sĩ", PHONE: "không nhớ"})
    with pytest.raises(Invalid) as caught:
        changes.submit(draft.pk, declared=True, sign=None, by=world.an, at=NOON)
    paths = {each.path for each in caught.value.problems}
    assert {PHONE, "identity.ethnicity"} <= paths and DEGREE not in paths


def test_dieu_6_thay_doi_phai_kem_ban_so_hoa_tai_lieu(world):
    """Every change after the first entry carries a scan that supports it; the first entry needs none."""
    assert world.submitted(scan=False).status == "submitted"
    world.decide(world.record.changes.get(), ACCEPT)
    change = world.draft({PHONE: "0986 204 715", DEGREE: "Tiến sĩ"})
    changes.attach(change.pk, data=SCAN, name="a.png", title="Đơn", paths=[PHONE], by=world.an, at=NOON)
    with pytest.raises(Invalid) as caught:
        changes.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON)
    assert [each.path for each in caught.value.problems] == [DEGREE]
    with refused("evidence_supports_nothing"):
        changes.attach(change.pk, data=SCAN, name="b.png", title="Bằng", paths=[], by=world.an, at=NOON)
    changes.attach(change.pk, data=SCAN, name="b.png", title="Bằng", paths=[DEGREE], by=world.an, at=NOON)
    assert changes.submit(change.pk, declared=True, sign=None, by=world.an, at=NOON).submissions == 1
    found = rules.value("evidence.required", on=TODAY, code="quang-ninh")
    assert (found.setting, found.article) == (True, f"Điều 6 {QUY_CHE}")


def test_dieu_7_khoan_1_va_dieu_8_khoan_4_hai_chu_ky_so(month):
    """The competent person signs at the month's end; with the agency's signature the paper is worth the original."""
    confirm(month, month.chi)
    manifest = sign(month)
    found = examine(queries.signed_pdf(manifest), trust=signing.trust(), at=SIGN_DAY, most_bytes=10**8)
    assert found.verdict == "valid"
    assert [each.who.name for each in found.signatures] == ["Phạm Quốc Dũng", "Sở Nội vụ"]
    value = rules.value("manifest.signatures", on=SIGN_DAY.date(), code="vn")
    assert (value.setting, value.article) == (["leader", "department"], f"khoản 1 Điều 7, khoản 4 Điều 8 {QUY_CHE}")


def test_dieu_7_khoan_1_5_ngay_cuoi_thang_o_moi_dia_phuong():
    for code in ("vn", "quang-ninh", "tay-ninh"):
        window = rules.window("round.sign", month="2026-11", code=code)
        assert (window.opens, window.closes) == (date(2026, 11, 26), date(2026, 11, 30))
    assert rules.window("round.sign", month="2026-11", code="vn").article == f"khoản 1 Điều 7 {QUY_CHE}"


LEVELS = {"vn": (True, False), "quang-ninh": (True, True), "tay-ninh": (False, False)}


@pytest.mark.parametrize(("code", "levels"), LEVELS.items())
def test_dieu_7_khoan_2_dia_phuong_quy_dinh_cap_phe_duyet(code, levels):
    """Who confirms before the Department signs is for each locality to say; what it does not say is a default."""
    said = [rules.value(f"confirmation.{who}", on=TODAY, code=code) for who in ("head", "administrator")]
    assert tuple(each.setting for each in said) == levels
    assert all(each.rank == (5 if QUY_CHE in each.article else 4) for each in said)


def test_dieu_8_khoan_3_khai_thac_du_lieu_cua_minh(world):
    """One's own whole; another's only where the managing agency agreed in writing, which a grant records."""
    world.accepted()
    record = world.record
    record.refresh_from_db()
    found = records.viewable(record.pk, world.an, on=TODAY)
    row = records.version(record)
    own = records.shown(row, found, world.an, on=TODAY)
    assert own["identity"]["religion"] != {"masked": "protected"}
    with pytest.raises(NotAllowed):
        records.viewable(record.pk, world.em, on=TODAY)
    world.grant(world.em, "inspector", world.node.root)
    with pytest.raises(NotAllowed):
        records.viewable(record.pk, world.fresh(world.em), on=TODAY)


def test_nguyen_tac_khong_khai_lai_du_lieu_da_co(world):
    """What the node holds stands in the draft and cannot be typed; nobody has to decide on it."""
    draft = world.draft({})
    work = change_queries.work(draft, on=TODAY)
    assert work.document["identity"]["citizen_id_number"] == "022175001234"
    assert "identity.citizen_id_number" in locked(work.form)
    for path in locked(work.form):
        assert work.why_not_fill(path) == "held_already"
    with refused("held_already"):
        changes.save(draft.pk, typed={"identity.citizen_id_number": "1"}, seen={}, done={}, by=world.an, at=NOON)


def test_mac_dinh_khi_thong_tu_khong_an_dinh_so_ngay(world):
    """The circular sets no days for entering and verifying: the product's own say that they are its own."""
    for rule in ("entry.first", "entry.change", "change.verify", "change.correct"):
        found = rules.value(rule, on=date(2026, 6, 30), code="vn")
        assert found.provisional and found.article.startswith("Mặc định của phần mềm: Điều 6")
    assert obligation("entry.first", world.record).article == "Điều 19 Nghị định 27/2026/NĐ-CP"
