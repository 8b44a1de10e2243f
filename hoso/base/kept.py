"""Queries that are built once and asked many times: what every page asks costs more to build than to answer."""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import QuerySet

Found = TypeVar("Found")
FAR = datetime(1000, 1, 1, tzinfo=UTC)  # no value of ours


class Kept(Generic[Found]):
    """A query whose statement is kept from its first use on: asked with other values, it is the same statement.

    `build` gets a stand-in for each value and may not look at it. Values are ids, days, moments and texts that go into
    the statement as they are: no None, no list, nothing that a lookup changes on the way (TypeError).
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Found]]) -> None:
        self.build = build
        self.statement: _Statement | None = None

    def __call__(self, *values: Any) -> list[Found]:
        """The rows for some values. One query."""
        if self.statement is None:
            self.statement = _Statement(self.build, values)  # twice at once does no harm
        return self.statement.ask(values)

    def first(self, *values: Any) -> Found | None:
        """The first row, if there is one. One query."""
        return next(iter(self(*values)), None)


class _Statement:
    """What Django made of a query, with the places in it where values go."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: Sequence[Any]) -> None:
        instead = [_instead(value, place) for place, value in enumerate(values)]
        self.kinds = [type(value) for value in instead]
        self.queryset = build(*instead).all()
        self.compiler: Any = self.queryset.query.get_compiler(self.queryset.db)
        self.sql, params = self.compiler.as_sql()
        self.params = [_opened(param, instead) for param in params]
        if {place for param in self.params for place in _places(param)} != {*range(len(values))}:
            raise TypeError("a value does not go into the statement")

    def ask(self, values: Sequence[Any]) -> list[Any]:
        """The rows for these values."""
        if [type(value) for value in values] != self.kinds:
            raise TypeError(f"asked for {[type(value) for value in values]} instead of {self.kinds}")
        given = tuple([_filled(param, values) for param in self.params])
        compiler = copy(self.compiler)  # other threads ask with other values
        compiler.connection = connections[self.queryset.db]
        compiler.as_sql = lambda *_given, **_named: (self.sql, given)
        query: Any = copy(self.queryset.query)
        query.get_compiler = lambda *_given, **_named: compiler
        asked = type(self.queryset).__new__(type(self.queryset))  # a copy of the queryset would copy all it is made of
        asked.__dict__.update(self.queryset.__dict__, _query=query)
        return list(asked)


class _Place(int):
    """Where a value goes, by its number."""


def _instead(value: Any, place: int) -> Any:
    """Something of the same kind that stands nowhere else."""
    if type(value) is UUID:
        return uuid4()
    if type(value) is datetime:
        return FAR + timedelta(place)
    if type(value) is date:
        return FAR.date() + timedelta(place)
    if type(value) is str:
        return uuid4().hex
    raise TypeError(f"{type(value).__name__} cannot be left open in a statement")


def _opened(param: Any, instead: Sequence[Any]) -> Any:
    """What stands in the statement, with the places of values in it."""
    if isinstance(param, list):
        return [_opened(each, instead) for each in param]
    for place, each in enumerate(instead):
        if type(param) is type(each) and param == each:
            return _Place(place)
        if str(each) in str(param):
            raise TypeError("a lookup changes a value on its way into the statement")
    return param


def _places(param: Any) -> list[int]:
    if isinstance(param, list):
        return [place for each in param for place in _places(each)]
    return [param] if isinstance(param, _Place) else []


def _filled(param: Any, values: Sequence[Any]) -> Any:
    if isinstance(param, _Place):
        return values[param]
    return [_filled(each, values) for each in param] if isinstance(param, list) else param
