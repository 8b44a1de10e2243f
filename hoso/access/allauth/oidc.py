"""Signing in through an identity provider (OpenID Connect). No account is made and nothing of the provider is kept: the
claim that holds the personal number leads to the account by its keyed hash, as typing the number would.

The library goes to the provider and back, with PKCE and state; what it leaves to us is the nonce, the signature of the
id token, that userinfo speaks of the same subject, and whom it is about.
"""

import secrets
import time
from typing import Any

from allauth.account.internal.flows import login as login_flow
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import constant_time_compare

from hoso.access import actions, queries
from hoso.access.models import Account

FRESH = 120  # seconds since the provider asked, when it was told to ask again; clocks differ


class Strict(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The library's way to a provider, with nothing taken on trust."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """What the provider says of somebody; OAuth2Error where it contradicts itself."""
        if str(self.openid_config["issuer"]).rstrip("/") != app.settings["server_url"]:
            raise OAuth2Error("another issuer than the node's file names")
        if "id_token" not in kwargs["response"]:
            raise OAuth2Error("no id_token")
        said = {"id_token": self._decode_id_token(app, kwargs["response"]["id_token"])}
        if "userinfo_endpoint" in self.openid_config:
            said["userinfo"] = self._fetch_user_info(token.token)
            if said["userinfo"].get("sub") != said["id_token"].get("sub"):
                raise OAuth2Error("userinfo speaks of somebody else")
        found = SocialLogin(
            account=SocialAccount(uid=said["id_token"]["sub"], provider=app.provider_id, extra_data=said)
        )
        found.app = app
        return found

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        said: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        return said


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What becomes of somebody whom a provider has identified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Accounts are made by the department."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Straight to the account, past all that the library would keep."""
        raise ImmediateHttpResponse(_arrive(request, sociallogin))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **said: Any) -> None:
        """A page that says so; whatever the provider answered is not for the page."""
        raise ImmediateHttpResponse(_refused(request, provider.app, "provider_failed"))


def names() -> list[tuple[str, str]]:
    """Id and name of every provider of this node."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [(app["provider_id"], app["name"]) for app in apps]


def begin(request: HttpRequest, provider_id: str, *, onward: str, again: bool) -> HttpResponse:
    """Send somebody to the provider; `again` asks it to have them show there that it is still them."""
    provider, nonce = _provider(request, provider_id), secrets.token_urlsafe(24)
    asked = provider.get_auth_params() | {"nonce": nonce}
    if again:
        asked |= {"prompt": "login", "max_age": "0"}
    response: HttpResponse = provider.redirect(
        request, process="login", next_url=onward, auth_params=asked, nonce=nonce, again=again
    )
    return response


def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take somebody who comes back from the provider."""
    _provider(request, provider_id)
    response: HttpResponse = OAuth2CallbackView.adapter_view(Strict(request, provider_id))(request)
    return response


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist as unknown:
        raise Http404 from unknown


def _arrive(request: HttpRequest, sociallogin: Any) -> HttpResponse:
    state, said = sociallogin.state, sociallogin.account.extra_data
    app, token = sociallogin.app, said["id_token"]
    if not constant_time_compare(str(token.get("nonce", "")), state.get("nonce") or secrets.token_hex()):
        return _refused(request, app, "provider_failed")
    account = _account({**said.get("userinfo", {}), **token}.get(app.settings["number"]))
    if account is None:
        return _refused(request, app, "unknown")
    strong = set(app.settings["strong"])
    second = token.get("acr") in strong or bool(strong & {*_words(token.get("amr"))})
    shown = {"method": "oidc", "provider": app.provider_id, "second": second or None}
    if state.get("again"):
        asked_anew = token.get("auth_time", 0) > time.time() - FRESH
        if not (request.user.is_authenticated and request.user.pk == account.pk and asked_anew):
            return _refused(request, app, "not_again")
        login_flow.record_authentication(request, account, **shown, reauthenticated=True)
        return HttpResponseRedirect(state.get("next") or "/")
    login_flow.record_authentication(request, account, **shown)
    response: HttpResponse = login_flow.perform_login(request, Login(user=account, redirect_url=state.get("next")))
    return response


def _account(number: object) -> Account | None:
    """The personal account of a personal number, if it may sign in."""
    account = queries.by_sign_in(str(number)) if number else None
    return account if account is not None and account.kind == "personal" and account.is_active else None


def _words(said: object) -> list[str]:
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _refused(request: HttpRequest, app: Any, why: str) -> HttpResponse:
    from django.shortcuts import render

    actions.note_sign_in("account.refused", by="stranger", at=request.at, step=f"oidc:{why}")  # type: ignore[attr-defined]
    status = 502 if why == "provider_failed" else 403
    return render(request, "door/not_through_provider.html", {"why": why, "provider": app.name}, status=status)
