"""What a file is, by its bytes: an allow-list, and a refusal with a sentence for everything else."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.documents.confined import inspect
from ots_portal.documents.inspection.findings import Finding

LONGEST_NAME = 120


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


@dataclass(frozen=True)
class Recognised:
    """What the file is; ``clean`` are the bytes to keep where they are others than those sent."""

    kind: ContentType
    clean: bytes | None = None


def recognise(name: str, content: IO[bytes]) -> Recognised:
    """
    Find out what the file is; the name's ending and the content must agree, and nothing in it may act.

    :raises NotAccepted: with a sentence
    """
    kind, inspection = _KINDS.get(PurePosixPath(name).suffix.lower(), (None, ""))
    if kind is None:
        raise NotAccepted(
            _(
                "Files of this kind are not taken. Taken are PDF, DOCX, XLSX, PNG, JPEG, GeoJSON, JSON, CSV and TXT."
            )
        )
    inspected = inspect(inspection, content)
    content.seek(0)
    if inspected.finding:
        raise NotAccepted(SENTENCES[inspected.finding])
    return Recognised(kind, inspected.clean)


def kind_named_by(name: str) -> ContentType | None:
    """Return what the name's ending says the file is; None where such files are not taken."""
    return _KINDS.get(PurePosixPath(name).suffix.lower(), (None, ""))[0]


_KINDS: dict[str, tuple[ContentType, str]] = {
    ".pdf": (ContentType.PDF, "pdf"),
    ".png": (ContentType.PNG, "png"),
    ".jpg": (ContentType.JPEG, "jpeg"),
    ".jpeg": (ContentType.JPEG, "jpeg"),
    ".docx": (ContentType.DOCX, "word"),
    ".xlsx": (ContentType.XLSX, "excel"),
    ".geojson": (ContentType.GEOJSON, "geojson"),
    ".json": (ContentType.JSON, "json"),
    ".csv": (ContentType.CSV, "table"),
    ".txt": (ContentType.TEXT, "text"),
}
ACCEPTED_ENDINGS = ",".join(_KINDS)

# Each says what is wrong and the way out.
SENTENCES: dict[Finding, str | Promise] = {
    Finding.DISAGREES: _("The content of the file is not what its name says."),
    Finding.DAMAGED: _(
        "The file is damaged or breaks off. Open it, save it again and send the new file."
    ),
    Finding.ENCRYPTED: _("The document is encrypted. Save it without a password and try again."),
    Finding.TOO_MUCH_UNPACKED: _("The file would unpack to far more than a document needs."),
    Finding.TOO_MANY_PAGES: _("The document has more than 2,000 pages. Send it in parts."),
    Finding.TOO_MANY_PIXELS: _(
        "The picture has more than 64 million pixels. Make it smaller and try again."
    ),
    Finding.TOO_HEAVY: _(
        "The file is too complicated to be checked. Save it in a simpler form, or send it in parts."
    ),
    Finding.LEADS_OUTSIDE: _("The document contains entries that lead outside it."),
    Finding.MACROS: _("The document contains macros. Save it without macros and try again."),
    Finding.SCRIPT: _("The PDF contains scripts. Print it into a new PDF and send that one."),
    Finding.ACTION: _(
        "The document contains actions that start programs, open other files or send data. "
        "Print it into a new PDF and send that one."
    ),
    Finding.EMBEDDED: _(
        "The document contains another file. Remove it, or insert it as a picture, and send the other file by itself."
    ),
    Finding.MEDIA: _(
        "The PDF contains sound, video or three-dimensional content. Print it into a new PDF and send that one."
    ),
    Finding.CONTROLS: _(
        "The document contains interactive controls. Print it into a PDF and send that one."
    ),
    Finding.REMOTE: _(
        "The document fetches parts from elsewhere: a template, a picture, data of another file. "
        "Break these links, then save it and try again."
    ),
    Finding.COMMAND: _(
        "The document contains a field or formula that starts a program (DDE). Remove it and try again."
    ),
    Finding.DECLARATIONS: _("The document contains declarations (DTD) that do not belong there."),
}
