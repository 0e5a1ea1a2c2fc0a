"""Documents, and files of every kind that somebody may send."""

import io
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ots_portal.documents.content import ContentType
from ots_portal.documents.models import Document
from tests.factories.people import UserFactory


def pdf(*more: bytes, catalog: bytes = b"", page: bytes = b"", pages: int = 1) -> bytes:
    """
    Return a PDF of one empty page, as often as ``pages`` says.

    ``more`` are objects, numbered from 4 on; ``catalog`` and ``page`` are further entries of these two.
    """
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" 3 0 R" * pages, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] %s >>" % page,
        *more,
    ]
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\n" % size
        + b"startxref\n%d\n%%%%EOF\n" % len(written)
    )


def picture(kind: str, size: tuple[int, int] = (8, 6), **saved: Any) -> bytes:
    """Return a small picture, written with Pillow's options."""
    written = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, kind, **saved)
    return written.getvalue()


PDF = pdf()
PNG = picture("PNG")
JPEG = picture("JPEG")
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
