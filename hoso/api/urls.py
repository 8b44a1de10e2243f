"""The API, version 1: the acts and the queries of the pages as JSON, and their description (OpenAPI 3.1)."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import transaction
from django.urls import URLPattern, include, path
from ninja import NinjaAPI

from hoso.api import answers, changes, duties, forms, log, manifests, months, own, records, rights, session, verifying
from hoso.api.asked import Json, Takes, guarded, takes
from hoso.api.door import Session

# The leader's signature stays, whatever becomes of the seal after it: two transactions, not the request's one.
IN_STEPS = ("/signed-file", "/signature")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class Api(NinjaAPI):
    """Describes, beside what each operation gives, how each of them refuses."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        """The description: whatever is not its success is problem details."""
        said = super().get_openapi_schema(**asked)
        said["components"]["schemas"]["Problem"] = answers.PROBLEM
        for operations in said["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("default", answers.REFUSAL)
        return said


api = Api(
    title="hoso",
    version="1",
    description=(
        "Hồ sơ điện tử cán bộ, công chức, viên chức. Mọi từ chối là application/problem+json (RFC 9457): "
        "`type` là urn:hoso:refusal:<mã>, `title` là câu cho người đọc."
    ),
    urls_namespace="api-v1",
    docs_url=None,
    auth=Session(),
    parser=Json(),
)
answers.register(api)
for room in (session, own, forms, records, changes, verifying, months, manifests, rights, duties, log):
    api.add_router("", room.router)


@cache
def description() -> dict[str, Any]:
    """The description that is published at openapi.json."""
    return dict(api.get_openapi_schema())


def _taken(route: str) -> Callable[[], dict[str, Takes]]:
    """What the operations of a route take, asked once the routes are known."""

    @cache
    def found() -> dict[str, Takes]:
        place = "/api/v1/" + PARAMETER.sub(r"{\1}", route)
        operations = description()["paths"].get(place, {"get": {}})
        return {method.upper(): takes(operation) for method, operation in operations.items()}

    return found


def _guard(pattern: URLPattern) -> URLPattern:
    route = str(pattern.pattern)
    pattern.callback = guarded(pattern.callback, _taken(route))
    if route.endswith(IN_STEPS):
        pattern.callback = transaction.non_atomic_requests(pattern.callback)
    return pattern


_patterns, _app, _namespace = api.urls
v1 = [_guard(each) for each in _patterns if isinstance(each, URLPattern)]
urlpatterns = [path("v1/", include((v1, _app), namespace=_namespace))]
