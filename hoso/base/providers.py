"""Identity providers that people may sign in through (OpenID Connect), as a file of the node says."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Provider(NamedTuple):
    """One provider: the national identity service, or a ministry's own."""

    id: str  # a word of the addresses: letters, digits, dashes
    name: str  # on the sign-in page
    issuer: str
    client_id: str
    secret: str
    number: str  # the claim that holds the personal number
    strong: tuple[str, ...]  # values of acr or amr that count as a second factor
    scope: tuple[str, ...]

    def app(self) -> dict[str, Any]:
        """What django-allauth is told of it."""
        told = {"server_url": self.issuer, "oauth_pkce_enabled": True, "scope": list(self.scope)}
        told |= {"number": self.number, "strong": list(self.strong)}
        if self.strong:
            told["auth_params"] = {"acr_values": " ".join(self.strong)}
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": told,
        }


def read(path: Path) -> list[Provider]:
    """The providers of a file like docs/settings.md shows, none if there is no file; ValueError for what is unsafe."""
    if not path.exists():
        return []
    return [_provider(each, path) for each in tomllib.loads(path.read_text(encoding="utf-8")).get("provider", [])]


def _provider(said: dict[str, Any], path: Path) -> Provider:
    issuer = urlsplit(said["issuer"])
    if issuer.scheme != "https" and issuer.hostname != "localhost":
        raise ValueError(f"{path}: {said['id']}: the issuer must be reached over https")
    if not said["id"].replace("-", "").isalnum():
        raise ValueError(f"{path}: {said['id']}: letters, digits and dashes only")
    secret = path.parent / said["secret_file"]
    return Provider(
        id=said["id"],
        name=said["name"],
        issuer=said["issuer"].rstrip("/"),
        client_id=said["client_id"],
        secret=secret.read_text(encoding="utf-8").strip(),
        number=said.get("number", "sub"),
        strong=tuple(said.get("strong", ())),
        scope=tuple(said.get("scope", ("openid",))),
    )
