"""How a file leaves the portal: always as a download, never as a page of ours."""

from django.http import FileResponse

from ots_portal.documents.models import Document

# A part of a file is never given (RFC 9110, 14.3): each request is a whole one and asks the rules anew.
HEADERS = {
    "Accept-Ranges": "none",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def download(document: Document) -> FileResponse:
    response = FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.content_type,
        # Not every storage's file can be measured; what was stored was.
        headers={**HEADERS, "Content-Length": str(document.size_bytes)},
    )
    response.block_size = 64 * 1024
    return response
