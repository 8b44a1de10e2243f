"""What the library's second factors ask a project to decide: their secrets rest sealed, and what they are called."""

from base64 import b64decode, b64encode
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hoso.access.models import Account
from hoso.base import envelope
from hoso.base.errors import NotFound
from hoso.orgs.queries import root

BOUND = "mfa.Authenticator"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The library's rows, under our keys and our names."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("Mã không đúng hoặc đã dùng rồi.")}

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it."""
        return b64encode(envelope.seal("factors", BOUND, text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; InvalidTag if the database was tampered with."""
        return str(envelope.unseal("factors", BOUND, b64decode(encrypted_text)))

    def get_totp_label(self, user: Any) -> str:
        """Who it belongs to, in the app on the telephone: never the number."""
        return str(user.name)

    def get_totp_issuer(self) -> str:
        """Which of several nodes it opens."""
        return issuer()

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.name)

    def _get_site_name(self) -> str:
        return issuer()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the configured name of the host."""
        return {"id": settings.HOSO_PASSKEY_HOST, "name": issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """What the passkey keeps of its owner."""
        account: Account = user
        return {"id": account.pk.bytes, "display_name": account.name, "name": account.name}


def issuer() -> str:
    """The name of this node."""
    try:
        return f"Hồ Sơ {root().name}"
    except NotFound:
        return "Hồ Sơ"


def passkeys_work(request: HttpRequest) -> bool:
    """Whether a browser would use a passkey here: over TLS or on localhost, under the configured name."""
    host, name = request.get_host().partition(":")[0], settings.HOSO_PASSKEY_HOST
    return (request.is_secure() or host == "localhost") and (host == name or host.endswith(f".{name}"))
