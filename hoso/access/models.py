from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from hoso.access.roles import ROLES
from hoso.access.rules import AccountStatus, BasisKind, CodeUse, Hand, why_closed
from hoso.base.clock import day
from hoso.base.db import paired
from hoso.base.ids import uuid7
from hoso.orgs.models import Organization
from hoso.people.models import Person


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(sign_in_index=username)


class Account(AbstractBaseUser):
    """A sign-in: personal (belongs to a person), agency (handed to a named person by a decision) or the system's own.

    What is typed to sign in is never kept: only its keyed hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=[("personal", "cá nhân"), ("agency", "cơ quan"), ("system", "máy")])
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    name = models.CharField(max_length=200)  # who is behind it, as shown to others
    sign_in_index = models.CharField(max_length=32, unique=True)
    must_change_password = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=AccountStatus.choices, default=AccountStatus.ACTIVE)
    valid_until = models.DateField(null=True)  # its last day; extending it is an act
    created_at = models.DateTimeField()
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")  # of an agency's
    sessions_ended = models.PositiveIntegerField(default=0)  # how often all its sessions were closed
    news_of_device = models.BooleanField(default=False)  # a device that its owner has not been told of everywhere

    acting_role = ""  # the role that the running request used, for the log; not a column
    acting_basis = ""  # the document on which that role rests; not a column

    objects = AccountManager()
    USERNAME_FIELD = "sign_in_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="personal", person__isnull=False) | Q(kind__in=["agency", "system"]),
                name="access_account_personal_has_person",
            ),
            models.CheckConstraint(condition=Q(status__in=AccountStatus.values), name="access_account_status"),
        ]

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. Django would write a stronger hash by the way: no act, no event, and the log's
        witness of this row would be right to complain; whoever changes the password gets the stronger one."""
        return check_password(raw_password, self.password)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session lives as long as the password stays and nobody closed all sessions."""
        bound = f"{self.password}|{self.sessions_ended}"
        return salted_hmac("hoso.access.Account.session", bound, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # the library has a column
        """Whether somebody may sign in with it now: a question of its status and its last day."""
        return why_closed(self.status, self.valid_until, day(timezone.now())) is None

    @cached_property
    def behind(self) -> Hand:
        """The human behind it: its person; of an agency's, whoever it was handed to last (QĐ 31 Điều 8.4), and before
        anybody the one it is called after. One query for an agency's."""
        if self.person_id is None and self.kind == "agency":
            row = self.handovers.order_by("-since", "-pk").first()
            if row is not None:
                return Hand(row.person_id, row.name, row.pk)
        return Hand(self.person_id, self.name, None)


def _by() -> "models.ForeignKey[Account | None, Account | None]":
    return models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")


class Basis(models.Model):
    """A document that gives a right: a decision, an authorisation, a consent, a request, an agreement."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=15, choices=BasisKind.choices)
    number = models.CharField(max_length=100)
    date = models.DateField()
    issuer = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300, blank=True)  # what it is about, in its own words
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")  # whose affair it is
    file = models.UUIDField(null=True)  # in the file store, encrypted under a key of its own
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    size = models.IntegerField(default=0)
    pages = models.IntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    key_by = models.CharField(max_length=40, blank=True)
    key_token = models.BinaryField(max_length=64, null=True)
    added_at = models.DateTimeField(null=True)
    added_by = _by()

    WRAPPED = (("key_by", "key_token"),)

    class Meta:
        constraints = [
            paired("added"),
            models.CheckConstraint(condition=Q(kind__in=BasisKind.values), name="access_basis_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ngày {self.date:%d/%m/%Y}"


class Handover(models.Model):
    """An agency's account in the hands of a named person, by a decision, from a day until another (QĐ 31 Điều 8.4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="handovers")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # null: nobody this node keeps
    name = models.CharField(max_length=200)
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = _by()

    class Meta:
        constraints = [
            paired("handed"),
            models.UniqueConstraint(fields=["account"], condition=Q(until=None), name="access_one_hand_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} to {self.name}"


class AccountAct(models.Model):
    """What was done to an account, why, and on what basis: its history; rows are only added (QĐ 31 Điều 3.4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="acts")
    act = models.CharField(max_length=20)  # a word of `rules.ACCOUNT_ACTS`
    reason = models.CharField(max_length=500, blank=True)
    basis = models.ForeignKey(Basis, models.PROTECT, null=True, related_name="+")
    until = models.DateField(null=True)  # of an extension, a restriction, a suspension
    done_at = models.DateTimeField(null=True)
    done_by = _by()

    class Meta:
        constraints = [paired("done")]
        indexes = [models.Index(fields=["account", "-id"], name="access_acts_of_account")]

    def __str__(self) -> str:
        return f"{self.act} {self.account_id}"


class AccountRequest(models.Model):
    """An agency asks for an account; the department makes it or says why not (QĐ 31 Điều 6.2, 8.1-8.3)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="account_requests")
    kind = models.CharField(
        max_length=10, choices=[("personal", "cá nhân"), ("agency", "cơ quan"), ("subunit", "đơn vị")]
    )
    name = models.CharField(max_length=200)
    asked_sealed = models.BinaryField()  # what was typed of the person: number, birth, post; encrypted
    basis = models.ForeignKey(Basis, models.PROTECT, null=True, related_name="+")
    agreement = models.ForeignKey(
        Basis, models.PROTECT, null=True, related_name="+"
    )  # the department's, for a sub-unit
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # what came of it
    reason = models.CharField(max_length=500, blank=True)  # why not
    asked_at = models.DateTimeField(null=True)
    asked_by = _by()
    decided_at = models.DateTimeField(null=True)
    decided_by = _by()

    class Meta:
        constraints = [paired("asked"), paired("decided")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.organization_id}"


class OneTimeCode(models.Model):
    """A code that opens an account once: a link, or a printed slip. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="codes")
    use = models.CharField(max_length=10, choices=CodeUse.choices)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    made_by = _by()
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)  # another one took its place

    class Meta:
        constraints = [paired("made")]

    def __str__(self) -> str:
        return f"{self.use} {self.account_id}"


class TwoHands(models.Model):
    """What no single hand may do: one asks who has seen the person, another confirms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    act = models.CharField(max_length=15)  # recover, factors, certificate
    certificate = models.TextField(blank=True)  # PEM, which is public
    reason = models.CharField(max_length=500)
    confirmed = models.BooleanField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = _by()
    decided_at = models.DateTimeField(null=True)
    decided_by = _by()

    class Meta:
        constraints = [paired("asked"), paired("decided")]

    def __str__(self) -> str:
        return f"{self.act} {self.account_id}"


class Grant(models.Model):
    """A role in a subtree, on the basis of a document, for a time. Nobody can do anything without one, except with
    their own record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="grants")
    since = models.DateField()
    until = models.DateField(null=True)  # its last day
    deputy = models.BooleanField(default=False)  # stands in for the sole holder
    away_since = models.DateField(null=True)
    away_until = models.DateField(null=True)
    under = models.ForeignKey("self", models.PROTECT, null=True, related_name="delegated")  # ends when that one ends

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="access_grant_role"),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(role="agency_admin", deputy=False, until=None),
                name="access_one_administrator_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.organization_id}"


class Consent(models.Model):
    """Written consent to a reader who is not entitled otherwise: whom, which sections, what for, until when
    (QĐ 31 Điều 4.5; from 2026-07-01 the person's own as well, NĐ 27/2026)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    reader = models.ForeignKey(Account, models.PROTECT, related_name="consents")
    family = models.CharField(max_length=20)  # of the record: syll, contract
    sections = ArrayField(models.CharField(max_length=40))
    protected = models.BooleanField(default=False)  # protected values of these sections, too
    purpose = models.CharField(max_length=500)
    since = models.DateField()
    until = models.DateField()
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="consents")  # the authority's
    needs_person = models.BooleanField()  # as the rule of the day of asking said
    given_at = models.DateTimeField(null=True)
    given_by = _by()
    agreed_at = models.DateTimeField(null=True)  # by the person
    agreed_by = _by()
    refused_at = models.DateTimeField(null=True)  # by the person
    refused_by = _by()
    withdrawn_at = models.DateTimeField(null=True)  # by the person or by the authority
    withdrawn_by = _by()
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [*(paired(stem) for stem in ("given", "agreed", "refused", "withdrawn"))]
        indexes = [models.Index(fields=["reader", "person"], name="access_consents_of_reader")]

    def __str__(self) -> str:
        return f"{self.reader_id} reads {self.person_id}"


class Device(models.Model):
    """A browser that an account signed in from: the next one is news to its owner."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="devices")
    token_digest = models.CharField(max_length=64)
    label = models.CharField(max_length=200)  # browser and system, as it says
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    noticed_at = models.DateTimeField(null=True)  # the owner has seen the notice

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "token_digest"], name="access_device_once")]

    def __str__(self) -> str:
        return self.label
