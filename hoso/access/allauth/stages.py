"""What stands between the password and the door."""

from allauth.account.internal.flows import login as login_flow
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from hoso.access import factors
from hoso.access.allauth import state


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Asks whoever has a factor for it, each time; unless the identity provider has asked for one of its own."""

    urlname = "second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The page that asks, or on to the door."""
        return (headed_redirect_response(self.urlname) if self._should_handle(self.request) else None), True

    def _should_handle(self, request: HttpRequest) -> bool:
        account = self.login.user
        records = login_flow.get_authentication_records(request, account)
        return account is not None and factors.has(account) and not any(map(state.counts, records))
