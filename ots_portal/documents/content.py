"""What a file is, by its bytes: an allow-list, and a refusal with a sentence for everything else."""

import json
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
LONGEST_NAME = 120
LONGEST_MANIFEST_BYTES = 1024 * 1024


class ContentType(TextChoices):
    PDF = "application/pdf", pgettext_lazy("document", "PDF")
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        pgettext_lazy("document", "Word document"),
    )
    XLSX = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        pgettext_lazy("document", "Excel workbook"),
    )
    PNG = "image/png", pgettext_lazy("document", "PNG picture")
    JPEG = "image/jpeg", pgettext_lazy("document", "JPEG picture")
    GEOJSON = "application/geo+json", pgettext_lazy("document", "GeoJSON")
    JSON = "application/json", pgettext_lazy("document", "JSON")
    CSV = "text/csv", pgettext_lazy("document", "CSV table")
    TEXT = "text/plain", pgettext_lazy("document", "Plain text")


class NotAccepted(Exception):
    """The file cannot be taken; carries a sentence for its sender and the status of the answer."""

    status = 422

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class TooLarge(NotAccepted):
    """The file has more bytes than the portal takes."""

    status = 413


class NotStored(NotAccepted):
    """The file may come in, but there is nowhere to put it just now."""

    status = 503


# ── names ───────────────────────────────────────────────────────────────────────────────────────

_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"|?*]')


def safe_name(name: str) -> str:
    """
    Return the name as it may be shown and offered for download.

    Folders, control, direction and invisible characters go; so do names that Windows keeps for devices.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c) not in _INVISIBLE)
    plain = _UNSAFE.sub("_", " ".join(visible.split())).strip(". ") or "file"
    return _shortened(f"_{plain}" if _DEVICES.match(plain) else plain)


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _shortened(name: str) -> str:
    suffix = PurePosixPath(name).suffix[:LONGEST_NAME]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(suffix)] + suffix


# ── recognising ─────────────────────────────────────────────────────────────────────────────────


def recognise(name: str, content: IO[bytes]) -> ContentType:
    """
    Return what the file is; the name's ending and the content must agree.

    :raises NotAccepted: with a sentence
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _KINDS:
        raise NotAccepted(
            _(
                "Files of this kind are not taken. Taken are PDF, DOCX, XLSX, PNG, JPEG, GeoJSON, JSON, CSV and TXT."
            )
        )
    kind, check = _KINDS[suffix]
    content.seek(0)
    if not check(content):
        raise NotAccepted(_("The content of the file is not what its name says."))
    content.seek(0)
    return kind


def _begins_with(*signatures: bytes) -> Callable[[IO[bytes]], bool]:
    return lambda content: content.read(16).startswith(signatures)


def _is_text(content: IO[bytes]) -> bool:
    """UTF-8 without control characters, and no markup: a page must not come in as a table."""
    try:
        text = content.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    has_controls = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
    return not has_controls and not text.lstrip().startswith("<")


def _parsed(content: IO[bytes]) -> Any:
    """Return what the JSON says; None where it is none, or nested too deeply to be read."""
    try:
        return json.loads(content.read().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _is_json(content: IO[bytes]) -> bool:
    return isinstance(_parsed(content), dict | list)


# RFC 7946, section 1.4
_GEOJSON_TYPES = frozenset(
    {
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
        "GeometryCollection", "Feature", "FeatureCollection",
    }
)  # fmt: skip


def _is_geojson(content: IO[bytes]) -> bool:
    parsed = _parsed(content)
    return isinstance(parsed, dict) and parsed.get("type") in _GEOJSON_TYPES


# ── office documents: zip archives with a manifest (ECMA-376, part 2) ───────────────────────────


def _is_office(main_part: str, main_type: bytes) -> Callable[[IO[bytes]], bool]:
    def check(content: IO[bytes]) -> bool:
        if content.read(4) != b"PK\x03\x04":
            return False
        try:
            with zipfile.ZipFile(content) as archive:
                _refuse_bomb(archive)
                _refuse_unsafe_entries(archive)
                return main_part in archive.namelist() and main_type in _manifest(archive)
        except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError):
            return False

    return check


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED_BYTES
        or unpacked > MOST_RATIO * max(packed, 1)
    ):
        raise NotAccepted(_("The file would unpack to far more than a document needs."))


def _refuse_unsafe_entries(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        if entry.filename.lower().endswith("vbaproject.bin"):
            raise NotAccepted(
                _("The document contains macros. Save it without macros and try again.")
            )
        if entry.flag_bits & 1:
            raise NotAccepted(
                _("The document is encrypted. Save it without a password and try again.")
            )
        if _leads_outside(entry):
            raise NotAccepted(_("The document contains entries that lead outside it."))


def _leads_outside(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or stat.S_ISLNK(entry.external_attr >> 16)


def _manifest(archive: zipfile.ZipFile) -> bytes:
    with archive.open("[Content_Types].xml") as manifest:
        return manifest.read(LONGEST_MANIFEST_BYTES)


_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_KINDS: dict[str, tuple[ContentType, Callable[[IO[bytes]], bool]]] = {
    ".pdf": (ContentType.PDF, _begins_with(b"%PDF-1.", b"%PDF-2.")),
    ".png": (ContentType.PNG, _begins_with(b"\x89PNG\r\n\x1a\n")),
    ".jpg": (ContentType.JPEG, _begins_with(b"\xff\xd8\xff")),
    ".jpeg": (ContentType.JPEG, _begins_with(b"\xff\xd8\xff")),
    ".docx": (ContentType.DOCX, _is_office("word/document.xml", _WORD)),
    ".xlsx": (ContentType.XLSX, _is_office("xl/workbook.xml", _EXCEL)),
    ".geojson": (ContentType.GEOJSON, _is_geojson),
    ".json": (ContentType.JSON, _is_json),
    ".csv": (ContentType.CSV, _is_text),
    ".txt": (ContentType.TEXT, _is_text),
}
ACCEPTED_ENDINGS = ",".join(_KINDS)
