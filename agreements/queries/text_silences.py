"""Silence about frozen texts: who sees it, who may break it, and whether one runs."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from agreements.models import Confirmation, Instrument, TextSilence
from agreements.queries import visible_to as instruments_visible_to
from agreements.statuses import ConfirmationStatus, SilencePurpose, TextSilenceStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User, UserKind


def visible_to(user: User | AnonymousUser) -> QuerySet[TextSilence]:
    """Return the silences about texts of instruments that the reader may see, to who negotiates."""
    if not isinstance(user, User) or not (user.is_secretariat or user.is_member_staff):
        return TextSilence.objects.none()
    readable = instruments_visible_to(user).order_by().filter(pk=OuterRef("revision__instrument"))
    return TextSilence.objects.filter(Exists(readable)).select_related("revision__instrument")


def of_instrument(instrument: Instrument) -> QuerySet[TextSilence]:
    return TextSilence.objects.filter(revision__instrument=instrument)


def running_of(instrument: Instrument) -> TextSilence | None:
    """Return the silence that a text of this instrument is under: until its end nothing of the text changes."""
    return of_instrument(instrument).filter(status=TextSilenceStatus.UNDER_SILENCE).first()


def asked_in_silence(silence: TextSilence) -> QuerySet[Participant]:
    """
    Return the States that may break it: those that have not confirmed yet, or else all that negotiate.

    Where nobody entered who negotiates, all members do.
    """
    if silence.purpose == SilencePurpose.CONFIRMATION:
        pending = Confirmation.objects.filter(
            ad_referendum__instrument=silence.instrument_id,
            ad_referendum__ended_at=None,
            status=ConfirmationStatus.PENDING,
        )
        return Participant.objects.filter(pk__in=pending.values("participant"))
    states = Participant.objects.filter(instruments=silence.instrument_id)
    return states if states.exists() else Participant.objects.filter(kind=ParticipantKind.MEMBER)


def readers_of(silence: TextSilence) -> QuerySet[User]:
    """Return everybody who reads the text under negotiation: the people of members and the secretariat."""
    people = User.objects.filter(kind=UserKind.PERSON, is_active=True)
    members = people.filter(participant__kind=ParticipantKind.MEMBER, role__in=NATIONAL_ROLES)
    return members | people.filter(role__in=SECRETARIAT_ROLES)
