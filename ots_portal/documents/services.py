"""Files coming in and going: no row without its file, no file without its row."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.documents import content, queries, rules, scanner
from ots_portal.documents.models import LIVE, Document
from ots_portal.documents.statuses import DOCUMENTS, DocumentStatus
from ots_portal.lifecycle import WrongStatus, take_step
from ots_portal.people.models import User
from ots_portal.verdicts import require

if TYPE_CHECKING:
    from django.core.files.base import File  # takes a type argument in its stubs only

logger = logging.getLogger(__name__)

# How long one process may ask the scanner about a file before another one does.
SCAN_LEASE = timedelta(seconds=120)
# When a scanner that gave no verdict is asked again; the last pause repeats for ever.
SCAN_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300))
CHUNK_BYTES = 64 * 1024

Clock = Callable[[], datetime]


def attach(
    owner: models.Model, upload: "File[bytes]", *, title: str, by: User, at: datetime
) -> Document:
    """
    Check a file and hang it on the record; the same bytes twice are the document that is there already.

    :raises NotAccepted: with a sentence for its sender
    :raises Refused: when the record's own rule says no
    """
    require(rules.may_attach(by, owner))
    document, kept = _checked(upload)
    document.owner_type, document.owner_id = owner._meta.label_lower, owner.pk
    document.title = title or document.file_name
    document.participant, document.uploaded_by = by.participant, by
    document.uploaded_at = document.updated_at = at
    if settings.PORTAL_SCANNER:
        document.status, document.scan_due_at = DocumentStatus.QUARANTINED, at
    return _same_bytes(document) or _stored(document, kept)


def _checked(upload: "File[bytes]") -> tuple[Document, "File[bytes]"]:
    """Return an unsaved document that says what the file is, and the file as it is to be kept."""
    _refuse_size(upload.size)
    name = content.safe_name(upload.name or "")
    found = content.recognise(name, upload)
    kept = upload if found.clean is None else ContentFile(found.clean, name)
    document = Document(
        file_name=name,
        content_type=found.kind,
        size_bytes=kept.size,
        sha256=_digest(kept),
    )
    return document, kept


def _refuse_size(size_bytes: int) -> None:
    limit = settings.PORTAL_UPLOAD_LIMIT_BYTES
    if size_bytes > limit:
        sentence = _("The file has %(size)s; the portal takes up to %(limit)s.")
        sizes = {"size": filesizeformat(size_bytes), "limit": filesizeformat(limit)}
        raise content.TooLarge(sentence % sizes)
    if size_bytes == 0:
        raise content.NotAccepted(_("The file is empty."))


def _digest(upload: "File[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _same_bytes(document: Document) -> Document | None:
    return Document.objects.filter(
        owner_type=document.owner_type,
        owner_id=document.owner_id,
        sha256=document.sha256,
        status__in=LIVE,
    ).first()


def _stored(document: Document, upload: "File[bytes]") -> Document:
    """Write the file, then its row; when the row cannot be written, the file goes again."""
    _write(document, upload)
    try:
        _insert(document)
    except BaseException as failure:
        document.file.delete(save=False)
        same = _same_bytes(document) if isinstance(failure, IntegrityError) else None
        if same:  # somebody else sent it in the same moment
            return same
        raise
    return document


def _write(document: Document, upload: "File[bytes]") -> None:
    """:raises NotStored: when the disk is full or the store does not answer"""
    try:
        document.file.save(document.file_name, upload, save=False)
    except OSError as failure:
        logger.exception("A file could not be stored.")
        raise content.NotStored(
            _(
                "The file could not be stored just now. Nothing was kept; try again in a few minutes."
            )
        ) from failure


# durable: inside a caller's transaction a later rollback would leave the file behind.
@transaction.atomic(durable=True)
def _insert(document: Document) -> None:
    document.save(force_insert=True)
    record(
        "documents.document.attached",
        subject=document,
        by=document.uploaded_by,
        at=document.uploaded_at,
        owner=[document.owner_type, str(document.owner_id)],
        content_type=document.content_type,
        size_bytes=document.size_bytes,
        sha256=document.sha256,
    )


def remove(document: Document, *, by: User, at: datetime) -> Document:
    """Take the document off its record; row and file stay for the auditor, nobody can download it."""
    require(rules.may_remove(by, document))
    owner = [document.owner_type, str(document.owner_id)]
    return take_step(document, "remove", lifecycle=DOCUMENTS, by=by, at=at, owner=owner)


# ── the scan ────────────────────────────────────────────────────────────────────────────────────


def scan_waiting(*, clock: Clock) -> int:
    """
    Ask the scanner about every file whose time has come; return how many it gave a verdict on.

    Without a verdict a file stays in quarantine, however long that takes.
    """
    count = 0
    while settings.PORTAL_SCANNER and (document := _claimed(at=clock())):
        try:
            malware = scanner.scan(settings.PORTAL_SCANNER, _chunks(document))
        except (scanner.ScannerFailed, OSError) as error:
            logger.warning("Document %s could not be scanned: %s", document.pk, error)
            _postpone(document, at=clock())
            break  # what ails the scanner would hold up every other file as long
        _judge(document, malware, at=clock())
        count += 1
    return count


def _claimed(*, at: datetime) -> Document | None:
    """Take the file that waits longest; nobody else takes it before the lease ends."""
    for document in queries.due_for_scan(at)[:10]:
        mine = queries.due_for_scan(at).order_by().filter(pk=document.pk)
        if mine.update(scan_due_at=at + SCAN_LEASE, scan_try_count=F("scan_try_count") + 1):
            return document
    return None


def _postpone(document: Document, *, at: datetime) -> None:
    pause = SCAN_PAUSES[min(document.scan_try_count, len(SCAN_PAUSES) - 1)]
    waiting = Document.objects.filter(pk=document.pk, status=DocumentStatus.QUARANTINED)
    waiting.update(scan_due_at=at + pause)


def _chunks(document: Document) -> Iterator[bytes]:
    with document.file.open("rb") as file:
        yield from file.chunks(CHUNK_BYTES)


def _judge(document: Document, malware: str, *, at: datetime) -> None:
    try:
        condemn(document, malware=malware, at=at) if malware else release(document, at=at)
    except WrongStatus:
        logger.info("Document %s was removed while it was being scanned.", document.pk)


def release(document: Document, *, at: datetime) -> Document:
    """Let the file be downloaded: the scanner found nothing in it."""
    return _scanned(document, "release", at=at, changes={"scanned_at": at})


def condemn(document: Document, *, malware: str, at: datetime) -> Document:
    """Keep the file from everybody, and tell those who must know."""
    changes = {"scanned_at": at, "malware": malware}
    return _scanned(document, "condemn", at=at, changes=changes, malware=malware)


def _scanned(document: Document, verb: str, *, at: datetime, **more: Any) -> Document:
    owner = [document.owner_type, str(document.owner_id)]
    participant = document.participant_id
    return take_step(
        document,
        verb,
        lifecycle=DOCUMENTS,
        by=None,
        at=at,
        participant=participant,
        owner=owner,
        **more,
    )
