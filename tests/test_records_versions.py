import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hoso.base.canonical import canonical
from hoso.records.crypto import new_key, protect
from hoso.records.drafts import check
from hoso.records.forms import Syll2026
from hoso.records.levels import Level, level, line
from hoso.records.paths import put
from hoso.records.upgrades import upgrade
from hoso.records.versions import Version, digest, first_broken, follow, new_nonce, why_not_follow
from tests.forms import documents, version

KEYS = st.text("aBc_9") | st.text()
JSON = st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(JSON)
def test_what_has_a_spelling_has_the_one_of_rfc_8785(value):
    try:
        spelt = canonical(value)
    except ValueError:
        return
    assert spelt == rfc8785.dumps(value) and canonical(json.loads(spelt)) == spelt


@pytest.mark.parametrize("value", [None, 1.0, 2**53, "e\u0301", "\0", "\ud800", {"đ": "1"}, {1: "1"}, ["a", None]])
def test_what_some_reader_would_change_has_no_spelling(value):
    with pytest.raises(ValueError, match=r"null|json|large|nfc|ascii|surrogates"):
        canonical(value)


@given(documents(), documents())
def test_a_digest_is_of_everything_and_hidden_by_the_nonce(one, other):
    assert (digest(version(one)) == digest(version(other))) == (one == other)
    changed = [version(one), version(one, nonce=new_nonce()), version(one, "p-02"), version(one, seq=2)]
    assert len({digest(each) for each in changed}) == len(changed)


@given(st.lists(documents(), min_size=2, max_size=4), st.data())
def test_a_broken_chain_names_its_first_broken_link(states, data):
    chain = [version(states[0])]
    for document in states[1:]:
        chain.append(follow(chain[-1], document, nonce=new_nonce()))
    head, stored = digest(chain[-1]), [protect(each, new_key()) for each in chain]
    assert first_broken(chain, head) is first_broken(stored, head) is None
    at = data.draw(st.integers(0, len(chain) - 1))
    stored[at] = stored[at]._replace(document=put(stored[at].document, "identity.other_names", "Mạo danh"))
    assert first_broken(stored, head) == at + 1
    assert first_broken(chain[1:], head) == 1
    assert why_not_follow(chain[1], None) == why_not_follow(chain[1], chain[1]) == "other_seq"


def test_a_level_is_found_in_what_others_signed():
    first = version({"identity": {"gender": "F"}})
    second = follow(first, {}, nonce=new_nonce())
    lines = {"confirmed": [line(first), line(second)], "signed": [line(first)]}
    assert level(first, **lines) is level(protect(first, new_key()), **lines) is Level.SIGNED
    assert level(second, **lines) is Level.CONFIRMED
    assert level(first._replace(document={"identity": {"gender": "M"}}), **lines) is Level.VERIFIED


def test_a_document_is_carried_to_the_next_form_and_keeps_what_was_true_before():
    before = {"native_place_commune": "Phù Vân", "native_place_district": "Phủ Lý", "native_place_province": "35"}
    after = upgrade({"identity": before}, "syll/tt06-2023", "syll/nd27-2026")["identity"]
    assert after == before | {"native_place_province": "37", "native_place_before": "Phù Vân, Phủ Lý, Hà Nam"}
    assert check(Syll2026, {"identity": after}) == []
