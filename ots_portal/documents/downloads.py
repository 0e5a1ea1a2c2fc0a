"""How a file leaves the portal: always as a download, never as a page of ours."""

from django.http import FileResponse

from ots_portal.documents.models import Document

HEADERS = {
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def download(document: Document) -> FileResponse:
    return FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.content_type,
        headers=HEADERS,
    )
