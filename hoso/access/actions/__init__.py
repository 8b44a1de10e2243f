"""Every write to accounts, grants and what gives them. One function, one act, one transaction."""

from hoso.access.actions.accounts import create_account, load_accounts, note_sign_in, unlock
from hoso.access.actions.bases import keep, read_page
from hoso.access.actions.consents import agree, give_consent, refuse, withdraw_consent
from hoso.access.actions.factors import (
    add_passkey,
    add_totp,
    keep_recovery_codes,
    note_passkey_used,
    remove_factor,
    renew_recovery_codes,
    reset_factors,
    use_code,
)
from hoso.access.actions.grants import delegate, end, end_delegation, give, go_away
from hoso.access.actions.keys import rewrap_keys
from hoso.access.actions.organizations import open_organization, rename_organization
from hoso.access.actions.passwords import change_password, give_password, renew_password
from hoso.access.actions.sessions import close_other_sessions, close_sessions, end_session, note_device, see_devices

__all__ = [
    "add_passkey",
    "add_totp",
    "agree",
    "change_password",
    "close_other_sessions",
    "close_sessions",
    "create_account",
    "delegate",
    "end",
    "end_delegation",
    "end_session",
    "give",
    "give_consent",
    "give_password",
    "go_away",
    "keep",
    "keep_recovery_codes",
    "load_accounts",
    "note_device",
    "note_passkey_used",
    "note_sign_in",
    "open_organization",
    "read_page",
    "refuse",
    "remove_factor",
    "rename_organization",
    "renew_password",
    "renew_recovery_codes",
    "reset_factors",
    "rewrap_keys",
    "see_devices",
    "unlock",
    "use_code",
    "withdraw_consent",
]
