from django.db.models import Prefetch, QuerySet

from ots_portal.participants.models import Authority, EmergencyNumber, Participant, ParticipantKind
from ots_portal.texts import fold


def with_authorities() -> QuerySet[Participant]:
    """Return all participants with their present authorities and numbers: public, in three queries."""
    return Participant.objects.prefetch_related(
        Prefetch("authorities", Authority.objects.filter(superseded_at=None)),
        Prefetch("emergency_numbers", EmergencyNumber.objects.filter(superseded_at=None)),
    )


def members() -> QuerySet[Participant]:
    return with_authorities().filter(kind=ParticipantKind.MEMBER)


def participants_by_any_name() -> dict[str, str]:
    """Return slugs by everything a participant is called, folded: slug, codes, names in every language."""
    found: dict[str, str] = {}
    participants = list(Participant.objects.all())
    for one in participants:
        called = [*one.names.values(), *one.official_names.values(), one.iso2, one.iso3]
        for name in filter(None, called):
            found.setdefault(fold(name), one.pk)
    # The slug is the key: it stands for nobody else.
    return {**found, **{fold(one.pk): one.pk for one in participants}}
