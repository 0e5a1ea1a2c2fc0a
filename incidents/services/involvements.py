"""The parts that participants have in an incident."""

from datetime import datetime

from django.db.models import F

from incidents.models import Incident, Involvement
from incidents.statuses import ParticipantRole
from incidents.stored import store
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

# Who is struck, or may be, stays so in the record whatever it gives to others.
_KEPT = (ParticipantRole.AFFECTED, ParticipantRole.AT_RISK, ParticipantRole.ASSISTING)


def add_assisting(
    incident: Incident, participant: Participant, *, by: User, at: datetime
) -> Involvement:
    """Give the participant whose help was accepted its part; the caller holds the transaction."""
    part, is_new = Involvement.objects.get_or_create(
        incident=incident,
        participant=participant,
        defaults={"role": ParticipantRole.ASSISTING, "updated_at": at},
    )
    changed = (
        Involvement.objects.filter(pk=part.pk)
        .exclude(role__in=_KEPT)
        .update(role=ParticipantRole.ASSISTING, version=F("version") + 1, updated_at=at)
    )
    if is_new or changed:
        Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1, updated_at=at)
        incident.refresh_from_db()
        store(incident)
        part.refresh_from_db()
    return part
