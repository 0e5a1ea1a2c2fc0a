"""What happens while a file is still coming in."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUploadHandler(FileUploadHandler):
    """
    Stands before Django's own handlers and keeps nothing of a file beyond the limit.

    The rest runs past it (CleanInputMiddleware lets in no more than 1 MiB of it); the form then gets a
    file without content that says how large it was, so every form's own check of the size refuses it.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received_bytes = start + len(raw_data)
        return None if self._is_too_large() else raw_data

    def file_complete(self, file_size: int) -> Any:
        """Return the empty file that stands for one too large; None leaves it to the next handler."""
        if not self._is_too_large():
            return None
        for handler in getattr(self.request, "upload_handlers", ()):
            if begun := getattr(handler, "file", None):
                begun.close()  # a temporary one goes with it
        return UploadedFile(
            io.BytesIO(), self.file_name, self.content_type or "", size=self.received_bytes
        )

    def _is_too_large(self) -> bool:
        limit: int = settings.PORTAL_UPLOAD_LIMIT_BYTES
        return self.received_bytes > limit
