"""Files coming in and going: no row without its file, no file without its row."""

import hashlib
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.documents import content, rules
from ots_portal.documents.models import Document
from ots_portal.documents.statuses import DOCUMENTS
from ots_portal.lifecycle import take_step
from ots_portal.people.models import User
from ots_portal.verdicts import require

if TYPE_CHECKING:
    from django.core.files.base import File  # takes a type argument in its stubs only

logger = logging.getLogger(__name__)


def attach(
    owner: models.Model, upload: "File[bytes]", *, title: str, by: User, at: datetime
) -> Document:
    """
    Check a file and hang it on the record; the same bytes twice are the document that is there already.

    :raises NotAccepted: with a sentence for its sender
    :raises Refused: when the record's own rule says no
    """
    require(rules.may_attach(by, owner))
    document = _checked(upload)
    document.owner_type, document.owner_id = owner._meta.label_lower, owner.pk
    document.title = title or document.file_name
    document.participant, document.uploaded_by = by.participant, by
    document.uploaded_at = document.updated_at = at
    return _same_bytes(document) or _stored(document, upload)


def _checked(upload: "File[bytes]") -> Document:
    """Return an unsaved document that says what the file is."""
    _refuse_size(upload.size)
    name = content.safe_name(upload.name or "")
    return Document(
        file_name=name,
        content_type=content.recognise(name, upload),
        size_bytes=upload.size,
        sha256=_digest(upload),
    )


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
        status=document.status,
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
