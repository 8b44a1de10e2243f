"""Who sees what of a document: the only place that masks."""

from collections.abc import Collection

from hoso.records.compare import Edit
from hoso.records.forms.grammar import Form, Tier, walk
from hoso.records.paths import Document, find, get, put, put_all


def view(form: type[Form], document: Document, tiers: Collection[Tier]) -> Document:
    """The document for somebody who may see these tiers; the rest is masked, so that one sees that it is there."""
    hidden = [leaf for leaf in walk(form) if leaf.tier not in tiers]
    masks = {path: {"masked": leaf.tier.name.lower()} for leaf in hidden for path, _ in find(document, leaf.path)}
    return put_all(document, masks)


def view_edit(form: type[Form], edit: Edit, tiers: Collection[Tier]) -> Edit:
    """An edit with masks: that something changed can be seen by those who may not see what."""
    old, new = (get(view(form, put({}, edit.path, value), tiers), edit.path) for value in (edit.old, edit.new))
    return Edit(edit.path, old, new)
