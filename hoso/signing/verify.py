"""What can be said about the signatures in a PDF, however it was signed and whatever is wrong with the file."""

import hashlib
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto.parser import peek
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hoso.signing import chains
from hoso.signing.additions import POLICY, only_signatures_added
from hoso.signing.chains import Who
from hoso.signing.pades import run
from hoso.signing.trust import Trust

# A chain that does not hold is an answer, not an error to be logged with its trace.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

MOST_BYTES = 20 * 1024 * 1024
MOST_SIGNATURES = 16
MOST_ATTACHED_BYTES = 64 * 1024 * 1024
DEEPEST = 20
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Signature:
    """One signature. `proven_at` is the earliest trusted time-stamp over it; trust is judged then, else now.

    `coverage` and `modification` are pyHanko's words (ENTIRE_FILE, ENTIRE_REVISION, …; NONE, LTA_UPDATES,
    FORM_FILLING, …): what it covered when made, and what was added since.
    """

    field: str
    who: Who
    reason: str
    is_time_stamp: bool
    claimed_at: datetime | None
    stamped_at: datetime | None
    proven_at: datetime | None
    intact: bool
    trusted: bool
    valid_at_time: bool
    revoked: bool
    revocation_known: bool
    coverage: str
    modification: str
    padding_clean: bool

    @property
    def unchanged(self) -> bool:
        """Nothing that it covers was touched, and nothing was added but further signatures and their proofs."""
        return (
            self.intact
            and self.padding_clean
            and self.coverage in ("ENTIRE_FILE", "ENTIRE_REVISION")
            and self.modification in ("NONE", "LTA_UPDATES", "FORM_FILLING")
        )

    @property
    def good(self) -> bool:
        """Unchanged, and by somebody this node believes, whose certificate was valid and not revoked then."""
        return self.unchanged and self.trusted and self.valid_at_time and self.revocation_known and not self.revoked

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, as words, worst first."""
        said = (
            ("altered", not self.unchanged),
            ("untrusted", not self.trusted),
            ("revoked", self.revoked),
            ("expired", not self.valid_at_time),
            ("revocation_unknown", not self.revocation_known and not self.revoked),
        )
        return tuple(word for word, wrong in said if wrong)


@dataclass(frozen=True)
class Examination:
    """All that is known of a file. `verdict`: valid, invalid, unsigned or unreadable; `codes` say why, as words."""

    size: int
    sha256: str
    readable: bool
    signatures: tuple[Signature, ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()
    covered: bool = False
    trouble: str = ""
    # Answers about the file that was handed out for signing; None where none was given.
    begins_with_original: bool | None = None
    only_signatures_added: bool | None = None
    original_manifest: dict[str, Any] | None = None

    @property
    def manifest(self) -> dict[str, Any] | None:
        """The month's data for machines, or None: not there, or not a JSON object."""
        return _manifest(self.attachments)

    @property
    def codes(self) -> tuple[str, ...]:
        if not self.readable:
            return (self.trouble or "damaged",)
        if not self.signatures:
            return ("not_signed",)
        found = [problem for signature in self.signatures for problem in signature.problems]
        found += [] if self.covered else ["no_coverage"]
        found += ["altered"] if self.only_signatures_added is False or self.begins_with_original is False else []
        return tuple(dict.fromkeys(found))

    @property
    def verdict(self) -> str:
        if not self.readable:
            return "unreadable"
        if not self.signatures:
            return "unsigned"
        return "invalid" if self.codes else "valid"


def examine(
    pdf: bytes, *, trust: Trust, at: datetime, original: bytes | None = None, most_bytes: int = MOST_BYTES
) -> Examination:
    """Never raises: what cannot be read or followed is unreadable or invalid. `at` is now, for what proves no time."""
    blank = Examination(len(pdf), hashlib.sha256(pdf).hexdigest(), readable=False)
    if len(pdf) > most_bytes:
        return replace(blank, trouble="too_large")
    if not pdf.startswith(b"%PDF-"):
        return replace(blank, trouble="not_pdf")
    if original is not None:
        blank = replace(blank, begins_with_original=pdf.startswith(original), original_manifest=_manifest_of(original))
    try:
        return _examine(pdf, trust, at, original, blank)
    except Exception:  # noqa: BLE001 (hostile files break parsers in every way there is, recursion and memory included)
        return replace(blank, trouble="damaged")


def _examine(pdf: bytes, trust: Trust, at: datetime, original: bytes | None, blank: Examination) -> Examination:
    reader = _read(pdf)
    if reader.encrypted:
        return replace(blank, trouble="encrypted_pdf")
    found = replace(blank, readable=True, attachments=tuple(_attachments(reader)))
    embedded = list(reader.embedded_signatures)
    if len(embedded) > MOST_SIGNATURES:
        return replace(blank, trouble="damaged")
    if original is not None and found.begins_with_original:
        found = replace(found, only_signatures_added=only_signatures_added(reader, _revisions(original)))
    signatures = tuple(_proven(pdf, embedded, trust, at))
    return replace(found, signatures=signatures, covered=bool(embedded) and _covered(pdf, embedded[-1], signatures[-1]))


def _read(pdf: bytes) -> PdfFileReader:
    """Strictly where possible. Poppler reuses object numbers in a way only the lenient reader accepts."""
    try:
        return PdfFileReader(io.BytesIO(pdf))
    except misc.PdfStrictReadError:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        if reader.xrefs.hybrid_xrefs_present:
            raise
        return reader


def _proven(pdf: bytes, embedded: list[EmbeddedPdfSignature], trust: Trust, at: datetime) -> Iterator[Signature]:
    """Newest first inside, so that a later time-stamp can vouch for an earlier signature; given back in file order."""
    judged: list[Signature] = []
    earliest: datetime | None = None
    for one in reversed(embedded):
        signature, stamp_counts = _judge(pdf, one, trust, at, earliest)
        if signature.stamped_at and stamp_counts and signature.unchanged:
            earliest = min(earliest, signature.stamped_at) if earliest else signature.stamped_at
        judged.append(signature)
    return reversed(judged)


def _judge(
    pdf: bytes, one: EmbeddedPdfSignature, trust: Trust, at: datetime, later: datetime | None
) -> tuple[Signature, bool]:
    """The signature, and whether its own time-stamp is one to believe."""
    is_stamp = one.sig_object_type == "/DocTimeStamp"
    status = _status(one, trust, at, is_stamp=is_stamp)
    token: Any = status if is_stamp else status.timestamp_validity
    stamped_at = token.timestamp if token is not None and token.intact and token.valid else None
    stamp_counts = stamped_at is not None and _good_stamp(token, trust, stamped_at, one)
    proofs = [moment for moment in (stamped_at if stamp_counts else None, later) if moment is not None]
    proven_at = min(proofs) if proofs else None
    certificate = one.signer_cert
    chain = chains.judge(certificate, trust, proven_at or at, one.other_embedded_certs)
    signature = Signature(
        field=str(one.field_name),
        who=chains.who(certificate),
        reason=str(one.sig_object.get("/Reason", "")),
        is_time_stamp=is_stamp,
        claimed_at=one.self_reported_timestamp,
        stamped_at=stamped_at,
        proven_at=proven_at,
        intact=bool(status.intact and status.valid),
        trusted=chain.trusted,
        valid_at_time=chain.valid_at_time,
        revoked=chain.revoked,
        revocation_known=chain.revocation_known,
        coverage=status.coverage.name,
        modification=one.diff_result.modification_level.name if isinstance(one.diff_result, DiffResult) else "OTHER",
        padding_clean=_padding_clean(pdf, one),
    )
    return signature, stamp_counts


def _good_stamp(token: Any, trust: Trust, moment: datetime, one: EmbeddedPdfSignature) -> bool:
    others = [*one.other_embedded_certs, *(token.validation_path or ())]
    return chains.judge(token.signing_cert, trust, moment, others).good


def _status(one: EmbeddedPdfSignature, trust: Trust, at: datetime, *, is_stamp: bool) -> Any:
    """pyHanko's view of the digest, the signature value and later changes; chains are judged apart, by `chains`."""
    context = trust.context(at, revocation=False)
    if is_stamp:
        one.compute_integrity_info(diff_policy=POLICY)
        return run(async_validate_pdf_timestamp(one, context, diff_policy=POLICY))
    return run(async_validate_pdf_signature(one, context, diff_policy=POLICY))


def _padding_clean(pdf: bytes, one: EmbeddedPdfSignature) -> bool:
    """The gap in the signed bytes holds the signature and zeros in one case of hexadecimal, and nothing else.

    These bytes no signature covers: whoever wants to change them must leave no choice there.
    """
    first, length, second, _ = (int(number) for number in one.byte_range)
    gap = pdf[first + length : second]
    inner = gap[1:-1]
    if first != 0 or gap[:1] != b"<" or gap[-1:] != b">" or inner not in (inner.lower(), inner.upper()):
        return False
    contents = bytes.fromhex(inner.decode("ascii"))
    return contents == one.pkcs7_content and not contents[_der_length(contents) :].strip(b"\0")


def _der_length(data: bytes) -> int:
    """Bytes of the first DER (or BER with indefinite length) value."""
    return int(peek(data))


def _covered(pdf: bytes, one: EmbeddedPdfSignature, newest: Signature) -> bool:
    """Nothing follows the newest signature but its own proofs, and nothing at all the last end of file."""
    if newest.modification not in ("NONE", "LTA_UPDATES"):
        return False
    *_, second, length = (int(number) for number in one.byte_range)
    end = second + length
    if end == len(pdf):
        return True
    proofs = one.reader.xrefs.total_revisions - one.signed_revision - 1
    return proofs == pdf.count(b"%%EOF", end) > 0 and pdf.rstrip(b"\r\n").endswith(b"%%EOF")


def _revisions(pdf: bytes) -> int:
    return int(_read(pdf).xrefs.total_revisions)


def _attachments(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    left = MOST_ATTACHED_BYTES
    names = reader.root.get("/Names")
    tree = names.get("/EmbeddedFiles") if names is not None else None
    for name, specification in _leaves(tree, DEEPEST) if tree is not None else ():
        data = specification["/EF"]["/F"].data
        left -= len(data)
        if left < 0:
            raise ValueError("too much is attached")
        yield str(name), data


def _leaves(node: Any, deepest: int) -> Iterator[tuple[Any, Any]]:
    if deepest == 0:
        raise ValueError("the tree of names has no end")
    flat = node.get("/Names", generic.ArrayObject())
    for position in range(0, len(flat) - 1, 2):
        yield flat[position], flat[position + 1]
    for child in node.get("/Kids", ()):
        yield from _leaves(child, deepest - 1)


def _manifest_of(pdf: bytes) -> dict[str, Any] | None:
    try:
        return _manifest(tuple(_attachments(_read(pdf))))
    except Exception:  # noqa: BLE001 (as in `examine`)
        return None


def _manifest(attachments: tuple[tuple[str, bytes], ...]) -> dict[str, Any] | None:
    for name, data in attachments:
        if name == MANIFEST:
            try:
                value = json.loads(data)
            except (ValueError, RecursionError):
                return None
            return value if isinstance(value, dict) else None
    return None
