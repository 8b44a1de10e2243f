"""The English of the screens: joins hoso/web/locale/en/*.po, compiles them, finds sentences without a translation."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

HOSO = Path(__file__).resolve().parents[1]
SOURCES = HOSO / "web" / "locale" / "en"
COMPILED = HOSO.parent / "build" / "locale" / "en" / "LC_MESSAGES" / "django.mo"
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\([^)]*\)[a-z]|%[sd]|\{[^{}]*\}")
TRANSLATE = re.compile(r"""\{%\s*(?:trans|translate)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)


def main() -> None:
    """Compile; with `--check` also say what is missing, and end with 1 if anything is."""
    catalog, problems = joined()
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    catalog.save_as_mofile(str(COMPILED))
    if "--check" in sys.argv:
        problems += [f"no English: {sentence!r} ({place})" for sentence, place in untranslated(catalog)]
        for problem in problems:
            print(problem)
        sys.exit(bool(problems))


def joined() -> tuple[polib.POFile, list[str]]:
    """All catalogues as one, and what is wrong in them: contradictions, and placeholders lost in translation."""
    whole, problems = polib.POFile(), []
    whole.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for file in sorted(SOURCES.glob("*.po")):
        for entry in polib.pofile(str(file)):
            known = whole.find(entry.msgid, msgctxt=entry.msgctxt or False)
            if known is None:
                whole.append(entry)
            elif (known.msgstr, known.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
                problems.append(f"{file.name}: {entry.msgid!r} is {known.msgstr!r} elsewhere")
            english = " ".join([entry.msgstr, *entry.msgstr_plural.values()])
            if not _places(english) <= _places(entry.msgid):
                problems.append(f"{file.name}: other placeholders in the English of {entry.msgid!r}")
    return whole, problems


def untranslated(catalog: polib.POFile) -> Iterator[tuple[str, str]]:
    """Every sentence of code and templates that has no English, with the file where it stands first."""
    known = {entry.msgid for entry in catalog if entry.msgstr or entry.msgstr_plural}
    for file in sorted([*HOSO.rglob("*.py"), *HOSO.rglob("*.html"), *HOSO.rglob("*.txt")]):
        text = file.read_text()
        for sentence in _of_code(text) if file.suffix == ".py" else _of_template(text):
            if sentence and sentence not in known:
                known.add(sentence)
                yield sentence, str(file.relative_to(HOSO.parent))


def _of_code(text: str) -> Iterator[str]:
    if "gettext" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (name := getattr(node.func, "id", getattr(node.func, "attr", ""))) in CALLS:
            words = node.args[1:2] if name.startswith("pgettext") else node.args[:1]
            yield from (word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str))


def _of_template(text: str) -> Iterator[str]:
    for quoted in TRANSLATE.findall(text):
        yield ast.literal_eval(quoted).replace("%", "%%") if "%" in quoted else ast.literal_eval(quoted)
    for options, block in BLOCK.findall(text):
        sentence = re.split(r"\{%\s*plural.*?%\}", block)[0]
        if "trimmed" in options:
            sentence = " ".join(line.strip() for line in sentence.strip().splitlines())
        # Django turns {{ name }} into %(name)s before it looks the sentence up.
        yield re.sub(r"\{\{\s*(.*?)\s*\}\}", r"%(\1)s", sentence.replace("%", "%%"))


def _places(sentence: str) -> set[str]:
    return set(PLACEHOLDER.findall(sentence.replace("%%", "")))


if __name__ == "__main__":
    main()
