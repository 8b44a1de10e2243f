"""Who sees what of a document: the only place that masks."""

from collections.abc import Collection, Iterable
from functools import cache

from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, Leaf, Tier, walk
from hoso.records.paths import Document, find, get, pattern_of, put, put_all, within


def view(form: type[Form], document: Document, tiers: Collection[Tier]) -> Document:
    """The document for somebody who may see these tiers; the rest is masked, so that one sees that it is there."""
    return _masked(_hidden(form, "", frozenset(tiers)), document)


def view_edit(form: type[Form], edit: Edit, tiers: Collection[Tier]) -> Edit:
    """An edit with masks: that something changed can be seen by those who may not see what."""
    hidden = _hidden(form, pattern_of(edit.path), frozenset(tiers))
    if not hidden:
        return edit
    old, new = (get(_masked(hidden, put({}, edit.path, value)), edit.path) for value in (edit.old, edit.new))
    return Edit(edit.path, old, new)


@cache
def _hidden(form: type[Form], inside: str, tiers: frozenset[Tier]) -> tuple[Leaf, ...]:
    """What of a section, a table, a row or a value (as `paths.pattern_of` names it; empty: of all) these tiers hide."""
    return tuple(leaf for leaf in walk(form) if leaf.tier not in tiers and (not inside or within(leaf.path, inside)))


def _masked(hidden: Iterable[Leaf], document: Document) -> Document:
    masks = {path: {"masked": leaf.tier.name.lower()} for leaf in hidden for path, _ in find(document, leaf.path)}
    return put_all(document, masks)
