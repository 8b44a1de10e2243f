"""PAdES signatures: the leader's, then the department's seal, each an incremental update with proof of its time."""

import asyncio
import io
import logging
from collections.abc import Coroutine
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

import pikepdf
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.stamp import StaticStampStyle

from hoso.signing.signers import pkcs12
from hoso.signing.trust import Trust

LEADER, SEAL = "ChuKyLanhDao", "DauCoQuan"
# Left, bottom, right, top in points on A4: where the cover of a manifest leaves room for them.
LEADER_BOX = (306, 70, 546, 140)
SEAL_BOX = (62, 70, 302, 140)
PLAINLY: dict[str, Any] = {
    "object_stream_mode": pikepdf.ObjectStreamMode.disable,
    "deterministic_id": True,
    "fix_metadata_version": False,
}
PRINTED_AND_LOCKED = 4 + 128  # annotation flags

# It warns that nothing is fetched. That is meant: the lists come from files.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)

Box = tuple[int, int, int, int]
Answer = TypeVar("Answer")


def add_fields(pdf: bytes, *, page: int = 0, leader: Box | None = LEADER_BOX, seal: Box = SEAL_BOX) -> bytes:
    """Two empty signature fields, so that any tool can sign the leader's and ours can put the seal after it; one where
    no leader signs.

    The file is written anew, plainly: foreign tools trip over object streams and over numbers left unused.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        sheet = document.pages[page]
        widgets = [
            document.make_indirect(_widget(document, sheet, name, label, box))
            for name, label, box in ((LEADER, "Chữ ký số của lãnh đạo", leader), (SEAL, "Dấu của cơ quan", seal))
            if box is not None
        ]
        sheet.Annots = pikepdf.Array([*sheet.get("/Annots", []), *widgets])
        # Append-only from the start: signing then changes nothing but the signature.
        form = pikepdf.Dictionary(Fields=pikepdf.Array(widgets), SigFlags=3)
        document.Root.AcroForm = document.make_indirect(form)  # Poppler loses it otherwise
        result = io.BytesIO()
        document.save(result, **PLAINLY)
    return result.getvalue()


def sign(
    pdf: bytes,
    signer: signers.Signer,
    *,
    field: str,
    reason: str,
    at: datetime,
    timestamper: TimeStamper | None,
    trust: Trust | None,
    stamp: bytes | None = None,
) -> bytes:
    """The file with one more signature; with `trust`, everything needed to check it later is put inside (B-LT).

    `stamp` is a one-page PDF shown in the field's box. pyHanko refuses a certificate that the trust does not carry.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)  # foreign tools are less tidy
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        embed_validation_info=trust is not None,
        validation_context=trust.context(at) if trust else None,
        signer_key_usage={"digital_signature", "non_repudiation"},
    )
    machine = _At(metadata, signer, timestamper=timestamper, stamp_style=_style(stamp))
    machine.at = at
    result = io.BytesIO()
    machine.sign_pdf(writer, existing_fields_only=True, output=result)
    return result.getvalue()


def sign_with_pkcs12(
    pdf: bytes,
    p12: bytes,
    passphrase: str,
    *,
    field: str = LEADER,
    reason: str,
    at: datetime,
    timestamper: TimeStamper | None,
    trust: Trust | None,
    stamp: bytes | None = None,
) -> bytes:
    """The leader signs with a certificate file; refuses with `wrong_passphrase`."""
    device = pkcs12.signer(p12, passphrase, trust.others if trust else ())
    return sign(pdf, device, field=field, reason=reason, at=at, timestamper=timestamper, trust=trust, stamp=stamp)


def seal(
    pdf: bytes,
    signer: signers.Signer,
    *,
    reason: str,
    at: datetime,
    timestamper: TimeStamper | None,
    trust: Trust,
    stamp: bytes | None = None,
) -> bytes:
    """The department's seal over the leader's signature, whatever tool that one was made with.

    What is needed to check the leader's signature later is put inside first, because a foreign tool leaves it out;
    the seal's time-stamp then also proves when the leader's signature existed at the latest.
    """
    kept = keep_proofs(pdf, at=at, trust=trust)
    return sign(kept, signer, field=SEAL, reason=reason, at=at, timestamper=timestamper, trust=trust, stamp=stamp)


def keep_proofs(pdf: bytes, *, at: datetime, trust: Trust) -> bytes:
    """The file with the chains and revocation lists of all its signatures inside."""
    for position in range(len(_reader(pdf).embedded_regular_signatures)):
        signature = _reader(pdf).embedded_regular_signatures[position]
        result = io.BytesIO()
        run(async_add_validation_info(signature, trust.context(at), output=result))
        pdf = result.getvalue()
    return pdf


def run(answer: Coroutine[Any, Any, Answer]) -> Answer:
    """pyHanko is asynchronous inside; nothing here waits for a network while it runs."""
    return asyncio.run(answer)


class _At(signers.PdfSigner):
    """A signer that writes the moment of the act, not the moment its code happened to run."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at
        return session


def _style(stamp: bytes | None) -> StaticStampStyle | None:
    if stamp is None:
        return None
    return StaticStampStyle(
        background=_Picture(stamp),
        background_layout=SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID),
        background_opacity=1.0,
        border_width=0,
    )


class _Picture(ImportedPdfPage):
    """pyHanko reads the page it imports from a file, and only when it needs it."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(None)  # type: ignore[no-untyped-call]
        self.pdf = pdf

    def render(self) -> bytes:
        with NamedTemporaryFile(suffix=".pdf") as file:
            file.write(self.pdf)
            file.flush()
            self.file_name = file.name
            return bytes(super().render())


def _reader(pdf: bytes) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(pdf), strict=False)


def _widget(document: pikepdf.Pdf, sheet: pikepdf.Page, name: str, label: str, box: Box) -> pikepdf.Dictionary:
    left, bottom, right, top = box
    nothing = document.make_stream(b"")
    nothing.stream_dict = pikepdf.Dictionary(  # PDF/A wants a picture even of an empty field
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=pikepdf.Array([0, 0, right - left, top - bottom]),
        Resources=pikepdf.Dictionary(),
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Sig,
        T=name,
        TU=label,
        Rect=pikepdf.Array(box),
        F=PRINTED_AND_LOCKED,
        P=sheet.obj,
        AP=pikepdf.Dictionary(N=nothing),
    )
