"""Code lists, and the pay scale: values with the days between which they are in force.

A code alone does not say what it means: 37 is Ninh Bình before and after the mergers of 2025. A document therefore
keeps `code@version`; a list's version is the day of its newest change in force when the value was chosen.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from hoso.base.text import plain

FOLDER = Path(__file__).parent / "codelists"


class Entry(NamedTuple):
    """One value of a list, in force from `since` until the day before `until`; `row` is all that its list says."""

    code: str
    name: str
    since: str
    until: str
    national_code: str
    replaced_by: str
    row: Mapping[str, str]


class Choice(NamedTuple):
    """What a screen offers: `value` is what is kept, `name` what is read."""

    value: str
    code: str
    name: str


@dataclass(frozen=True, eq=False)
class CodeList:
    """A list with everything it has or ever had; `kept` holds each text that a document may keep, `order` its rank."""

    name: str
    title: str
    translated: bool  # whether its names are words to translate, not names of Vietnam's law
    coded: bool  # whether people know its codes and want to see them
    versions: tuple[str, ...]
    entries: tuple[Entry, ...]
    kept: Mapping[str, Entry]
    order: Mapping[str, int]

    def version(self, on: date) -> str:
        """The day of the newest change in force on a day; the oldest there is for days before."""
        return self.versions[max(bisect_right(self.versions, on.isoformat()), 1) - 1]

    def shown(self, entry: Entry) -> str:
        """An entry as people read it."""
        return f"{entry.name} ({entry.code})" if self.coded else entry.name


@cache
def codelist(name: str) -> CodeList:
    """A list by its name; KeyError if there is none."""
    about, rows = codelists()[name], _SOURCES.get(name, _from_file)(name)
    entries = tuple(_entry(row) for row in rows)
    changes = {day for entry in entries for day in (entry.since, entry.until) if day > about["since"]}
    versions = (about["since"], *sorted(changes))
    kept = {f"{entry.code}@{version}": entry for entry in entries for version in versions if _holds(entry, version)}
    order = {entry.code: place for place, entry in reversed([*enumerate(entries)])}
    translated, coded = bool(about["translated"]), bool(about["coded"])
    return CodeList(name, about["title"], translated, coded, versions, entries, kept, order)


@cache
def codelists() -> Mapping[str, Mapping[str, str]]:
    """The lists there are, by name, with title and first day."""
    return {row["name"]: row for row in _rows("lists")}


def code_of(stored_value: str) -> str:
    """The bare code of a kept value."""
    return stored_value.partition("@")[0]


def entry_of(name: str, stored_value: str) -> Entry | None:
    """What a kept value means; None if the list never had it in that version."""
    return codelist(name).kept.get(stored_value)


def name_of(name: str, stored_value: str) -> str:
    """The name of a kept value, as its list had it in that version; the value itself if it is unknown."""
    entry = entry_of(name, stored_value)
    return entry.name if entry else stored_value


def stored(name: str, code: str, on: date) -> str:
    """What a document keeps for a code chosen on a day; for a code that ended before, its last version.

    KeyError if the list never had the code by that day.
    """
    found, today = codelist(name), codelist(name).version(on)
    if f"{code}@{today}" in found.kept:
        return f"{code}@{today}"
    earlier = [version for version in found.versions if version <= today and f"{code}@{version}" in found.kept]
    if not earlier:
        raise KeyError(code)
    return f"{code}@{earlier[-1]}"


def choices(name: str, on: date, *, past: bool = False) -> list[Choice]:
    """What a screen offers on a day, in the order of the list; with `past` also what had ended by then."""
    return [_choice(codelist(name), entry, on) for entry in _offered(codelist(name), on, past)]


def search(name: str, text: str, on: date, limit: int = 20, *, past: bool = False) -> list[Choice]:
    """What is in force and holds every word typed, without regard to marks; a former name finds its successor."""
    found, asked = codelist(name), plain(text)
    hits = []
    for place, entry in enumerate(_offered(found, on, past)):
        own, words = _words(found)[entry[:3]]
        if all(any(word.startswith(start) for word in words) for start in asked.split()):
            distance = (own != asked, not own.startswith(asked), entry.row.get("status", ""))
            hits.append((*distance, place, entry))
    return [_choice(found, entry, on) for *_, entry in sorted(hits, key=lambda hit: hit[:4])[:limit]]


def meanings(name: str, typed: str) -> tuple[Entry, ...]:
    """The entries a typed code, name or “name (code)” can mean, newest first; at most one for each code."""
    return _spoken(codelist(name)).get(plain(typed), ())


_WITH_VERSION = re.compile(r".*\((?P<code>[^(),]+), danh mục (?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})\)")


def read(name: str, typed: str, on: date | None) -> str | None:
    """The kept value for a kept value, or for what was typed on a day; None if that means nothing, or two things."""
    if typed in codelist(name).kept:
        return typed
    if on is None:
        return None
    if named := _WITH_VERSION.fullmatch(typed):
        value = "{code}@{year}-{month}-{day}".format(**named.groupdict())
        return value if value in codelist(name).kept else None
    meant = meanings(name, typed)
    if len(meant) > 1:  # two codes share a name: the one that is in force is meant
        meant = tuple(entry for entry in meant if _holds(entry, codelist(name).version(on)))
    try:
        return stored(name, meant[0].code, on) if len(meant) == 1 else None
    except KeyError:  # it comes into force later
        return None


def is_in_force(name: str, stored_value: str, on: date) -> bool:
    """Whether a kept value is what somebody may choose on a day."""
    found = codelist(name)
    return stored_value in found.kept and stored_value.endswith(f"@{found.version(on)}")


class PayStep(NamedTuple):
    """One step of a pay group: coefficient as text with two decimals, and the group's last step."""

    coefficient: str
    last_step: int


def pay_step(rank: str, step: int, on: date) -> PayStep | None:
    """What the scale of a day says of a step of a rank (kept value or bare code); None if it has no such step.

    The scale is that of NĐ 204/2004/NĐ-CP; before 2004-10-01 it has no steps at all.
    """
    group, day = next((entry.row["group"] for entry in meanings("rank", code_of(rank))), ""), on.isoformat()
    for row in _pay_scale().get((group, str(step)), []):
        if row["since"] <= day and (not row["until"] or day < row["until"]):
            return PayStep(row["coefficient"], int(row["last_step"]))
    return None


def _entry(row: Mapping[str, str]) -> Entry:
    since, until, national = (row.get(key, "") for key in ("since", "until", "national_code"))
    return Entry(row["code"], row["name"], since, until, national, row.get("replaced_by", ""), row)


def _holds(entry: Entry, day: str) -> bool:
    return entry.since <= day and (not entry.until or day < entry.until)


def _offered(found: CodeList, on: date, past: bool) -> Iterator[Entry]:
    today = found.version(on)
    return (e for e in found.entries if _holds(e, today) or (past and e.until and e.until <= today))


def _choice(found: CodeList, entry: Entry, on: date) -> Choice:
    version = [day for day in found.versions if _holds(entry, day) and day <= found.version(on)][-1]
    value = f"{entry.code}@{version}"
    return Choice(value, entry.code, said(found, value, on))


@lru_cache(maxsize=20_000)
def said(found: CodeList, stored_value: str, on: date) -> str:
    """A kept value in words that, typed again on that day, mean it again: with its list's day where they would not."""
    entry = found.kept[stored_value]
    for words in (found.shown(entry), f"{entry.name} ({entry.code})"):
        if read(found.name, words, on) == stored_value:
            return words
    year, month, day = stored_value.rpartition("@")[2].split("-")
    return f"{entry.name} ({entry.code}, danh mục {day}/{month}/{year})"


@cache
def _words(found: CodeList) -> Mapping[tuple[str, str, str], tuple[str, tuple[str, ...]]]:
    """By what each entry is found: its name, and the words of name, code and field and of what it replaced."""
    former: dict[str, list[str]] = {}
    for entry in found.entries:
        former.setdefault(entry.replaced_by, []).append(entry.name)
    words = {}
    for entry in found.entries:
        texts = [entry.name, entry.code, entry.row.get("field", "")]
        texts += former.get(entry.code, []) if not entry.until else []
        spoken = tuple(word.strip("(),;") for text in texts for word in plain(text).split())
        words[entry[:3]] = plain(entry.name), spoken
    return words


@cache
def _spoken(found: CodeList) -> Mapping[str, tuple[Entry, ...]]:
    """The entries that a text without marks can mean, newest first."""
    spoken: dict[str, list[Entry]] = {}
    for entry in sorted(found.entries, key=lambda entry: entry.since, reverse=True):
        for text in {plain(text) for text in (entry.code, entry.name, f"{entry.name} ({entry.code})")}:
            if all(entry.code != other.code for other in spoken.setdefault(text, [])):
                spoken[text].append(entry)
    return {text: tuple(meant) for text, meant in spoken.items()}


@cache
def _pay_scale() -> Mapping[tuple[str, str], list[dict[str, str]]]:
    scale: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows("pay_scale"):
        scale.setdefault((row["group"], row["step"]), []).append(row)
    return scale


def _countries(_: str) -> list[dict[str, str]]:
    """ISO 3166-1 with Vietnamese names; loaded when first asked for."""
    import gettext

    import pycountry

    own = {"LA": "Lào", "VN": "Việt Nam"}
    words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["vi"])
    rows = [
        {"code": each.alpha_2, "name": own.get(each.alpha_2) or words.gettext(each.name)}
        for each in pycountry.countries
    ]
    return sorted(rows, key=lambda row: (row["code"] != "VN", plain(row["name"])))


def _communes(_: str) -> list[dict[str, str]]:
    """The communes, wards and special zones since 2025-07-01; loaded when first asked for."""
    from vietnam_provinces import Ward

    return [
        {"code": f"{int(ward.code):05}", "name": ward.name, "province": f"{int(ward.province_code):02}"}
        for ward in Ward.iter_all()
    ]


def _from_file(name: str) -> list[dict[str, str]]:
    return _rows(name)


_SOURCES = {"country": _countries, "commune": _communes}


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
