"""Documents, and files of every kind that somebody may send."""

import io
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import factory
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from ots_portal.documents.content import ContentType
from ots_portal.documents.models import Document
from tests.factories.people import UserFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def upload(name: str = "report.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/x-whatever")


def archive(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return packed.getvalue()


def office(main_part: str, main_type: str, more: dict[str, bytes] | None = None) -> bytes:
    manifest = f'<Types><Override PartName="/{main_part}" ContentType="{main_type}"/></Types>'
    entries = {"[Content_Types].xml": manifest.encode(), main_part: b"<document/>"}
    return archive({**entries, **(more or {})})


def docx(more: dict[str, bytes] | None = None, main_type: str = WORD) -> bytes:
    return office("word/document.xml", main_type, more)


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    return office("xl/workbook.xml", EXCEL, more)


class DocumentFactory(factory.django.DjangoModelFactory[Document]):
    """A stored PDF; give ``owner``, the record it hangs on."""

    class Meta:
        model = Document
        exclude = ("owner", "content")

    content = factory.Sequence(lambda n: PDF + str(n).encode())
    owner_type = factory.LazyAttribute(lambda document: document.owner._meta.label_lower)
    owner_id = factory.LazyAttribute(lambda document: document.owner.pk)
    title = factory.Sequence(lambda n: f"Document {n}")
    file_name = "report.pdf"
    file = factory.LazyAttribute(lambda document: ContentFile(document.content, "report.pdf"))
    content_type = ContentType.PDF
    size_bytes = factory.LazyAttribute(lambda document: len(document.content))
    sha256 = factory.LazyAttribute(lambda document: sha256(document.content).hexdigest())
    uploaded_by = factory.SubFactory(UserFactory)
    participant = factory.SelfAttribute("uploaded_by.participant")
    uploaded_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    updated_at = factory.SelfAttribute("uploaded_at")
