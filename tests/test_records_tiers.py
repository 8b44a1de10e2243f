import json
from itertools import permutations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from hoso.base.envelope import new_data_key
from hoso.records.compare import Edit
from hoso.records.crypto import protect, reveal, unseal
from hoso.records.forms import Syll
from hoso.records.forms.grammar import COMMON, Tier, walk
from hoso.records.paths import find, get, put
from hoso.records.tiers import view, view_edit
from hoso.records.versions import digest, guarded, new_nonce
from tests.forms import NONCE, documents, version

KEY = new_data_key()
NOTE, OTHER = (f"family.family_own_side.row00{row}.former_regime_note" for row in (1, 2))
SECRETS = documents(must=("identity.religion", NOTE, OTHER))


@given(SECRETS, st.sets(st.sampled_from(Tier)))
def test_a_view_shows_its_tiers_and_masks_the_rest(document, tiers):
    seen = view(Syll, document, tiers)
    for leaf in walk(Syll):
        for path, value in find(document, leaf.path):
            assert get(seen, path) == (value if leaf.tier in tiers else {"masked": leaf.tier.name.lower()})


def test_that_something_changed_can_be_seen_by_those_who_may_not_see_what():
    assert view_edit(Syll, Edit(NOTE, None, "Có"), [COMMON]) == Edit(NOTE, None, {"masked": "protected"})


@given(SECRETS)
def test_what_is_stored_opens_again_and_has_the_same_digest_open_or_sealed(document):
    written, fresh = version(document), new_data_key()
    stored = protect(written, KEY)
    assert reveal(stored, KEY) == written
    assert digest(written) == digest(stored) == digest(protect(reveal(stored, KEY), fresh))


@given(SECRETS, st.text("xyzăđ", min_size=6))
def test_no_protected_value_lies_in_what_is_stored(document, secret):
    stored = protect(version(put(document, NOTE, f"«{secret}»")), KEY)
    lying = json.dumps(stored, ensure_ascii=False)
    assert f"«{secret}" not in lying and NONCE not in lying
    assert all(set(value) - {"salt"} == {"sealed", "commitment"} for value in guarded(stored).values())


def test_what_is_stored_does_not_tell_equal_from_other_nor_short_from_longer():
    stored = protect(version(put(put({}, NOTE, "Có"), OTHER, "Có")), KEY)
    again = protect(version(put({}, NOTE, "Có"), nonce=new_nonce()), KEY)
    longer = protect(version(put({}, NOTE, "Có, năm 1975")), KEY)
    lying = [get(stored.document, NOTE), get(stored.document, OTHER), get(again.document, NOTE)]
    assert len({text for each in lying for text in each.values()}) == 6
    assert len(get(stored.document, NOTE)["sealed"]) == len(get(longer.document, NOTE)["sealed"])


@given(SECRETS)
def test_a_value_opens_only_where_it_was_sealed(document):
    stored = protect(version(document), KEY)
    sealed = guarded(stored)
    wrong = [(stored, KEY, here, sealed[there]) for here, there in permutations(sealed, 2)]
    wrong += [
        (stored, KEY, here, sealed[here] | {"sealed": sealed[there]["sealed"]})
        for here, there in permutations(sealed, 2)
    ]
    for path, value in sealed.items():
        wrong += [(stored._replace(person="p-02"), KEY, path, value), (stored._replace(seq=2), KEY, path, value)]
        wrong += [(stored, new_data_key(), path, value), (stored, KEY, path, value | {"commitment": "0" * 64})]
    for case in wrong:
        with pytest.raises(InvalidTag):
            unseal(*case)
