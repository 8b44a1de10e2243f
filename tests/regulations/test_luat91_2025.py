"""Luật 91/2025/QH15 on personal data, in force since 01/01/2026, as far as consent goes: silence is no consent, one
consent for each purpose, provable, and withdrawn at any time."""

from datetime import date

from hoso.access import actions as access
from hoso.access import queries
from hoso.audit.models import Event
from hoso.records import actions as records
from hoso.records import queries as record_queries
from tests.test_access_consents import LAST, LETTER, TODAY, let, sight
from tests.world import NOON, refused


def test_im_lang_khong_phai_la_dong_y(world):
    """Until the last day and after it: what nobody answered opened nothing."""
    let(world)
    for on in (TODAY, LAST, date(2027, 1, 1)):
        assert not sight(world, on=on).is_any


def test_dong_y_theo_tung_muc_dich(world):
    """Two purposes are two documents; withdrawing one leaves the other."""
    with refused("consent_purpose_missing"):
        let(world, purpose=" ")
    first, second = let(world), let(world, sections=("training",), purpose="Cử đi đào tạo")
    for each in (first, second):
        access.agree(each.pk, by=world.an, at=NOON)
    assert sight(world).sections == {"salary": False, "training": False}
    access.withdraw_consent(first.pk, reason="", by=world.an, at=NOON)
    assert sight(world).sections == {"training": False}


def test_chung_minh_duoc_va_rut_duoc_bat_cu_luc_nao(world):
    """Who agreed to what and when stands in the row, in the log with the digest of the row, and in the scan."""
    consent = let(world)
    access.agree(consent.pk, by=world.an, at=NOON)
    access.withdraw_consent(consent.pk, reason="Không cần nữa", by=world.an, at=NOON)
    acts = Event.objects.filter(object=f"access.Consent:{consent.pk}").order_by("pk")
    assert [each.action for each in acts] == ["consent.given", "consent.agreed", "consent.withdrawn"]
    assert all(each.data["witness"]["rows"] == 1 and each.person == str(world.an.person_id) for each in acts)
    assert queries.basis_page(consent.basis, 1, 160)[:4] == b"RIFF"
    with refused("not_allowed"):
        record_queries.readable(world.record.pk, world.fresh(world.em), on=TODAY)


def test_nguoi_co_ho_so_biet_ai_doc_theo_van_ban_nao(world):
    world.accepted()
    world.record.refresh_from_db()
    let(world, personnel=True)
    found = record_queries.readable(world.record.pk, world.fresh(world.em), on=TODAY)
    records.note_read(found, sections=["salary", "health"], by=world.fresh(world.em), at=NOON)
    look = Event.objects.get(action="record.read")
    assert (look.person, look.basis) == (str(world.an.person_id), f"{LETTER.number} ngày {TODAY:%d/%m/%Y}")
    assert look.data["sections"] == ["salary"] and not look.role
