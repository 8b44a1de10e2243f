"""The statutory forms and the code lists: what a document may hold."""

from typing import Any

from ninja import Router, Schema

from hoso.api.http import Request, query
from hoso.base.errors import NotFound
from hoso.records import codes
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import schema

router = Router(tags=["forms"])


class FormOut(Schema):
    name: str
    basis: str
    since: str
    provisional: bool


class ListOut(Schema):
    name: str
    title: str


class ChoiceOut(Schema):
    """`value` is what a document keeps: the code with the version of its list; `name` is what is typed."""

    value: str
    code: str
    name: str


@router.get("/forms", response=list[FormOut], auth=None)
def forms(request: Request) -> list[Any]:
    """Every form there is."""
    return list(FORMS.values())


@router.get("/forms/{path:name}/schema", response=dict[str, Any], auth=None)
def form_schema(request: Request, name: str) -> dict[str, Any]:
    """The JSON Schema of a form's documents, with labels, numbers, tiers and code lists."""
    if name not in FORMS:
        raise NotFound("no_such_form")
    return schema(FORMS[name])


@router.get("/code-lists", response=list[ListOut])
def code_lists(request: Request) -> list[dict[str, str]]:
    """Every code list."""
    return [{"name": name, "title": about["title"]} for name, about in codes.codelists().items()]


@router.get("/code-lists/{name}", response=list[ChoiceOut])
def code_list(
    request: Request,
    name: str,
    q: str = query("", max_length=100),
    past: bool = False,
    limit: int = query(20, ge=1, le=100),
) -> list[Any]:
    """What a list offers today for some words, the best first; with `past` also what has ended."""
    if name not in codes.codelists():
        raise NotFound("not_found")
    return codes.search(name, q, request.today, limit, past=past)
