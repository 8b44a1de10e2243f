"""Every write to accounts, grants and what gives them. One function, one act, one transaction."""

from hoso.access.actions.accounts import create_account, load_accounts, note_sign_in
from hoso.access.actions.bases import keep, read_page
from hoso.access.actions.grants import delegate, end, end_delegation, give, go_away
from hoso.access.actions.keys import rewrap_keys
from hoso.access.actions.organizations import open_organization, rename_organization
from hoso.access.actions.passwords import change_password, give_password, renew_password

__all__ = [
    "change_password",
    "create_account",
    "delegate",
    "end",
    "end_delegation",
    "give",
    "give_password",
    "go_away",
    "keep",
    "load_accounts",
    "note_sign_in",
    "open_organization",
    "read_page",
    "rename_organization",
    "renew_password",
    "rewrap_keys",
]
