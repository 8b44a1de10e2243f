"""PDFium is not safe for threads: whoever opens a PDF takes turns here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

_TURN = threading.Lock()


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document, for one caller at a time; PdfiumError if it cannot be read or asks for a password."""
    with _TURN:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()
