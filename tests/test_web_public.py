"""Anybody may check a manifest: what the page says of good files, of bad ones, and of anything at all."""

import random

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hoso.approvals import queries
from hoso.audit.models import Event
from tests.authority import office
from tests.test_approvals import built, confirm, signed
from tests.world import NOON, World


@pytest.fixture
def month(settings, tmp_path, db):
    """November is signed and sealed; An's first version is in it."""
    cache.clear()
    signer = office(settings, tmp_path, NOON)
    world = World()
    world.signer = signer
    world.certificate = signer.register(world.dung, by=world.system)
    world.accepted()
    world.record.refresh_from_db()
    confirm(world)
    world.built = built(world)
    world.sealed = queries.signed_pdf(signed(world, world.built))
    return world


def check(client, pdf, digest=""):
    answer = client.post(reverse("verify-file"), {"tep": SimpleUploadedFile("t.pdf", pdf), "ma": digest})
    return answer.status_code, answer.content.decode()


def test_a_stranger_reads_who_signed_when_and_what_it_covers(month, client):
    assert client.get(reverse("verify-file")).status_code == 200
    events = Event.objects.count()
    status, page = check(client, month.sealed, month.record.head_digest)
    assert status == 200
    for words in (
        "Bảng kê hợp lệ",
        "Phạm Quốc Dũng",
        "Sở Nội vụ",
        "27/11/2026 10:00",
        "1 hồ sơ của 1 cơ quan",
        "Có, bảng kê này ký phiên bản đó",
        "N. T. A.",
        "Có đúng tệp này",
    ):
        assert words in page, words
    assert "Nguyễn Thị An" not in page, "people are initials on a public page"
    assert Event.objects.count() == events, "nothing is kept"


def test_another_version_is_not_covered(month, client):
    _, page = check(client, month.sealed, "a" * 64)
    assert "Không, bảng kê này không ghi phiên bản đó" in page
    status, page = check(client, month.sealed, "abc")
    assert (status, "64 ký tự" in page) == (422, True)


def test_one_byte_changed_is_found(month, client):
    at = month.sealed.index(b"stream") + 40
    changed = month.sealed[:at] + bytes([month.sealed[at] ^ 1]) + month.sealed[at + 1 :]
    _, page = check(client, changed, month.record.head_digest)
    assert "Tệp không hợp lệ" in page
    assert "đã bị sửa" in page
    assert "Không trả lời được" in page


def test_what_is_not_signed_or_not_sealed_is_no_manifest_yet(month, client):
    _, page = check(client, queries.original_pdf(month.built))
    assert "Tệp chưa được ký số" in page
    from hoso.signing import pades
    from hoso.signing import queries as signing
    from tests.authority import PASSPHRASE
    from tests.world import SIGN_DAY

    half = pades.sign_with_pkcs12(
        queries.original_pdf(month.built),
        month.certificate.p12,
        PASSPHRASE,
        reason="Thử",
        at=SIGN_DAY,
        timestamper=signing.timestamper(SIGN_DAY),
        trust=signing.trust(),
    )
    _, page = check(client, half)
    assert "Bảng kê chưa đủ chữ ký" in page


def test_any_bytes_get_an_answer(month, client):
    chance = random.Random(7)  # the same bytes every time
    files = [b"x", b"%PDF-", b"%PDF-1.7\n" + chance.randbytes(2000), b"\0" * 5000, chance.randbytes(10_000)]
    for _ in range(8):
        data = bytearray(month.sealed)
        for _ in range(40):
            data[chance.randrange(len(data))] = chance.randrange(256)
        files.append(bytes(data[: chance.randrange(1000, len(data))]))
    for data in files:
        status, page = check(client, data)
        assert status == 200
        assert "Bảng kê hợp lệ" not in page
    assert client.post(reverse("verify-file"), {}).status_code == 422


def test_too_many_files_a_minute_are_refused(month, client):
    statuses = [check(client, b"x")[0] for _ in range(21)]
    assert statuses[:20] == [200] * 20
    assert statuses[20] == 429
