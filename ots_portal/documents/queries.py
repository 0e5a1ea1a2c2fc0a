from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from ots_portal import plugs
from ots_portal.documents.models import Document
from ots_portal.documents.statuses import DocumentStatus
from ots_portal.people.models import User


def visible_to(user: User) -> QuerySet[Document]:
    """Return the attached documents of the records that the user may read."""
    readable = Q(pk__in=[])
    for owner in plugs.document_owners.values():
        records = owner.visible_to(user).order_by().values("pk")
        readable |= Q(owner_type=owner.model, owner_id__in=records)
    return Document.objects.filter(readable, status=DocumentStatus.ATTACHED)


def attached_to(owner: Model) -> QuerySet[Document]:
    """Return the documents of a record that the caller has found through its own boundary."""
    return Document.objects.filter(
        owner_type=owner._meta.label_lower, owner_id=owner.pk, status=DocumentStatus.ATTACHED
    ).select_related("participant", "uploaded_by")


def records_that_hold(label: str, user: User) -> QuerySet[Any] | None:
    """Return the records of that kind which the user may read; None where no such kind has documents."""
    owner = plugs.document_owners.get(label)
    return owner.visible_to(user) if owner else None


def owner_of(document: Document, user: User) -> Model | None:
    """Return the record the document hangs on, where the user may read it."""
    records = records_that_hold(document.owner_type, user)
    return None if records is None else records.filter(pk=document.owner_id).first()


def documents_of(owner: Model) -> list[dict[str, Any]]:
    """Return what the API's detail of a record says about its documents; no names of people."""
    return [
        {
            "id": str(document.pk),
            "title": document.title,
            "file_name": document.file_name,
            "content_type": document.content_type,
            "size_bytes": document.size_bytes,
            "sha256": document.sha256,
            "participant": document.participant_id,
            "uploaded_at": document.uploaded_at,
            "url": reverse("api:documents-detail", args=[document.pk]),
        }
        for document in attached_to(owner)
    ]
