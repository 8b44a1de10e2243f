"""Printed documents: the statutory forms, the month's manifest, receipts; one Typst template each."""

from hoso.documents.printing.extract import Extract, print_extract
from hoso.documents.printing.forms import print_form, print_receipt
from hoso.documents.printing.manifest import Group, Line, print_manifest
from hoso.documents.printing.slips import print_slips

__all__ = ["Extract", "Group", "Line", "print_extract", "print_form", "print_manifest", "print_receipt", "print_slips"]
