"""Registering certificates."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.db import transaction

from hoso.access import policy
from hoso.access.models import Account
from hoso.access.roles import Permission
from hoso.audit import actions as audit
from hoso.base.clock import day
from hoso.base.errors import Invalid, refuse_if
from hoso.orgs.queries import root
from hoso.signing.certificates import serial_text
from hoso.signing.models import Certificate


@transaction.atomic
def register(account: Account, *, pem: bytes, basis: str, by: Account, at: datetime) -> Certificate:
    """Register a certificate to an account by issuer and serial, on a written basis; only the department may."""
    if by.kind != "system":
        policy.require(by, Permission.GRANT_GIVE, root(), on=day(at))
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise Invalid("not_a_certificate") from error
    issuer, serial = certificate.issuer.rfc4514_string(), serial_text(certificate.serial_number)
    refuse_if("certificate_known" if Certificate.objects.filter(issuer=issuer, serial=serial).exists() else None)
    refuse_if(None if basis.strip() else "basis_missing")
    made = Certificate.objects.create(
        account=account,
        subject=certificate.subject.rfc4514_string()[:400],
        issuer=issuer,
        serial=serial,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        basis=basis,
        since=certificate.not_valid_before_utc.date(),
        until=certificate.not_valid_after_utc.date(),
        registered_at=at,
        registered_by=by,
    )
    audit.record(
        "certificate.registered", by=by, object=made, at=at, rows=[made], holder=str(account.pk), serial=serial
    )
    return made
