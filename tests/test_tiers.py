"""One place masks, and few open what is whole: every channel gets the same view (docs/tiers.md lists them)."""

import re
from pathlib import Path

import pytest

from hoso.access.models import Account
from hoso.base.errors import Invalid
from hoso.changes import actions as changes
from hoso.changes import queries, rules
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import Tier, walk
from tests.world import NOON, SCAN, refused

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for path in (ROOT / "hoso").rglob("*.py") if "migrations" not in path.parts)
# Names of functions that give a person's key, or a document or a text that is not masked; what they are called by is
# named in docs/tiers.md, with what it does with it.
OPENERS = {"person_key", "opened_key", "document", "head_document", "reveal", "revealed", "pin_of", "draft_of"}


CALL = re.compile(rf"(?<!def )\b({'|'.join(sorted(OPENERS))})\(")
TEXTS = {str(path.relative_to(ROOT / "hoso").with_suffix("")): path.read_text(encoding="utf-8") for path in SOURCES}


def callers():
    """Module → the openers that it calls."""
    return {module: set(CALL.findall(text)) for module, text in TEXTS.items() if CALL.search(text)}


def test_who_opens_what_is_whole_is_named_in_the_list_of_channels():
    """A new module that opens documents or keys fails here until docs/tiers.md says what it does with them."""
    listed = (ROOT / "docs" / "tiers.md").read_text(encoding="utf-8")
    missing = {module: calls for module, calls in callers().items() if f"`{module}`" not in listed}
    assert not missing


def test_masks_are_made_in_one_place():
    """Nobody else makes {"masked": …}."""
    making = {module for module, text in TEXTS.items() if re.search(r'\{"masked": [^}]*\.', text)}
    assert making == {"records/tiers"}


SENSITIVE = ("ethnic", "religion", "party_admission", "party_official", "party_position", "criminal", "arrest")


def test_what_the_law_calls_sensitive_is_never_common():
    """Ethnic origin, belief, politics, crime, health, money (NĐ 356/2025): restricted at least; see ADR 17."""
    for form in FORMS.values():
        for leaf in walk(form):
            words = [word for word in SENSITIVE if word in leaf.path]
            if words or leaf.path.split(".")[0] in ("health", "discipline", "economy"):
                assert leaf.tier is not Tier.COMMON, leaf.path


@pytest.mark.django_db
def test_a_refusal_says_nothing_of_what_another_hand_typed(world):
    """The agency types a disciplinary measure that no list has; the department, which sends it, does not read it."""
    world.accepted()
    draft = changes.open_draft(world.record.pk, agency=True, on_behalf=False, copy_of=None, by=world.binh, at=NOON)
    path = "discipline.discipline.row001.discipline_form"
    changes.save(draft.pk, typed={path: "SECRET"}, seen={}, done={}, by=world.binh, at=NOON)
    with pytest.raises(Invalid, match="not_ready") as caught:
        changes.submit(draft.pk, declared=True, sign=None, by=world.giang, at=NOON)
    said = [each.said for each in caught.value.problems]
    assert any("được bảo vệ" in each for each in said) and not any("SECRET" in each for each in said)


@pytest.mark.django_db
def test_a_scan_on_its_way_opens_to_who_has_taken_it(world):
    scan = world.submitted().evidence.get()
    with refused("take_first"):
        queries.readable_evidence(scan.pk, world.fresh(world.binh), ticket="", at=NOON)
    changes.open_for_verifying(scan.change_id, by=world.binh, at=NOON)
    assert queries.readable_evidence(scan.pk, Account.objects.get(pk=world.binh.pk), ticket="", at=NOON)[0] == scan


@pytest.mark.django_db
def test_a_draft_holds_so_many_scans_and_no_more(world, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SCANS", 2)
    monkeypatch.setattr(rules, "MOST_KEPT", 3)
    draft = world.draft({"identity.other_names": "Lan"})
    said = {"data": SCAN, "name": "a.png", "title": "", "paths": ["identity"], "by": world.an, "at": NOON}
    first, _second = (changes.attach(draft.pk, **said) for _ in range(2))
    with refused("too_many_scans"):
        changes.attach(draft.pk, **said)
    changes.detach(first.pk, by=world.an, at=NOON)
    third = changes.attach(draft.pk, **said)
    changes.detach(third.pk, by=world.an, at=NOON)
    with refused("too_many_scans"):
        changes.attach(draft.pk, **said)
