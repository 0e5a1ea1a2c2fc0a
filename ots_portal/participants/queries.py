from django.db.models import Prefetch, QuerySet

from ots_portal.participants.models import Authority, EmergencyNumber, Participant, ParticipantKind


def with_authorities() -> QuerySet[Participant]:
    """Return all participants with their present authorities and numbers: public, in three queries."""
    return Participant.objects.prefetch_related(
        Prefetch("authorities", Authority.objects.filter(superseded_at=None)),
        Prefetch("emergency_numbers", EmergencyNumber.objects.filter(superseded_at=None)),
    )


def members() -> QuerySet[Participant]:
    return with_authorities().filter(kind=ParticipantKind.MEMBER)
