"""What is too much is refused by its announced length, before anything of it is read."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

FILES = 5  # of the largest size, in one request


class Limited(FileUploadHandler):
    """The first of the upload handlers: looks at the length only."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 — Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """RequestDataTooBig, which becomes a page with status 413."""
        if content_length > FILES * settings.HOSO_UPLOAD_LIMIT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("more than any page sends")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Passed on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler's."""
