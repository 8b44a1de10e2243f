"""Which rows leave a digest in the log, and of what: a later change below the application then shows. Pure.

A scheme names the columns, the key first, that a digest covers; its number is its place. A column that is added later
goes into a new scheme at the end, so that older digests keep their meaning; a test holds that the newest scheme of a
table names every column it has, save those of `NOT_WITNESSED`. Digests are computed by PostgreSQL from the rows as they
lie there, with nothing but its own functions: whoever owns the database could replace any function of ours.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SCHEMES: dict[str, tuple[str, ...]] = {
    "orgs_organization": ("id code name kind parent_id path is_agency profile since until",),
    "orgs_organizationname": ("id organization_id name since until",),
    "people_person": ("id pin_index pin_sealed full_name name_plain name_sort birth sex keeper_id",),
    "people_employment": ("id person_id organization_id category title staff_number since until began ended",),
    "access_account": (
        (
            "id kind person_id name sign_in_index password must_change_password status valid_until created_at"
            " organization_id sessions_ended"
        ),
    ),
    "access_accountact": ("id account_id act reason basis_id until done_at done_by_id",),
    "access_accountrequest": (
        (
            "id organization_id kind name asked_sealed basis_id agreement_id account_id reason asked_at asked_by_id"
            " decided_at decided_by_id"
        ),
    ),
    "access_basis": (
        (
            "id kind number date issuer subject organization_id file file_name media_type size pages sha256 added_at"
            " added_by_id"
        ),
    ),
    "access_consent": (
        (
            "id person_id reader_id family sections protected purpose since until basis_id needs_person given_at"
            " given_by_id agreed_at agreed_by_id refused_at refused_by_id withdrawn_at withdrawn_by_id withdrawn_reason"
        ),
    ),
    "access_grant": (
        ("id account_id role organization_id since until deputy away_since away_until basis_id under_id"),
    ),
    "access_handover": ("id account_id person_id name basis_id since until handed_at handed_by_id",),
    "access_twohands": (
        "id account_id act certificate reason confirmed asked_at asked_by_id decided_at decided_by_id",
    ),
    "access_onetimecode": ("id account_id use digest expires_at made_at made_by_id used_at void_at",),
    "documents_attachment": ("id person_id name media_type size pages sha256 added_at added_by_id",),
    "signing_certificate": (
        "id account_id subject issuer serial fingerprint basis since until registered_at registered_by_id",
    ),
    "records_record": ("id person_id family opened_at head_seq head_digest",),
    "records_version": (
        (
            "id record_id form seq prev digest envelope parts summary organization change accepted_seq accepted_at"
            " accepted_by_id"
        ),
    ),
    "changes_decision": ("id change_id submission path accepted reason_code reason_sealed decided_at decided_by_id",),
    "approvals_round": (
        (
            "id month supplement late confirm_from confirm_to confirm_article sign_from sign_to sign_article opened_at"
            " opened_by_id closed_at closed_by_id"
        ),
    ),
    "approvals_confirmation": (
        "id round_id record_id version_id seq digest agency_id role basis batch signature confirmed_at confirmed_by_id",
    ),
    "approvals_sentback": ("id round_id version_id agency_id reason_sealed sent_at sent_by_id",),
    "approvals_manifest": (
        (
            "id round_id number status count lines_digest file file_sha256 file_size key_by key_token signed_file"
            " signed_sha256 signed_size signed_key_by signed_key_token seal_number built_at built_by_id signed_at"
            " signed_by_id sealed_at sealed_by_id dropped_at dropped_by_id"
        ),
    ),
    "approvals_manifestline": ("id manifest_id record_id version_id seq digest agency_id",),
}

# Tables whose rows may change without a trace in the log, and why.
FREE = {
    "audit_event": "the seals prove it",
    "audit_seal": "its signature proves it",
    "audit_sealedevent": "the seals prove it",
    "audit_witness": "the events prove it",
    "access_device": "a convenience for its owner; it opens nothing",
    "changes_change": "work in progress: drafts, desks and terms; what counts of it is decisions and versions",
    "changes_evidence": "work in progress until it is decided; the file itself is witnessed",
    "changes_errorreport": "a remark of a person, encrypted under their key",
    "duties_obligation": "follows from the acts; the log has those",
    "records_personkey": "renewed by every rotation of keys; a wrong one opens nothing",
}

# Columns of the tables above that a digest leaves out, and why.
NOT_WITNESSED = {
    "access_account": {
        "last_login": "written at every sign-in, which is an event itself",
        "news_of_device": "whether there is something to tell the owner",
    },
    "access_basis": {"key_by": "renewed by a rotation of keys", "key_token": "renewed by a rotation of keys"},
    "documents_attachment": {"key_by": "renewed by a rotation of keys", "key_token": "renewed by a rotation of keys"},
}

# Tables with a copy of the person's keeper, which triggers write (people/migrations/0004_wall.py).
KEEPER_COPIED = {"people_employment", "records_record"}

BYTES = {"asked_sealed", "key_token", "pin_index", "pin_sealed", "reason_sealed", "signed_key_token"}


class Witness(NamedTuple):
    """That a row looked so when an act had written it."""

    table: str
    row: str
    scheme: int
    digest: str  # hexadecimal


def key(table: str) -> str:
    """The column that names a row."""
    return SCHEMES[table][-1].split(" ", 1)[0]


def expression(table: str, scheme: int, row: str) -> str:
    """The SQL of the digest of a row that the query calls `row`: bytes. Session settings have no say in it."""
    columns = ", ".join(_spelled(f"{row}.{name}", name) for name in SCHEMES[table][scheme - 1].split())
    return f"sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8'))"


def _spelled(column: str, name: str) -> str:
    if name in BYTES:
        return f"encode({column}, 'hex')"
    return f"({column} AT TIME ZONE 'UTC')" if name.endswith("_at") else column


def select(tables: Iterable[str]) -> str:
    """The SQL that gives table, row, scheme and digest of the rows whose keys are its parameters, table by table."""
    parts = [
        f"SELECT '{table}', held.{key(table)}::text, {len(SCHEMES[table])},"
        f" encode({expression(table, len(SCHEMES[table]), 'held')}, 'hex')"
        f" FROM {table} held WHERE held.{key(table)} = ANY(%s)"
        for table in tables
    ]
    return " UNION ALL ".join(parts)


def root(witnesses: Sequence[Witness]) -> str:
    """SHA-256 over the lines of the witnesses of one event, sorted as bytes."""
    lines = sorted(f"{each.table}:{each.row}:{each.scheme}:{each.digest}\n" for each in witnesses)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
