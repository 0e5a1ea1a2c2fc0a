from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse

from ots_portal import plugs
from ots_portal.documents.models import Document
from ots_portal.documents.statuses import HELD, DocumentStatus
from ots_portal.people.models import HEAD_ROLES, SECRETARIAT_ROLES, User, UserKind


def visible_to(user: User) -> QuerySet[Document]:
    """
    Return the documents of the records that the user may read.

    What waits for its scan, or is infected, is shown to those whose document it is and to the
    secretariat; an infected one to the secretariat whatever record it hangs on, as it removes it.
    """
    readable = Q(pk__in=[])
    for owner in plugs.document_owners.values():
        # Asked row by row through the key: "in" would gather everything that the reader may see first.
        record = owner.visible_to(user).order_by().filter(pk=OuterRef("owner_id"))
        on_it = Q(owner_type=owner.model) & Q(Exists(record))
        readable |= on_it & Q(Exists(owner.placed())) if owner.placed else on_it
    shown = readable & _shown_to(user)
    if user.is_secretariat:
        shown |= Q(status=DocumentStatus.INFECTED)
    return Document.objects.filter(shown)


def _shown_to(user: User | None) -> Q:
    """Narrow the documents of a readable record to what this reader (None: a visitor) is shown."""
    attached, held = Q(status=DocumentStatus.ATTACHED), Q(status__in=HELD)
    if user is None:
        return attached
    if user.is_secretariat:
        return attached | held
    return attached | (held & Q(participant=user.participant_id))


def attached_to(owner: Model, user: User | None) -> QuerySet[Document]:
    """Return the documents of a record that the caller has found through its own boundary."""
    on_it = Document.objects.filter(owner_type=owner._meta.label_lower, owner_id=owner.pk)
    return on_it.filter(_shown_to(user)).select_related("participant", "uploaded_by")


def records_that_hold(label: str, user: User) -> QuerySet[Any] | None:
    """Return the records of that kind which the user may read; None where no such kind has documents."""
    owner = plugs.document_owners.get(label)
    return owner.visible_to(user) if owner else None


def takes_files(label: str) -> bool:
    """Whether files are hung on records of that kind by the page for any record."""
    owner = plugs.document_owners.get(label)
    return bool(owner and not owner.is_placed_by_app)


def owner_of(document: Document, user: User) -> Model | None:
    """Return the record the document hangs on, where the user may read it."""
    records = records_that_hold(document.owner_type, user)
    return None if records is None else records.filter(pk=document.owner_id).first()


def documents_of(owner: Model, user: User) -> list[dict[str, Any]]:
    """Return what the API says about a record's documents; no names of people."""
    return [
        {
            "id": str(document.pk),
            "title": document.title,
            "file_name": document.file_name,
            "content_type": document.content_type,
            "size_bytes": document.size_bytes,
            "sha256": document.sha256,
            "status": document.status,
            "scanned_at": document.scanned_at,
            "participant": document.participant_id,
            "uploaded_at": document.uploaded_at,
            "url": reverse("api:documents-detail", args=[document.pk]),
        }
        for document in attached_to(owner, user)
    ]


def due_for_scan(at: datetime) -> QuerySet[Document]:
    waiting = Document.objects.filter(status=DocumentStatus.QUARANTINED, scan_due_at__lte=at)
    return waiting.order_by("scan_due_at", "id")


def those_to_warn(document: Document) -> QuerySet[User]:
    """Return who hears that the document is infected: its sender, their heads, the secretariat."""
    heads = Q(participant=document.participant_id, role__in=HEAD_ROLES)
    secretariat = Q(role__in=SECRETARIAT_ROLES)
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
    return people.filter(Q(pk=document.uploaded_by_id) | heads | secretariat)


def infected_for(user: User, pk: str) -> Document | None:
    """Return the infected document that the person may be told of; None once it is gone."""
    infected = Document.objects.filter(pk=pk, status=DocumentStatus.INFECTED)
    told = infected.select_related("participant").first()
    return told if told and those_to_warn(told).filter(pk=user.pk).exists() else None
