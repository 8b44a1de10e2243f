"""Grants, delegations, consents and their documents through the API, as through the pages."""

import pytest

from hoso.access.models import Grant
from tests.test_api import NOBODY, Program, limits_count_anew, now, refused, settle, upload
from tests.world import PASSWORD, SCAN, World

pytestmark = pytest.mark.django_db
__all__ = ["limits_count_anew", "now"]  # fixtures
BASIS = {"basis_number": "9/QĐ-SNV", "basis_date": "2026-11-09"}
DAYS = {"since": "2026-11-10", "until": "2026-12-31"}


def test_a_head_delegates_on_a_document_and_takes_it_back(now):
    world = World()
    settle()
    chi = Program("chi")
    given = BASIS | DAYS | {"account_id": str(world.phuc.pk), "organization_id": str(world.nnmt.pk)}
    refused(chi("post", "/delegations", files=given), 403, "password_again")
    given |= {"password": PASSWORD}
    refused(chi("post", "/grants", files=given | {"role": "inspector"}), 403, "not_allowed")
    refused(chi("post", "/delegations", files=given | {"until": "2026-11-01"}), 409, "ends_before_it_begins")
    made = chi.do("/delegations", files=given | {"scan": upload("uq.png", SCAN)}, status=201)
    assert (made["role"], made["basis"]["pages"]) == ("head_delegate", 1)
    assert [each["id"] for each in chi.ask("/delegations")] == [made["id"]]
    assert chi.ask(f"/delegations/{made['id']}/done") == []
    picture = chi("get", f"/bases/{made['basis']['id']}/pages/1?width=160")
    assert picture["Content-Type"] == "image/webp" and picture.content[:4] == b"RIFF"
    assert made["basis"]["id"] in {each["id"] for each in chi.ask("/bases")["items"]}
    assert chi.do(f"/delegations/{made['id']}/end")["until"] == "2026-11-10"
    refused(Program("em")("post", f"/delegations/{made['id']}/end"), 404, "no_such_grant")
    refused(Program("an")("get", "/bases"), 403, "not_allowed")
    refused(Program("an")("get", f"/bases/{made['basis']['id']}"), 404, "no_such_basis")


def test_the_department_gives_and_ends(now):
    world = World()
    world.giang.set_password(PASSWORD)
    world.giang.save()
    settle()
    giang = Program("snv.quantri")
    given = BASIS | DAYS | {"account_id": str(world.phuc.pk), "organization_id": str(world.nnmt.pk)}
    given |= {"password": PASSWORD, "role": "agency_head"}
    made = giang.do("/grants", files=given, status=201)
    assert made["basis"]["number"] == "9/QĐ-SNV" and made["id"] in {
        each["id"] for each in giang.ask("/grants")["items"]
    }
    refused(giang("post", "/grants", files=given | {"account_id": str(world.giang.pk)}), 409, "own_grant")
    refused(giang("post", "/grants", files=given | {"role": "head_delegate"}), 409, "head_delegates")
    refused(giang("post", f"/grants/{NOBODY}/end", {"until": "2026-11-10"}), 404, "no_such_grant")
    assert giang.do(f"/grants/{made['id']}/end", {"until": "2026-11-10"})["until"] == "2026-11-10"
    assert Grant.objects.get(pk=made["id"]).until.isoformat() == "2026-11-10"


def test_a_consent_is_given_answered_read_by_and_withdrawn(now):
    world = World()
    world.accepted()
    settle()
    chi, an, em = Program("chi"), Program("an"), Program("em")
    record = f"/records/{world.record.pk}"
    refused(em("get", record), 404, "no_such_record")
    given = BASIS | DAYS | {"reader_id": str(world.em.pk), "sections": ["salary"], "purpose": "Hiệp y"}
    given |= {"password": PASSWORD}
    refused(chi("post", f"{record}/consents", files=given), 422, None)
    made = chi.do(f"{record}/consents", files=given | {"scan": upload("dy.png", SCAN)}, status=201)
    assert (made["state"], made["needs_person"], made["sections"]) == ("waiting", True, ["salary"])
    one = f"/consents/{made['id']}"
    refused(em("post", f"{one}/agree"), 404, "no_such_consent")
    refused(em("get", record), 404, "no_such_record")
    assert [each["state"] for each in an.ask("/consents?side=person")["items"]] == ["waiting"]
    assert an.do(f"{one}/agree")["state"] == "in_force"
    said = em.ask(record)
    assert set(said["document"]) == {"salary"} and said["basis"] == "9/QĐ-SNV ngày 09/11/2026"
    assert [each["id"] for each in em.ask("/consents")["items"]] == [made["id"]]
    assert [each["id"] for each in chi.ask("/consents?side=authority")["items"]] == [made["id"]]
    refused(em("get", "/consents?side=authority"), 403, "not_allowed")
    refused(Program("binh")("get", one), 404, "no_such_consent")
    assert an.do(f"{one}/withdraw", {"reason": "Đổi ý"})["withdrawn_reason"] == "Đổi ý"
    refused(em("get", record), 404, "no_such_record")
    refused(an("post", f"{one}/agree"), 409, "answered_already")
