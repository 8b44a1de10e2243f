import json
from secrets import token_bytes

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hoso.base.canonical import canonical
from hoso.records.crypto import protect
from hoso.records.drafts import check
from hoso.records.forms import Syll2026
from hoso.records.paths import put
from hoso.records.upgrades import upgrade
from hoso.records.versions import (
    commitment,
    digest,
    first_broken,
    follow,
    leaf_key,
    leaves,
    new_nonce,
    prove,
    proved,
    salt_of,
    why_not_follow,
)
from tests.forms import NONCE, documents, version

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
    head, stored = digest(chain[-1]), [protect(each, token_bytes(32)) for each in chain]
    assert first_broken(chain, head) is first_broken(stored, head) is None
    at = data.draw(st.integers(0, len(chain) - 1))
    stored[at] = stored[at]._replace(document=put(stored[at].document, "identity.other_names", "Mạo danh"))
    assert first_broken(stored, head) == at + 1
    assert first_broken(chain[1:], head) == 1
    assert why_not_follow(chain[1], None) == why_not_follow(chain[1], chain[1]) == "other_seq"


@given(documents(must=("identity.religion", "work.work_history.row001.organisation", "identity.current_address")))
def test_a_section_is_proved_without_showing_the_rest(document):
    written = version(document)
    said, proof = digest(written), prove(written, "work", "identity.religion")
    shown = {"work": document["work"], "identity": {"religion": document["identity"]["religion"]}}
    assert proved(proof, said) == shown and digest(protect(written, token_bytes(32))) == said
    lying = json.dumps(proof.envelope, ensure_ascii=False)
    assert all(f'"{value}"' not in lying for _, value in leaves(document)) and NONCE not in lying
    path, (key, value) = next(iter(proof.opened.items()))
    for wrong in ((key, f"{value}x"), ("00" * 32, value)):
        assert proved(proof._replace(opened={**proof.opened, path: wrong}), said) is None
    assert proved(proof, digest(version(document, seq=2))) is None


@given(documents(must=("identity.religion", "work.work_history.row001.organisation")))
def test_what_lies_open_is_proved_without_a_key_and_what_is_sealed_is_not(document):
    written = version(document)
    stored = protect(written, token_bytes(32))
    assert proved(prove(stored, "work"), digest(written)) == {"work": document["work"]}
    with pytest.raises(KeyError):
        leaf_key(stored, "identity.religion")
    assert salt_of(stored) == salt_of(written) != NONCE


KNOWN = {
    "identity": {"birth_full_name": "Nguyễn Thị An", "gender": "F@2023-05-05", "religion": "99@2023-05-05"},
    "salary": {"salary_step": 3, "salary_coefficient": "3.00"},
    "work": {"work_history": {"job001": {"from_month": "1997", "organisation": "UBND huyện Kim Bảng"}}},
}


def test_the_digest_of_a_known_version_never_changes():
    """If this fails, every signature ever made is lost: mend the code, never the number."""
    assert digest(version(KNOWN)) == "13d1c547f08ee44e365caa01f4f7ee1527800ed11fc9a89cc95f3353d42c9d1a"
    assert (
        digest(version(KNOWN)._replace(prev="ab" * 32, seq=2))
        == "04d3e5063b0316d6dd77b09f8731e7b94d1a8be596a4e764f92948109f095837"
    )


FORGED = [
    {"identity": {"birth_full_name": {"sealed": "", "commitment": "COMMITTED"}}},
    {"identity": {"birth_full_name": {"commitment": "COMMITTED", "name": "Mạo danh"}}},
    {"identity": {"birth_full_name": 1.5}},
    {"identity": {"birth_full_name": None}},
    {"identity": {"birth_full_name": "Nguyễn Thị An"}, "party": {}},
    {"identity": {"birth_full_name": "Nguyễn Thị An", "religion": "99@2023-05-05"}},
]


@pytest.mark.parametrize("document", FORGED)
def test_nothing_passes_for_a_value_but_the_value(document):
    written = version({"identity": {"birth_full_name": "Nguyễn Thị An"}})
    stored, head = protect(written, token_bytes(32)), digest(written)
    text = json.dumps(document).replace("COMMITTED", commitment(written, "identity.birth_full_name", "Nguyễn Thị An"))
    assert first_broken([stored], head) is None
    assert first_broken([stored._replace(document=json.loads(text))], head) == 1
    assert first_broken([stored._replace(nonce=stored.nonce | {"salt": "00" * 32})], head) == 1
    assert first_broken([stored._replace(nonce=stored.nonce | {"more": ""})], head) == 1


def test_a_document_is_carried_to_the_next_form_and_keeps_what_was_true_before():
    before = {
        "native_place_commune": "Phù Vân",
        "native_place_district": "Phủ Lý",
        "native_place_province": "35@2008-08-01",
    }
    after = upgrade({"identity": before}, "syll/tt06-2023", "syll/nd27-2026")["identity"]
    assert after == before | {
        "native_place_province": "37@2025-07-01",
        "native_place_before": "Phù Vân, Phủ Lý, Hà Nam",
    }
    assert check(Syll2026, {"identity": after}) == []


@pytest.mark.parametrize("province", ["01@2008-08-01", "37@2025-07-01", None])
def test_a_place_that_was_not_merged_stays_as_it_is(province):
    before = {"identity": {"native_place_province": province} if province else {"gender": "F@2023-05-05"}}
    assert upgrade(before, "syll/tt06-2023", "syll/nd27-2026") == before
