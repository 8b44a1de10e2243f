"""Who sees what of a document: the only place that masks."""

from collections.abc import Collection, Iterable
from functools import cache

from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, Leaf, Tier, walk
from hoso.records.paths import Document, find, get, pattern_of, put, put_all, within


def view(form: type[Form], document: Document, tiers: Collection[Tier]) -> Document:
    """The document for somebody who may see these tiers; the rest is masked, so that one sees that it is there."""
    return _view(walk(form), document, tiers)


def view_edit(form: type[Form], edit: Edit, tiers: Collection[Tier]) -> Edit:
    """An edit with masks: that something changed can be seen by those who may not see what."""
    inside = leaves_in(form, pattern_of(edit.path))
    old, new = (get(_view(inside, put({}, edit.path, value), tiers), edit.path) for value in (edit.old, edit.new))
    return Edit(edit.path, old, new)


@cache
def leaves_in(form: type[Form], pattern: str) -> tuple[Leaf, ...]:
    """The fields inside a section, a table, a row or a value, named as `paths.pattern_of` names it."""
    return tuple(leaf for leaf in walk(form) if within(leaf.path, pattern))


def _view(leaves: Iterable[Leaf], document: Document, tiers: Collection[Tier]) -> Document:
    hidden = [leaf for leaf in leaves if leaf.tier not in tiers]
    masks = {path: {"masked": leaf.tier.name.lower()} for leaf in hidden for path, _ in find(document, leaf.path)}
    return put_all(document, masks)
