from django.http import FileResponse

from ots_portal.attachments import attachment
from ots_portal.documents.models import Document


def download(document: Document) -> FileResponse:
    return attachment(
        document.file.open("rb"),
        file_name=document.file_name,
        content_type=document.content_type,
        size_bytes=document.size_bytes,
    )
