"""Every Vietnamese sentence that the forms bring to a screen, for the check that each has its English."""

from collections.abc import Iterator
from types import ModuleType

from hoso.records import dates, drafts, values
from hoso.records.codes import codelist, codelists
from hoso.records.forms import FORMS, common, rules
from hoso.records.forms.contract import rules as contract_rules
from hoso.records.forms.grammar import NOT_IN_LIST, TOO_MANY_ROWS, sections, tables, walk
from hoso.records.values import Kind

SAYING = (common, rules, contract_rules, drafts, dates, values)


def all_words() -> set[str]:
    """The msgids: labels, helps, titles, leads, names of lists, names in lists that are words, and sentences.

    Examples stay Vietnamese, since they are what is typed; so do the names of ranks, posts, places and peoples.
    """
    return {*_of_forms(), *_of_lists(), *_of_sentences()}


def _of_forms() -> Iterator[str]:
    for form in FORMS.values():
        yield from (form.model_config["title"] or "", form.basis)
        yield from (label for _, label in form.signatures)
        yield from (text for part in sections(form) for text in (part.title, part.lead))
        yield from (text for leaf in (*walk(form), *tables(form)) for text in (leaf.label, leaf.help) if text)


def _of_lists() -> Iterator[str]:
    used = {name for form in FORMS.values() for leaf in walk(form) for name in (leaf.codes, leaf.suggest) if name}
    for name in sorted(used & codelists().keys()):
        yield codelist(name).title
        yield from (entry.name for entry in codelist(name).entries if codelist(name).translated)


def _of_sentences() -> Iterator[str]:
    yield from (NOT_IN_LIST, TOO_MANY_ROWS)
    for module in SAYING:
        yield from _constants(module)
    yield from (kind.sentence for kind in _kinds() if kind.sentence)


def _constants(module: ModuleType) -> Iterator[str]:
    """A sentence is a constant of its module that ends as sentences do."""
    for name, value in vars(module).items():
        if name.isupper() and isinstance(value, str) and value.endswith((".", ";")):
            yield value


def _kinds() -> Iterator[Kind]:
    return (leaf.kind for form in FORMS.values() for leaf in walk(form) if leaf.kind)
