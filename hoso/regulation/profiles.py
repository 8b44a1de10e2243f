"""Profiles as files: where they lie, what may stand in them, and what is wrong with one. Pure.

The product brings its own; an installation adds files to HOSO_HOME/profiles, without code.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

BUILT_IN = Path(__file__).parent / "profiles"
TERM = re.compile(r"at once|[1-9]\d{0,3} (?:working )?days")
WINDOW = re.compile(r"last [1-9]\d? days|whole month")
CODE = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")


class ValueEntry(BaseModel):
    """One dated value of a rule, as a file says it."""

    model_config = ConfigDict(extra="forbid")

    since: date = Field(alias="from", description="the first day on which it holds")
    article: str = Field(min_length=5, max_length=300, description="the article it is from, as people cite it")
    rank: int | None = Field(
        None,
        ge=1,
        le=5,
        description="1 law, 2 decree, 3 circular, 4 decision of a province, 5 setting; else the profile's",
    )
    within: str = Field(
        "",
        pattern=f"^(|{TERM.pattern}|{WINDOW.pattern})$",
        description="how long: “5 working days”, “3 days”, “at once”, “last 7 days”, “whole month”",
    )
    setting: bool | int | str | list[str] | None = Field(None, description="what the rule says that is not a term")
    provisional: bool = Field(False, description="the text was not read, or the number of its article is not known")


class RuleEntry(BaseModel):
    """A rule and its values."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$", description="a rule that the product asks for")
    values: list[ValueEntry] = Field(min_length=1)


class ProfileFile(BaseModel):
    """What a profile's file holds."""

    model_config = ConfigDict(extra="forbid", title="Regulation profile of hoso")

    title: str = Field(min_length=2, max_length=200, description="what people call the jurisdiction")
    extends: str | None = Field(None, description="the profile whose values it inherits, nearly always “vn”")
    rank: int = Field(ge=1, le=5, description="the legal rank of its values where they do not say their own")
    banner: str = Field("", max_length=500, description="what every page must say; only for a demo")
    rule: list[RuleEntry] = Field(default_factory=list)


class Problem(NamedTuple):
    """What is wrong with a profile's file, where, and how to mend it."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


def folders() -> tuple[Path, ...]:
    """Where profiles lie: the product's own folder and the installation's."""
    return BUILT_IN, Path(settings.HOSO_HOME) / "profiles"


def codes() -> list[str]:
    """Every profile that this installation knows."""
    return sorted({path.stem for folder in folders() for path in folder.glob("*.toml")})


def place(code: str) -> Path | None:
    """The file of a profile; None if there is none. The product's own cannot be replaced, only extended."""
    if not CODE.fullmatch(code) and not (BUILT_IN / f"{code}.toml").exists():
        return None
    return next((path for folder in folders() if (path := folder / f"{code}.toml").exists()), None)


@cache
def read(code: str) -> ProfileFile:
    """A profile's file; LookupError where there is none, ValidationError or TOMLDecodeError where it is wrong."""
    path = place(code)
    if path is None:
        raise LookupError(f"there is no profile {code}")
    return ProfileFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def line(code: str) -> list[str]:
    """A profile and those it inherits from, the farthest first. LookupError for one that is missing or a circle."""
    found: list[str] = []
    following: str | None = code
    while following:
        if following in found:
            raise LookupError(f"{' extends '.join([*found, following])}: a circle")
        found.append(following)
        following = read(following).extends
    return found[::-1]


def check(path: Path, known: Mapping[str, str]) -> list[Problem]:
    """Everything that is wrong with a file that is, or shall become, a profile; `known` are the rules by id."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        return [Problem(str(path), f"cannot be read ({trouble.strerror})")]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        return [Problem(path.name, f"is no TOML in UTF-8: {trouble}")]
    try:
        file = ProfileFile.model_validate(data)
    except ValidationError as trouble:
        return [_said(each, data) for each in trouble.errors()]
    return [*_of_name(path), *_of_parent(file, path), *_of_rules(file, known)]


def _said(error: Any, data: Mapping[str, Any]) -> Problem:
    """A problem of Pydantic's, at the place a person would look."""
    where = [str(step) for step in error["loc"]]
    if error["loc"][:1] == ("rule",) and len(where) > 1:
        rule = data["rule"][error["loc"][1]]
        where[:2] = [f"rule {rule.get('id', error['loc'][1] + 1)}" if isinstance(rule, dict) else f"rule {where[1]}"]
    sentence = {
        "missing": "is missing",
        "extra_forbidden": "is no word of a profile",
        "string_pattern_mismatch": f"“{error['input']}” cannot be read; "
        "terms are “5 working days”, “3 days”, “at once”, “last 7 days”, “whole month”",
    }.get(error["type"], str(error["msg"]))
    return Problem(" › ".join(where), sentence)


def _of_name(path: Path) -> Iterator[Problem]:
    if not CODE.fullmatch(path.stem) and path.parent != BUILT_IN:
        yield Problem(path.name, "name the file with small letters, digits and hyphens, for example tay-ninh.toml")
    if (BUILT_IN / path.name).exists() and path.resolve().parent != BUILT_IN:
        yield Problem(path.name, "is a profile of the product: take another name and extend that one")


def _of_parent(file: ProfileFile, path: Path) -> Iterator[Problem]:
    if file.extends is None:
        if path.stem != "vn":
            yield Problem("extends", 'is missing: a profile inherits what the nation says (extends = "vn")')
        return
    try:
        above = line(file.extends)
    except (LookupError, ValueError) as trouble:
        yield Problem("extends", f"“{file.extends}” cannot be used: {str(trouble).splitlines()[0]}")
        return
    if path.stem in above:
        yield Problem("extends", f"{' extends '.join([path.stem, *above[::-1]])}: a circle")


def _of_rules(file: ProfileFile, known: Mapping[str, str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for rule in file.rule:
        where = f"rule {rule.id}"
        if rule.id in seen:
            yield Problem(where, "stands twice: put all its values in one place")
        seen.add(rule.id)
        if rule.id not in known:
            near = get_close_matches(rule.id, known, 1)
            yield Problem(where, f"is no rule of the product{f'; do you mean {near[0]}?' if near else ''}")
            continue
        days = [(each.since, each.rank or file.rank) for each in rule.values]
        yield from (
            Problem(where, f"has two values of one rank from {since}")
            for since, rank in sorted({day for day in days if days.count(day) > 1})
        )
        for each in rule.values:
            yield from (Problem(f"{where} › {each.since}", said) for said in _of_value(each, _kind(rule.id)))


def _kind(rule: str) -> str:
    """What kind of value the nation gives a rule: a term, a window, or the type of its setting."""
    for each in read("vn").rule:
        if each.id == rule:
            return kind_of(each.values[0])
    return ""


def kind_of(entry: ValueEntry) -> str:
    """term, window, or the type of a setting: bool, int, str, list; "nothing" where neither is said."""
    if entry.within:
        return "window" if WINDOW.fullmatch(entry.within) else "term"
    return "nothing" if entry.setting is None else type(entry.setting).__name__


WORDS = {
    "term": "a term (within = “5 working days”)",
    "window": "a window (within = “last 7 days” or “whole month”)",
    "bool": "true or false (setting)",
    "int": "a number (setting)",
    "str": "a word (setting)",
    "list": "a list of words (setting)",
    "nothing": "nothing",
}


def _of_value(entry: ValueEntry, wanted: str) -> Iterator[str]:
    found = kind_of(entry)
    if entry.within and entry.setting is not None:
        yield "says a term and a setting: one of them"
    elif wanted and found != wanted:
        yield f"says {WORDS[found]}, but this rule wants {WORDS[wanted]}"
