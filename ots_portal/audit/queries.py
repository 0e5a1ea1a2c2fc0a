from collections.abc import Iterable

from django.db import models
from django.db.models import QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User


def history_of(subject: models.Model) -> QuerySet[AuditEntry]:
    """Return what happened to a record, oldest first; the caller has checked who may read it."""
    return AuditEntry.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by("recorded_at", "id")


def names_of_actors(entries: Iterable[AuditEntry]) -> dict[object, str]:
    """Return actor id → name, "A person of …" where the person was forgotten."""
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    return {person.pk: person.name for person in User.objects.filter(pk__in=ids)}
