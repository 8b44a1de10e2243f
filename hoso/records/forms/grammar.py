"""The words a statutory form is written in, and the one walk from which everything else about it is derived."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from functools import cache, partial
from string import ascii_lowercase
from typing import Annotated, Any, ClassVar, NamedTuple, TypeAlias, TypeVar, cast, get_args

import pydantic
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from hoso.records import codes as lists
from hoso.records.values import Kind, Unreadable

MOST_ROWS = 500
NOT_IN_LIST = "Danh mục “%(list)s” không có “%(typed)s”; hãy chọn một giá trị trong danh mục."
TOO_MANY_ROWS = "Bảng có %(rows)d dòng, quá giới hạn %(most)d dòng; hãy gộp hoặc bỏ bớt."


class Tier(IntEnum):
    """Who may see a value: whoever sees the record; those in charge of it; those again, for a purpose, logged."""

    COMMON = 1
    RESTRICTED = 2
    PROTECTED = 3


COMMON, RESTRICTED, PROTECTED = Tier


class Filler(StrEnum):
    """Who answers for a field: the person, the agency, or the person at first entry and the agency from then on."""

    PERSON = "person"
    AGENCY = "agency"
    PERSON_FIRST = "person_first"


PERSON, AGENCY, PERSON_FIRST = Filler


class When(NamedTuple):
    """A field makes sense only if another (in a table: of the same row) has one of these values, or any at all."""

    path: str
    values: frozenset[str] = frozenset()

    def holds(self, value: Any) -> bool:
        """Whether the other field's kept value is one of those; codes are compared without their list's version."""
        return value is not None and (not self.values or lists.code_of(str(value)) in self.values)


def when(path: str, *values: str) -> When:
    """Declare on what another field a field depends."""
    return When(path, frozenset(values))


@dataclass(frozen=True)
class Leaf:
    """All there is to know of a field or a table: first what its form declares, then where the walk found it."""

    label: str
    tier: Tier
    no: str = ""
    required: bool = False
    codes: str = ""
    past: bool = False  # whether values may be chosen that are no longer in force, because the fact may be old
    suggest: str = ""  # the list that only suggests: any text may be typed
    example: str = ""
    help: str = ""
    by: Filler = PERSON
    when: When | None = None
    group: str = ""  # fields with the same word are accepted or returned together
    held: str = ""  # what is known of the person elsewhere and never typed here
    rows_example: tuple[Mapping[str, str], ...] = ()
    most_rows: int = 0
    kind: Kind | None = None  # None for a table
    path: str = ""  # in which a column leaves its row open with a star
    section: str = ""
    part: str = ""
    table: str = ""

    @property
    def multiline(self) -> bool:
        """Whether a screen gives several lines for it."""
        return bool(self.kind and self.kind.lines)

    def __call__(self, schema: dict[str, Any]) -> None:
        """Say in the published schema, too, what the form declares."""
        declared = {"x-no": self.no, "x-tier": self.tier.name.lower(), "x-required": self.required}
        declared |= {"x-codes": self.codes, "x-example": self.example, "description": self.help}
        declared |= {"maxProperties": self.most_rows}
        schema |= {"title": self.label} | {key: value for key, value in declared.items() if value}


def field(
    label: str,
    *,
    no: str,
    tier: Tier,
    required: bool = False,
    codes: str = "",
    past: bool = False,
    suggest: str = "",
    example: str = "",
    help: str = "",
    by: Filler = PERSON,
    when: When | None = None,
    group: str = "",
    held: str = "",
) -> Any:
    """Declare a field; `required` counts for completeness (where `when` holds) and never makes a document invalid."""
    leaf = Leaf(label, tier, no, required, codes, past, suggest, example, help, by, when, group, held)
    return pydantic.Field(default=None, json_schema_extra=leaf)


# A column: of its own tier and its table's the stricter holds; its number is its table's and a letter, in order,
# unless it says which; who fills it, its table says.
column = partial(field, no="", tier=COMMON)


def table(
    label: str,
    *,
    no: str,
    tier: Tier,
    required: bool = False,
    help: str = "",
    by: Filler = PERSON,
    rows_example: tuple[Mapping[str, str], ...] = (),
    most_rows: int = MOST_ROWS,
) -> Any:
    """Declare a table; `required` asks for at least one row."""
    leaf = Leaf(label, tier, no, required, help=help, by=by, rows_example=rows_example, most_rows=most_rows)
    return pydantic.Field(default_factory=dict, json_schema_extra=leaf)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _is_allowed(cls, value: Any, info: ValidationInfo) -> Any:
        limit = _limits(cls).get(info.field_name or "")
        if limit is None or value is None:
            return value
        if not limit.codes and len(value) > limit.most_rows:
            raise Unreadable(TOO_MANY_ROWS, rows=len(value), most=limit.most_rows)
        if limit.codes and (value := lists.read(limit.codes, typed := value, (info.context or {}).get("on"))) is None:
            raise Unreadable(NOT_IN_LIST, list=lists.codelist(limit.codes).title, typed=typed)
        return value


@cache
def _limits(part: type[_Part]) -> Mapping[str, Leaf]:
    """The coded fields and the tables of a section or row."""
    declared = {name: _declared(info) for name, info in part.model_fields.items() if info.json_schema_extra}
    return {name: leaf for name, leaf in declared.items() if leaf.codes or leaf.most_rows}


class Section(_Part):
    """A part of a form with its own title: fields and tables; `lead` says what it is for, `items` its numbers."""

    lead: ClassVar[str] = ""
    items: ClassVar[str] = ""


class Row(_Part):
    """One row of a table; `order` names the columns by which rows are printed."""

    order: ClassVar[tuple[str, ...]] = ()


R = TypeVar("R", bound=Row)
RowId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{6}$")]
Table: TypeAlias = dict[RowId, R]


class Problem(NamedTuple):
    """What is wrong at a path, in a sentence that says how to mend it; `sentence` is what is translated."""

    path: str
    sentence: str
    params: Mapping[str, Any] = {}

    @property
    def said(self) -> str:
        """The Vietnamese sentence."""
        return self.sentence % self.params


Rule: TypeAlias = Callable[[Any, date | None], Iterator[Problem]]


class Form(_Part):
    """A statutory form in one version: sections, rules that refuse, doubts that only warn."""

    name: ClassVar[str]
    basis: ClassVar[str] = ""  # the document of law that gives the form
    since: ClassVar[str] = ""  # its first day
    provisional: ClassVar[bool] = False  # a reading of ours, to be used only where a profile says so
    signatures: ClassVar[tuple[tuple[str, str], ...]] = ()  # number and label of what is signed, not typed
    rules: ClassVar[tuple[Rule, ...]] = ()
    doubts: ClassVar[tuple[Rule, ...]] = ()


class Part(NamedTuple):
    """A section as a screen sees it; `example` holds label and example of its fields."""

    key: str
    title: str
    lead: str
    items: str
    fields: tuple[Leaf, ...]
    tables: tuple[Leaf, ...]

    @property
    def example(self) -> list[tuple[str, str]]:
        """A worked example of the section's fields: label and what is typed."""
        return [(leaf.label, leaf.example) for leaf in self.fields if leaf.example]


@cache
def walk(form: type[Form]) -> tuple[Leaf, ...]:
    """Every field of a form, in the order of the print; nothing else in the house lists fields."""
    return tuple(leaf for found in _walk(form) for leaf in ([found] if found.kind else columns(form, found.path)))


@cache
def tables(form: type[Form]) -> tuple[Leaf, ...]:
    """Every table of a form, in the order of the print."""
    return tuple(found for found in _walk(form) if not found.kind)


@cache
def sections(form: type[Form]) -> tuple[Part, ...]:
    """The sections of a form; a field appears in its section's fields, a column in its table's (`columns`)."""
    parts = []
    for key, info in form.model_fields.items():
        section, found = cast(type[Section], info.annotation), [leaf for leaf in _walk(form) if leaf.part == key]
        fields, tabled = (tuple(leaf for leaf in found if bool(leaf.kind) is wanted) for wanted in (True, False))
        parts.append(Part(key, section.model_config["title"] or "", section.lead, section.items, fields, tabled))
    return tuple(parts)


@cache
def columns(form: type[Form], table: str) -> tuple[Leaf, ...]:
    """The columns of the table at a path, in the order of the print."""
    part, name = table.split(".")
    entry = cast(type[Section], form.model_fields[part].annotation).model_fields[name]
    found, cells = next(leaf for leaf in _walk(form) if leaf.path == table), cast(type[Row], row_of(entry)).model_fields
    letters, leaves = iter(ascii_lowercase), []
    for key, cell in cells.items():
        declared = _declared(cell)
        kind, said = _kind(cell), declared.help or _kind(cell).help
        leaf = replace(declared, path=f"{table}.*.{key}", kind=kind, help=said, table=found.label, by=found.by)
        no = found.no + (declared.no or next(letters))
        leaves.append(replace(leaf, no=no, section=found.section, part=part, tier=max(leaf.tier, found.tier)))
    return tuple(leaves)


@cache
def _walk(form: type[Form]) -> tuple[Leaf, ...]:
    found = []
    for part, info in form.model_fields.items():
        section = cast(type[Section], info.annotation)
        for name, entry in section.model_fields.items():
            kind = None if row_of(entry) else _kind(entry)
            title = section.model_config["title"] or ""
            declared = _declared(entry)
            if (row := row_of(entry)) and not declared.rows_example:
                example = {key: _declared(cell).example for key, cell in row.model_fields.items()}
                declared = replace(declared, rows_example=(example,))
            if kind and not declared.help:
                declared = replace(declared, help=kind.help)
            found.append(replace(declared, kind=kind, path=f"{part}.{name}", part=part, section=title))
    return tuple(found)


def row_of(entry: FieldInfo) -> type[Row] | None:
    """The class of a table's rows; None for a field."""
    return next((kind for kind in get_args(entry.annotation) if hasattr(kind, "model_fields")), None)


def _declared(info: FieldInfo) -> Leaf:
    return cast(Leaf, info.json_schema_extra)


def _kind(info: FieldInfo) -> Kind:
    return next(kind for kind in info.metadata if isinstance(kind, Kind))


@cache
def patterns(form: type[Form]) -> Mapping[str, Leaf | None]:
    """What a path may look like in this form: its fields, and (with None) the rows of its tables."""
    return {f"{leaf.path}.*": None for leaf in tables(form)} | {leaf.path: leaf for leaf in walk(form)}


def headers(form: type[Form], table: str) -> list[str]:
    """The column headings of a table, for print, screen and spreadsheet."""
    return [leaf.label for leaf in columns(form, table)]


def rows(form: Form) -> Iterator[tuple[str, Row]]:
    """Every row of a filled form with its path, for rules that hold of rows anywhere."""
    for part, section in form:
        for name, value in section:
            if isinstance(value, dict):
                yield from ((f"{part}.{name}.{row_id}", row) for row_id, row in value.items())


def in_order(table: Mapping[str, R]) -> list[tuple[str, R]]:
    """Rows as they are printed: by the columns their class names, coded ones in the order of their list."""
    return sorted(table.items(), key=lambda item: ([_rank(item[1], name) for name in item[1].order], item[0]))


def _rank(row: Row, name: str) -> tuple[int, str]:
    value, codes = getattr(row, name) or "", _declared(type(row).model_fields[name]).codes
    return (lists.codelist(codes).order[lists.code_of(value)] if codes and value else 0), value


class _Published(GenerateJsonSchema):
    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])  # what is absent is absent: no `default: null`


def schema(form: type[Form]) -> dict[str, Any]:
    """The published JSON Schema of a form's documents."""
    return {"$id": f"urn:hoso:{form.name}", **form.model_json_schema(schema_generator=_Published)}
