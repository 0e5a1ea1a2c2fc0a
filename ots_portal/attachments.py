"""How a file leaves the portal: always as a download, never as a page of ours."""

from typing import IO, Any

from django.http import FileResponse

# A part of a file is never given (RFC 9110, 14.3): each request is a whole one and asks the rules anew.
HEADERS = {
    "Accept-Ranges": "none",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def attachment(
    file: IO[Any], *, file_name: str, content_type: str, size_bytes: int
) -> FileResponse:
    """Send an open file; ``size_bytes`` is what was stored, as not every storage's file can be measured."""
    response = FileResponse(
        file,
        as_attachment=True,
        filename=file_name,
        content_type=content_type,
        headers={**HEADERS, "Content-Length": str(size_bytes)},
    )
    response.block_size = 64 * 1024
    return response
