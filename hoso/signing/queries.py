"""What this node believes, signs with and is known by; files beside the data, never in the database."""

from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import TimeStamper

from hoso.access.models import Account
from hoso.signing import seals, timestamps
from hoso.signing.certificates import Authority
from hoso.signing.models import Certificate
from hoso.signing.signers import key as key_signer
from hoso.signing.trust import Trust


def trust() -> Trust:
    """Roots, intermediate certificates and revocation lists in HOSO_HOME/trust."""
    return Trust.from_folder(Path(settings.HOSO_HOME) / "trust")


def timestamper(at: datetime | None = None) -> TimeStamper | None:
    """The time-stamp server of the setting, or the test authority of a demo, which stamps the moment of the act."""
    folder = Path(settings.HOSO_HOME) / "ca"
    if not settings.HOSO_TIMESTAMP_URL and at and folder.is_dir():
        return timestamps.LocalTimeStamper(Authority(folder), lambda: at)
    return timestamps.timestamper(settings.HOSO_TIMESTAMP_URL, Authority(folder) if folder.is_dir() else None)


def department_signer() -> SimpleSigner:
    """The department's seal, held by the server. Refuses with `seal_unavailable`."""
    return key_signer.signer(Path(settings.HOSO_KEYS) / "department.pem", Path(settings.HOSO_KEYS) / "department.crt")


def log_key() -> seals.SealKey:
    """The key that signs the seals of the log, made at first use."""
    return seals.open_key(Path(settings.HOSO_KEYS) / "log.pem")


def certificates(account: Account, *, on: date) -> list[Certificate]:
    """The certificates registered to an account on a day."""
    in_force = Q(until=None) | Q(until__gte=on)
    return list(Certificate.objects.filter(in_force, account=account, since__lte=on).order_by("pk"))


def registered(account: Account, *, on: date) -> list[tuple[str, str]]:
    """Issuer and serial of each, as `rules.why_not_accept_upload` takes them."""
    return [(each.issuer, each.serial) for each in certificates(account, on=on)]
