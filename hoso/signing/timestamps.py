"""RFC 3161 time-stamps: from the server a setting names, or, in demonstrations and tests, from our own key."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from hoso.base.errors import Refused
from hoso.signing.certificates import Authority

MOST_BYTES = 64 * 1024


class LocalTimeStamper(DummyTimeStamper):
    """The test authority's own time-stamps, by the real clock unless a test hands in another."""

    def __init__(self, authority: Authority, clock: Callable[[], datetime] | None = None) -> None:
        certificate = authority.certificate("tsa").public_bytes(Encoding.DER)
        key = authority.key("tsa").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        root = asn1_x509.Certificate.load(authority.certificate("root").public_bytes(Encoding.DER))
        super().__init__(
            asn1_x509.Certificate.load(certificate),
            asn1_keys.PrivateKeyInfo.load(key),
            certs_to_embed=SimpleCertificateStore.from_certs([root]),
        )
        self.clock = clock or _now

    def request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        self.fixed_dt = self.clock()
        return super().request_tsa_response(req)


class Stay(HTTPRedirectHandler):
    """A server that sends us elsewhere has not answered."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """No."""


class HttpTimeStamper(TimeStamper):
    """Asks a time-stamp server over HTTP; refuses with `timestamp_unavailable` when it does not answer properly."""

    def __init__(self, url: str, *, seconds: float = 10) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the time-stamp server's address must begin with http:// or https://")
        super().__init__()  # type: ignore[no-untyped-call]
        self.url, self.seconds = url, seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return self._ask(req)  # pyHanko asks for one stamp at a time and has nothing else to do meanwhile

    def _ask(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = Request(self.url, req.dump(), {"Content-Type": "application/timestamp-query"})  # noqa: S310
        try:
            with build_opener(Stay).open(request, timeout=self.seconds) as answer:
                return tsp.TimeStampResp.load(answer.read(MOST_BYTES))
        except (URLError, OSError, ValueError) as trouble:
            raise Refused("timestamp_unavailable") from trouble


def timestamper(url: str, authority: Authority | None) -> TimeStamper | None:
    """The server at `url`, else the test authority's own key, else none (then signatures carry no time proof)."""
    if url:
        return HttpTimeStamper(url)
    return LocalTimeStamper(authority) if authority else None


def _now() -> datetime:
    return datetime.now(UTC)
