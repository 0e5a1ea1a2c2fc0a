"""Which procedures there are, and who may see them: those of the records that the user may read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from ots_portal import plugs
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.statuses import ProcedureStatus


def visible_to(user: User) -> QuerySet[SilenceProcedure]:
    """Return the procedures about records that the user may read, by the records' own boundaries."""
    readable = Q(pk__in=[])
    for subject in plugs.silent_subjects.values():
        records = subject.visible_to(user).order_by().values("pk")
        readable |= Q(subject_type=subject.model, subject_id__in=records)
    return SilenceProcedure.objects.filter(readable)


def record_for(user: User, subject_id: str) -> SilenceProcedure | None:
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def with_names(procedures: QuerySet[SilenceProcedure]) -> QuerySet[SilenceProcedure]:
    return procedures.select_related("started_by__participant").prefetch_related(
        "participants", "objections__participant", "objections__person"
    )


def running_of(model: str, pk: UUID) -> SilenceProcedure | None:
    """Return the procedure that runs about this record (``model`` is its label), None where none does."""
    return _about(model, pk).filter(status=ProcedureStatus.RUNNING).first()


def history_of(model: str, pk: UUID) -> QuerySet[SilenceProcedure]:
    """Return all procedures about this record, the newest first."""
    return _about(model, pk).order_by("-started_at", "-id")


def _about(model: str, pk: UUID) -> QuerySet[SilenceProcedure]:
    return SilenceProcedure.objects.filter(subject_type=model, subject_id=pk)


def waiting_for(participant: Participant) -> QuerySet[SilenceProcedure]:
    """Return the running procedures that this participant may break, the one that ends first before others."""
    running = SilenceProcedure.objects.filter(
        status=ProcedureStatus.RUNNING, participants=participant
    )
    return running.order_by("expires_at", "id")


def due(at: datetime) -> QuerySet[SilenceProcedure]:
    """Return the running procedures whose time is over at that moment."""
    running = SilenceProcedure.objects.filter(status=ProcedureStatus.RUNNING, expires_at__lte=at)
    return running.order_by("expires_at", "id")


def filtered(
    procedures: QuerySet[SilenceProcedure], wishes: Mapping[str, Any], *, reader: User
) -> QuerySet[SilenceProcedure]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``subject_type`` is a label, ``mine`` leaves those that the reader's own participant may break.
    """
    for name in ("status", "subject_type", "subject_id"):
        if wishes.get(name):
            procedures = procedures.filter(**{name: wishes[name]})
    if wishes.get("updated_since"):
        procedures = procedures.filter(updated_at__gte=wishes["updated_since"])
    if wishes.get("mine"):
        procedures = procedures.filter(participants=reader.participant_id)
    return procedures


# ── what is under silence ───────────────────────────────────────────────────────────────────────
def plug_of(procedure: SilenceProcedure) -> plugs.SilentSubject:
    return plugs.silent_subjects[procedure.subject_type]


def subject_of(procedure: SilenceProcedure) -> Any:
    """Return the record under silence, whoever asks; records under silence are never deleted."""
    return apps.get_model(procedure.subject_type)._default_manager.get(pk=procedure.subject_id)


def subject_for(user: User, procedure: SilenceProcedure) -> Model | None:
    """Return the record under silence where the user may read it."""
    readable = plug_of(procedure).visible_to(user)
    return readable.filter(pk=procedure.subject_id).first()
