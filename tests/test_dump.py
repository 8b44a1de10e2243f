"""A real dump of the database, and every file of the node: nothing protected is in them, however it is spelled.

Unique values are planted in every protected field of both forms, and in everything else that is sealed. Values that
cannot be unique (a code of a list, a month) are looked for by their place: each must lie there sealed.
"""

import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.db import connections

from hoso.access.queries import sign_in_index
from hoso.approvals import actions as approvals
from hoso.base.ids import uuid7
from hoso.changes import actions as changes
from hoso.changes.rules import Answer
from hoso.records import actions as records
from hoso.records import drafts
from hoso.records.forms import FORMS, newest
from hoso.records.forms.grammar import Tier, walk
from hoso.records.models import Record, Version
from hoso.records.paths import find
from tests.forms import full
from tests.world import CONFIRM_DAY, NOON, SCAN, World

PIN = "022175001234"
OPEN = "CHUOI-AI-CUNG-THAY-ĐƯỢC"  # in a field that whoever sees the record sees


class Planted:
    """Words that stand nowhere else, each with what it was planted as."""

    def __init__(self):
        self.words = {PIN: "identification number"}

    def __call__(self, what, word=""):
        made = word or f"BÍ-MẬT-{len(self.words):03}-KHÔNG-AI-BIẾT"
        self.words[made] = what
        return made


def document(form, plant):
    """A whole document of a form, with a word of its own in every protected field that takes one."""
    typed = full(form)
    for leaf in walk(form):
        if leaf.tier is not Tier.PROTECTED or leaf.codes:
            continue
        for path in [each for each in typed if _pattern(each) == leaf.path]:
            number = len(plant.words)
            word = {
                "text": plant,
                "multiline": plant,
                "money": lambda what, n=number: plant(what, f"{739_120_000_000 + n}"),
                "account": lambda what, n=number: plant(what, f"{88_990_011_000_000 + n}"),
                "decimal": lambda what, n=number: plant(what, f"{7391.1 + n:.1f}").replace(".", ","),
            }.get(leaf.kind.name)
            typed[path] = word(f"{form.name} {path}") if word else typed[path]
    typed |= {path: OPEN for path in ("header.managing_organization", "party_a.employer_name") if path in typed}
    made, problems = drafts.parse(form, typed, {}, on=NOON.date())
    assert not problems
    return made


def _pattern(path):
    keys = path.split(".")
    return ".".join([*keys[:2], "*", *keys[3:]]) if len(keys) > 3 else path


def noted(png, word):
    """The same picture with a remark in it, as cameras and scanners write them."""
    text = b"tEXtComment\0" + word.encode()
    chunk = (len(text) - 4).to_bytes(4, "big") + text + zlib.crc32(text).to_bytes(4, "big")
    end = png.index(b"IEND") - 4
    return png[:end] + chunk + png[end:]


@pytest.fixture
def planted(transactional_db, settings, tmp_path):
    """A small province with secrets in all its sealed places, its files in a folder of their own."""
    settings.HOSO_FILES = tmp_path / "files"
    world, plant = World(), Planted()
    states = [
        records.Loaded(person, family, form.name, document(form, plant), world.nnmt.pk, world.system)
        for person, family in ((world.an.person_id, "syll"), (world.binh.person_id, "contract"))
        for form in [newest(family, NOON.date())]
    ]
    records.load(states, change=uuid7(), by=world.system, at=NOON)
    record = world.__dict__["record"] = Record.objects.get(person=world.an.person_id)
    returned = changes.open_draft(record.pk, agency=False, on_behalf=False, copy_of=None, by=world.an, at=NOON)
    typed = {"identity.current_address": plant("draft"), "identity.contact_phone": "0986204715"}
    changes.save(returned.pk, typed=typed, seen={}, done={}, by=world.an, at=NOON)
    scan = noted(SCAN, plant("scan", "A-SECRET-OF-THE-SCANNER"))
    said = {"data": scan, "name": "a.png", "title": "Giấy", "paths": ["identity"], "by": world.an, "at": NOON}
    changes.attach(returned.pk, **said)
    changes.submit(returned.pk, declared=True, sign=None, by=world.an, at=NOON)
    world.decide(returned, {"*": Answer(False, "wrong_value", plant("reason of a return"))})
    reported = plant("reported error")
    changes.report_error(record.pk, path="header.staff_number", text=reported, by=world.an, at=NOON)
    sent = Version.objects.get(record=record).pk
    said = {"agency": world.nnmt, "version_id": sent, "by": world.chi, "at": CONFIRM_DAY}
    approvals.send_back(world.round().pk, reason=plant("reason at month end"), **said)
    totp.TOTP.activate(world.binh, plant("second factor", "JBSWY3DPEHPK3PXPHOSOHOSOHOSOHOSO"))
    return plant


def spellings(word):
    """How a word may lie in a dump or a file: as it is, in hexadecimal, in base64 wherever it begins, escaped in JSON,
    in the two bytes a letter of other systems."""
    for data in {word.encode(), word.encode("utf-16-le"), json.dumps(word).strip('"').encode()}:
        yield data
        yield data.hex().encode()
        for skip in range(3):  # the middle of what base64 makes of it, however many bytes stand before
            for encode in (b64encode, urlsafe_b64encode):
                yield encode(bytes(skip) + data)[4 if skip else 0 : -4]


def found(word, haystack):
    """Whether a word lies in it, in any spelling; `haystack` is in small letters."""
    return any(each.lower() in haystack for each in spellings(word))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nothing_protected_is_in_a_dump_or_in_a_file(planted, server, settings):
    everything = server.dump(connections["default"].settings_dict["NAME"]).lower()
    files = b"\0".join(path.read_bytes() for path in Path(settings.HOSO_FILES).rglob("*") if path.is_file())
    assert len(planted.words) > 25 and len(files) > 60
    leaked = [(word, what) for word, what in planted.words.items() if found(word, everything + files.lower())]
    assert not leaked
    assert found(OPEN, everything), "what lies open is found, so what is not found is not there"
    assert found(sign_in_index(PIN), everything)
    for row in Version.objects.all():
        for leaf in walk(FORMS[row.form]):
            places = find(row.envelope["document"], leaf.path)
            if leaf.tier is Tier.PROTECTED:
                assert all(value.keys() == {"sealed", "commitment"} for _, value in places), leaf.path


@pytest.mark.parametrize("spell", [str.encode, lambda word: word.encode().hex().encode()], ids=["plain", "hex"])
def test_the_search_finds_a_word_in_every_spelling(spell):
    word = "BÍ-MẬT-001-KHÔNG-AI-BIẾT"
    for before in (b"", b"x", b"xy", b"xyz"):
        assert found(word, (before + spell(word) + b"z").lower())
        assert found(word, b64encode(before + word.encode() + b"z").lower())
    assert found(word, json.dumps({"a": f"x {word} y"}).encode().lower())
    assert not found(word, b"other " * 1000)
