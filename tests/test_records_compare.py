import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.records.compare import Edit, Stale, apply, compare, part, rebase
from hoso.records.paths import put_all

PLACES = [
    "self.name",
    "self.phone",
    *(f"kin.{side}.row{row}.{cell}" for side in "ab" for row in "12" for cell in "xyz"),
]
FOUND = st.dictionaries(st.sampled_from(PLACES), st.sampled_from("12"))
DOCUMENTS = FOUND.map(lambda found: put_all({}, found))
FATHER = {"kin": {"a": {"row1": {"x": "Chi", "y": "1948"}}}}


def with_names(found):
    """A document in which every row has a value that stays: a row of which nothing stays is a row removed."""
    return put_all({}, found | {f"{path[:10]}.x": "name" for path in found if path.startswith("kin")})


@st.composite
def edits_in_two_portions(draw, documents):
    base, proposed = draw(documents), draw(documents)
    edits = draw(st.permutations(compare(base, proposed)))
    cut = draw(st.integers(0, len(edits)))
    return base, proposed, edits[:cut], edits[cut:]


@given(DOCUMENTS, DOCUMENTS)
def test_applying_the_difference_gives_the_proposed(base, proposed):
    assert apply(base, compare(base, proposed)) == proposed
    assert compare(base, base) == []


@given(edits_in_two_portions(DOCUMENTS))
def test_edits_can_be_accepted_in_any_order_and_in_any_portions(drawn):
    base, proposed, first, rest = drawn
    assert apply(apply(base, first), rest) == proposed


@given(edits_in_two_portions(FOUND.map(with_names)))
def test_edits_of_different_places_never_clash(drawn):
    base, proposed, theirs, mine = drawn
    current = apply(base, theirs)
    kept, clashes = rebase(mine, base, current)
    assert clashes == [] and apply(current, kept) == proposed


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_what_does_not_clash_ends_the_same_whoever_was_first(base, mine, theirs):
    kept, clashes = rebase(compare(base, mine), base, theirs)
    back, mirrored = rebase(compare(base, theirs), base, mine)
    assert len(clashes) == len(mirrored) and rebase(compare(base, mine), base, mine) == ([], [])
    assert clashes or apply(theirs, kept) == apply(mine, back)


def test_a_row_comes_and_goes_whole():
    (gone,) = compare(FATHER, {})
    assert gone == Edit("kin.a.row1", {"x": "Chi", "y": "1948"}, None)
    kept, (clash,) = rebase([gone], FATHER, apply(FATHER, [Edit("kin.a.row1.z", None, "nông dân")]))
    assert kept == [] and clash.theirs.path == "kin.a.row1.z"


def test_part_of_a_proposal_can_be_accepted_by_section_row_or_value():
    edits = compare(FATHER, put_all(FATHER, {"self.name": "An", "kin.a.row1.y": "1949", "kin.a.row2.x": "Bình"}))
    assert [edit.path for edit in part(edits, "kin")] == ["kin.a.row1.y", "kin.a.row2"]
    assert [edit.path for edit in part(edits, "kin.a.row2", "self.name")] == ["kin.a.row2", "self.name"]


def test_an_edit_made_on_another_base_is_stale():
    with pytest.raises(Stale):
        apply(FATHER, [Edit("kin.a.row1.y", "1950", "1951")])
