"""django-allauth bound to our accounts: sign-in, second factors, sessions. Only here are its flows known."""

from hoso.access.allauth import browser, oidc, state
from hoso.access.allauth.account import Adapter, SignInForm, too_many
from hoso.access.allauth.mfa import FactorAdapter, passkeys_work
from hoso.access.allauth.oidc import ProviderAdapter

__all__ = [
    "Adapter",
    "FactorAdapter",
    "ProviderAdapter",
    "SignInForm",
    "browser",
    "oidc",
    "passkeys_work",
    "state",
    "too_many",
]
