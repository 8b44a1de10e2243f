"""What may be added to a manifest without changing it: signatures and their proofs, nothing a reader could see."""

import logging
from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.diff_analysis.constants import VALUE_UPDATE_KEYS
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdate, FormUpdatingRule
from pyhanko.sign.diff_analysis.policies import DEFAULT_DIFF_POLICY
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)

# That a file was changed is an answer here, not an error to be logged with its trace.
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.CRITICAL)


class _FillSignature(SigFieldModificationRule):
    """Poppler writes the empty picture of the field it fills once more, under its old number, where nobody looks."""

    def check_form_field(self, fq_name: str, spec: Any, context: Any) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        yield from super().check_form_field(fq_name, spec, context)
        old, new = spec.old_field, spec.new_field
        if spec.field_type != "/Sig" or old is None or new is None or "/V" in old or "/V" not in new:
            return
        picture = old["/AP"].raw_get("/N") if "/AP" in old else None
        if not isinstance(picture, IndirectObject):
            return
        for reference in context.new.explicit_refs_in_revision():
            if reference.idnum == picture.idnum:
                update = FormUpdate(updated_ref=reference, field_name=fq_name, valid_when_locked=True)
                yield ModificationLevel.FORM_FILLING, update


POLICY = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),
            # Poppler also dates the field; nothing visible hangs on it.
            _FillSignature(value_update_keys=VALUE_UPDATE_KEYS | {"/M"}),
            GenericFieldModificationRule(),
        ]
    ),
)


def only_signatures_added(reader: PdfFileReader, revisions: int) -> bool:
    """Whether everything after the first so many revisions is signatures and their proofs."""
    difference = POLICY.review_file(reader, revisions - 1)
    return (
        isinstance(difference, DiffResult)
        and difference.modification_level.value <= ModificationLevel.FORM_FILLING.value
    )
