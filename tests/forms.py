"""An, as she typed herself, and documents of every shape the form allows."""

import json
import re
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from hoso.records.codes import codelist
from hoso.records.forms import Syll
from hoso.records.forms.grammar import Leaf, walk
from hoso.records.paths import put_all
from hoso.records.values import clean
from hoso.records.versions import Version

TODAY = date(2026, 11, 23)
NONCE = "00112233445566778899aabbccddeeff"

AN = json.loads((Path(__file__).parent / "data" / "an.json").read_text(encoding="utf-8"))

SIGNS = 'aĂđơƯẩê 0"\\/&\u0301\u0309\u0323😀'  # accents on their own, too, so that NFC has work to do
TEXTS = st.text(SIGNS, min_size=1, max_size=12).map(clean).filter(bool)
DAYS = st.dates(date(1930, 1, 1), date(2030, 1, 1)).map(date.isoformat)
DATES = st.builds(lambda day, length: day[:length], DAYS, st.sampled_from([4, 7, 10]))


def values_of(leaf: Leaf) -> st.SearchStrategy[str | int]:
    """What may stand in a field, from what the form and its schema say of it."""
    if leaf.codes:
        return st.sampled_from(list(codelist(leaf.codes)))
    if leaf.kind.schema["type"] == "integer":
        return st.integers(0, leaf.kind.schema["maximum"])
    patterned = st.from_regex(re.compile(leaf.kind.schema.get("pattern", ""), re.ASCII), fullmatch=True)
    return {"text": TEXTS, "date": DATES}.get(leaf.kind.name, patterned)


PLACES = {leaf.path.replace("*", row): values_of(leaf) for leaf in walk(Syll) for row in ("row001", "row002")}


def documents(must=()):
    chosen = st.sets(st.sampled_from(list(PLACES)), max_size=20).map(lambda paths: sorted({*paths, *must}))
    filled = chosen.flatmap(lambda paths: st.fixed_dictionaries({path: PLACES[path] for path in paths}))
    return filled.map(lambda values: put_all({}, values))


def version(document, person="p-01", seq=1, nonce=NONCE):
    return Version(Syll.name, person, seq, None, nonce, document)
