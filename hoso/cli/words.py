"""The English of the screens: joins hoso/web/locale/en/*.po and compiles them; says what is missing, empty or unused.

Vietnamese needs no catalogue: every sentence in code and templates is the Vietnamese one, and the key of its English.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import polib
from django.utils.translation.template import templatize

HOSO = Path(__file__).resolve().parents[1]
CATALOGUES = HOSO / "web" / "locale" / "en"
COMPILED = HOSO.parent / "build" / "locale" / "en" / "LC_MESSAGES" / "django.mo"
# The call, and which of its arguments is the sentence; before it stands a context.
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 1, "ngettext_lazy": 1}
CALLS |= {"pgettext": 2, "pgettext_lazy": 2}
# Words that are data: what a screen translates without a call at the place where they are written.
DATA = (
    "hoso.regulation.rules:RULES",
    "hoso.access.roles:ROLES",
    "hoso.access.rules:BASIS_KINDS",
    "hoso.access.rules:CONSENT_STATES",
    "hoso.audit.rules:ACTIONS",
    "hoso.changes.rules:REASONS",
    "hoso.records.purposes:PURPOSES",
    "hoso.records.forms.words:all_words",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z]+>")


class Sentence(NamedTuple):
    """A sentence with its context and the file where it stands first."""

    context: str
    text: str
    place: str


def main() -> None:
    """Compile; `--check` says what is wrong and ends with 1 if anything is; `--missing` prints a .po of what lacks."""
    catalogue, problems = joined()
    wanted = {(each.context, each.text): each for each in sentences()}
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save_as_mofile(str(COMPILED))
    if "--missing" in sys.argv:
        print(_missing(catalogue, wanted))
    if "--check" in sys.argv:
        problems += compared(catalogue, wanted)
        for problem in problems:
            print(problem)
        sys.exit(bool(problems))


def joined(folder: Path = CATALOGUES) -> tuple[polib.POFile, list[str]]:
    """All catalogues of a folder as one, and what contradicts, is empty, or lost its placeholders."""
    whole, problems = polib.POFile(), []
    whole.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for file in sorted(folder.glob("*.po")):
        for entry in polib.pofile(str(file)):
            if entry.obsolete:
                continue
            known = whole.find(entry.msgid, msgctxt=entry.msgctxt or False)
            if known is None:
                entry.comment = file.name  # where it came from, for what is said below
                whole.append(entry)
            elif (known.msgstr, known.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
                problems.append(f"{file.name}: {entry.msgid!r} is {known.msgstr!r} in {known.comment}")
            english = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
            if entry.fuzzy or not all(english):
                problems.append(f"{file.name}: no English yet of {entry.msgid!r}")
            elif any(_places(text) != _places(entry.msgid) for text in english[-1:]):
                problems.append(f"{file.name}: other placeholders in the English of {entry.msgid!r}")
    return whole, problems


def compared(catalogue: polib.POFile, wanted: Mapping[tuple[str, str], Sentence]) -> list[str]:
    """What has no English, and what English nobody asks for."""
    held = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
    lacking = [f"no English: {each.text!r} ({each.place})" for key, each in wanted.items() if key not in held]
    unused = [f"{entry.comment}: unused {entry.msgid!r}" for key, entry in held.items() if key not in wanted]
    return lacking + unused


def sentences(root: Path = HOSO) -> Iterator[Sentence]:
    """Every sentence of code, templates and data; one that stands twice comes twice."""
    for file in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        text, place = file.read_text(encoding="utf-8"), str(file.relative_to(root.parent))
        found = of_code(text) if file.suffix == ".py" else of_template(text)
        yield from (Sentence(context, sentence, place) for context, sentence in found)
    for place in DATA:
        yield from (Sentence("", sentence, place) for sentence in _of_data(place))


def of_code(text: str) -> Iterator[tuple[str, str]]:
    """Context and sentence of every call in a Python file."""
    if "gettext" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            yield from _of_call(name, node.args)


def of_template(text: str) -> Iterator[tuple[str, str]]:
    """Context and sentence of every translate, blocktranslate and _() of a template, as Django will look them up."""
    source = templatize(text)
    for match in re.finditer(r"\b(_|gettext|ngettext|pgettext|npgettext)\(", source):
        call = ast.parse(_balanced(source[match.start() :]), mode="eval").body
        assert isinstance(call, ast.Call)
        yield from _of_call(match[1], call.args)


def _of_call(name: str, args: list[ast.expr]) -> Iterator[tuple[str, str]]:
    words = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    place = CALLS.get(name, 0)
    if place and len(words) >= place:
        yield (words[0] if place == 2 else ""), words[place - 1]


def _balanced(source: str) -> str:
    """A call from its name to its closing parenthesis."""
    depth, lines = 0, source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        depth += {"(": 1, ")": -1}.get(token.string, 0) if token.type == tokenize.OP else 0
        if token.string == ")" and depth == 0:
            row, column = token.end
            return "".join(lines[: row - 1]) + lines[row - 1][:column]
    raise ValueError(source[:80])


def _of_data(place: str) -> Iterator[str]:
    module, name = place.split(":")
    if not find_spec(module):
        return
    found: Any = getattr(import_module(module), name)
    words = found() if callable(found) else found.values()
    yield from (str(getattr(word, "title", word) if not isinstance(word, str) else word) for word in words)


def _missing(catalogue: polib.POFile, wanted: Mapping[tuple[str, str], Sentence]) -> str:
    held = {(entry.msgctxt or "", entry.msgid) for entry in catalogue}
    new = polib.POFile(wrapwidth=10_000)
    for key, each in wanted.items():
        if key not in held:
            new.append(polib.POEntry(msgid=each.text, msgctxt=each.context or None, occurrences=[(each.place, "")]))
    return str(new)


def _places(sentence: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(sentence.replace("%%", "")))


if __name__ == "__main__":
    main()
