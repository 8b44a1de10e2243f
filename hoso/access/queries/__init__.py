"""Reading accounts, grants and the documents that give them."""

from hoso.access.queries.accounts import (
    SYSTEM,
    by_id,
    by_sign_in,
    grant_units,
    grants,
    knows_device,
    log,
    log_units,
    names,
    own_grants,
    people_accounts,
    shut_until,
    sign_in_index,
    system,
)
from hoso.access.queries.bases import bases, basis, basis_page, concerns

__all__ = [
    "SYSTEM",
    "bases",
    "basis",
    "basis_page",
    "by_id",
    "by_sign_in",
    "concerns",
    "grant_units",
    "grants",
    "knows_device",
    "log",
    "log_units",
    "names",
    "own_grants",
    "people_accounts",
    "shut_until",
    "sign_in_index",
    "system",
]
