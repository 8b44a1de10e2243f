"""Every write to accounts, grants and what gives them. One function, one act, one transaction."""

from hoso.access.actions.accounts import create_account, create_agency_account, load_accounts, note_sign_in, unlock
from hoso.access.actions.bases import keep, read_page
from hoso.access.actions.codes import (
    Given,
    activate,
    ask_second,
    confirm_second,
    give_codes,
    make_code,
    recover,
    refuse_second,
)
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
from hoso.access.actions.handing import first_hand, hand_over
from hoso.access.actions.keys import rewrap_keys
from hoso.access.actions.living import end_account, extend, restore, restrict, suspend
from hoso.access.actions.organizations import open_organization, rename_organization
from hoso.access.actions.passwords import change_password, give_password
from hoso.access.actions.refusals import note_refused
from hoso.access.actions.requests import ask, lock_request, settle_request
from hoso.access.actions.sessions import close_other_sessions, close_sessions, end_session, note_device, see_devices

__all__ = [
    "Given",
    "activate",
    "add_passkey",
    "add_totp",
    "agree",
    "ask",
    "ask_second",
    "change_password",
    "close_other_sessions",
    "close_sessions",
    "confirm_second",
    "create_account",
    "create_agency_account",
    "delegate",
    "end",
    "end_account",
    "end_delegation",
    "end_session",
    "extend",
    "first_hand",
    "give",
    "give_codes",
    "give_consent",
    "give_password",
    "go_away",
    "hand_over",
    "keep",
    "keep_recovery_codes",
    "load_accounts",
    "lock_request",
    "make_code",
    "note_device",
    "note_passkey_used",
    "note_refused",
    "note_sign_in",
    "open_organization",
    "read_page",
    "recover",
    "refuse",
    "refuse_second",
    "remove_factor",
    "rename_organization",
    "renew_recovery_codes",
    "reset_factors",
    "restore",
    "restrict",
    "rewrap_keys",
    "see_devices",
    "settle_request",
    "suspend",
    "unlock",
    "use_code",
    "withdraw_consent",
]
