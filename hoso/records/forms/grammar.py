"""The words a statutory form is written in, and the one walk from which everything else about it is derived."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, partial
from typing import Annotated, Any, ClassVar, NamedTuple, TypeAlias, TypeVar, cast, get_args

import pydantic
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from hoso.records.codes import codelist
from hoso.records.values import Kind


class Tier(IntEnum):
    """Who may see a value: whoever sees the record; those in charge of it; those again, for a purpose, logged."""

    COMMON = 1
    RESTRICTED = 2
    PROTECTED = 3


COMMON, RESTRICTED, PROTECTED = Tier


@dataclass(frozen=True)
class Leaf:
    """All there is to know of a field: first what its form declares, then where the walk found it."""

    label: str
    tier: Tier
    no: str = ""
    required: bool = False
    codes: str = ""
    example: str = ""
    help: str = ""
    kind: Kind | None = None
    path: str = ""  # in which a column leaves its row open with a star
    section: str = ""
    table: str = ""

    def __call__(self, schema: dict[str, Any]) -> None:
        """Say in the published schema, too, what the form declares."""
        declared = {"x-no": self.no, "x-tier": self.tier.name.lower(), "x-required": self.required}
        declared |= {"x-codes": self.codes, "x-example": self.example, "description": self.help}
        schema |= {"title": self.label} | {key: value for key, value in declared.items() if value}


def field(
    label: str, *, no: str, tier: Tier, required: bool = False, codes: str = "", example: str = "", help: str = ""
) -> Any:
    """Declare a field; `required` counts for completeness and never makes a document invalid."""
    return pydantic.Field(default=None, json_schema_extra=Leaf(label, tier, no, required, codes, example, help))


column = partial(field, no="", tier=COMMON)  # of its own tier and its table's, the stricter holds


def table(label: str, *, no: str, tier: Tier) -> Any:
    """Declare a table."""
    return pydantic.Field(default_factory=dict, json_schema_extra=Leaf(label, tier, no))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _is_in_its_list(cls, value: Any, info: ValidationInfo) -> Any:
        declared = _declared(cls.model_fields[info.field_name or ""])
        if value is not None and declared and declared.codes and value not in codelist(declared.codes):
            raise ValueError(f"Danh mục không có “{value}”; hãy chọn một giá trị trong danh mục.")
        return value


class Section(_Part):
    """A part of a form with its own title: fields and tables."""


class Row(_Part):
    """One row of a table; `order` names the columns by which rows are printed."""

    order: ClassVar[tuple[str, ...]] = ()


R = TypeVar("R", bound=Row)
RowId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{6}$")]
Table: TypeAlias = dict[RowId, R]


class Problem(NamedTuple):
    """What is wrong at a path, in a sentence that says what to do."""

    path: str
    sentence: str


Rule: TypeAlias = Callable[[Any], Iterator[Problem]]


class Form(_Part):
    """A statutory form in one version: sections, rules that refuse, doubts that only warn."""

    name: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]] = ()
    doubts: ClassVar[tuple[Rule, ...]] = ()


@cache
def walk(form: type[Form]) -> tuple[Leaf, ...]:
    """Every field of a form, in the order of the print; nothing else in the house lists fields."""
    return tuple(_walk(form))


def _walk(form: type[Form]) -> Iterator[Leaf]:
    for part, info in form.model_fields.items():
        section = cast(type[Section], info.annotation)
        for name, entry in section.model_fields.items():
            found = replace(_declared(entry), path=f"{part}.{name}", section=section.model_config.get("title") or "")
            row = next((kind for kind in get_args(entry.annotation) if hasattr(kind, "model_fields")), None)
            if row is None:
                yield replace(found, kind=_kind(entry))
            for key, cell in row.model_fields.items() if row else ():
                leaf = replace(_declared(cell), path=f"{found.path}.*.{key}", kind=_kind(cell), table=found.label)
                yield replace(leaf, no=found.no, section=found.section, tier=max(leaf.tier, found.tier))


def _declared(info: FieldInfo) -> Leaf:
    return cast(Leaf, info.json_schema_extra)


def _kind(info: FieldInfo) -> Kind:
    return next(kind for kind in info.metadata if isinstance(kind, Kind))


@cache
def patterns(form: type[Form]) -> Mapping[str, Leaf | None]:
    """What a path may look like in this form: its fields, and (with None) the rows of its tables."""
    in_rows = (leaf for leaf in walk(form) if leaf.table)
    return {leaf.path.rpartition(".")[0]: None for leaf in in_rows} | {leaf.path: leaf for leaf in walk(form)}


def headers(form: type[Form], table: str) -> list[str]:
    """The column headings of a table, for print, screen and spreadsheet."""
    return [leaf.label for leaf in walk(form) if leaf.path.startswith(f"{table}.*.")]


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
    return (list(codelist(codes)).index(value) if codes and value else 0), value


class _Published(GenerateJsonSchema):
    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])  # what is absent is absent: no `default: null`


def schema(form: type[Form]) -> dict[str, Any]:
    """The published JSON Schema of a form's documents."""
    return {"$id": f"urn:hoso:{form.name}", **form.model_json_schema(schema_generator=_Published)}
