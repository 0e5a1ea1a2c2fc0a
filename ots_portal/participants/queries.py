from django.db.models import QuerySet

from ots_portal.participants.models import Participant, ParticipantKind


def with_authorities() -> QuerySet[Participant]:
    """Return all participants, each with its authorities and numbers: they are public, in three queries."""
    return Participant.objects.prefetch_related("authorities", "emergency_numbers")


def members() -> QuerySet[Participant]:
    return with_authorities().filter(kind=ParticipantKind.MEMBER)
