from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from meetings.models import Meeting, Minutes, MinutesParagraph
from meetings.queries import meetings as meeting_queries
from meetings.queries.meetings import OBSERVING
from meetings.statuses import Classification, MinutesStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, User


def visible_to(user: User | AnonymousUser) -> QuerySet[Minutes]:
    """
    Return the minutes the user may see.

    The secretariat all; staff of members those circulated, adopted or published; observers' staff
    what was published for them; everybody else what was published for everybody.
    """
    if isinstance(user, User) and user.is_secretariat:
        return Minutes.objects.all()
    if isinstance(user, User) and user.is_member_staff:
        return Minutes.objects.exclude(status=MinutesStatus.DRAFT)
    published = Minutes.objects.filter(status=MinutesStatus.PUBLISHED)
    if isinstance(user, User) and user.is_observer_staff:
        return published
    return published.filter(classification=Classification.PUBLIC)


def with_meeting(minutes: QuerySet[Minutes]) -> QuerySet[Minutes]:
    """Take along what every row of a list shows: the meeting's title, date and place."""
    return minutes.select_related("meeting")


def record_for(user: User, subject_id: str) -> Minutes | None:
    """Return the minutes if the user may see them: asked again before a message is sent."""
    return with_meeting(visible_to(user)).filter(pk=subject_id).first()


def readable_minutes_of(meeting: Meeting, user: User | AnonymousUser) -> Minutes | None:
    """Return the meeting's minutes where the user may see them, as if there were none otherwise."""
    return visible_to(user).filter(meeting=meeting).first()


def adopting_meeting_for(minutes: Minutes, user: User | AnonymousUser) -> Meeting | None:
    """Return the later meeting that adopted the minutes, where the user may read that meeting."""
    if not minutes.adopting_meeting_id:
        return None
    return meeting_queries.visible_to(user).filter(pk=minutes.adopting_meeting_id).first()


def adopted_at(meeting: Meeting, user: User | AnonymousUser) -> QuerySet[Minutes]:
    """Return the minutes of earlier meetings that this one adopted, as far as the user may see them."""
    adopted = with_meeting(visible_to(user)).filter(adopting_meeting=meeting)
    return adopted.order_by("meeting__starts_at", "id")


def readers_of(minutes: Minutes) -> QuerySet[User]:
    """Return the active people who may now read published minutes, the secretariat left out."""
    kinds = {ParticipantKind.MEMBER, *OBSERVING}
    if minutes.classification == Classification.PUBLIC:
        kinds.add(ParticipantKind.THIRD)
    return User.objects.filter(
        participant__kind__in=kinds, role__in=NATIONAL_ROLES, kind="person", is_active=True
    )


def observing_participants() -> QuerySet[Participant]:
    """Return those to whom publication opens minutes that only members could read."""
    return Participant.objects.filter(kind__in=OBSERVING)


def published_for(user: User | AnonymousUser) -> QuerySet[Minutes]:
    """Return the published minutes the user may see, the latest first."""
    published = visible_to(user).filter(status=MinutesStatus.PUBLISHED)
    return with_meeting(published).order_by("-published_at", "-id")


def waiting_for_publication_by(user: User) -> QuerySet[Minutes]:
    """Return the adopted minutes that this person, being no author of them, may publish."""
    if not (user.is_secretariat and user.is_head):
        return Minutes.objects.none()
    adopted = Minutes.objects.filter(status=MinutesStatus.ADOPTED).exclude(
        Q(prepared_by=user) | Q(pk__in=_written_by(user)) | Q(pk__in=_stand_by(user))
    )
    return with_meeting(adopted).order_by("adopted_at", "id")


def is_author(user: User, minutes: Minutes) -> bool:
    """
    Whether the person started the minutes, or has ever saved words of them.

    A paragraph names who touched it last, in any language: who wrote before is known by the entries.
    """
    return (
        minutes.prepared_by_id == user.pk
        or minutes.paragraphs.filter(written_by=user).exists()
        or _savings_by(user).filter(subject_id=str(minutes.pk)).exists()
    )


WRITING = ("meetings.minutes.updated", "meetings.minutes.filled")


def _savings_by(user: User) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        actor_id=user.pk, subject_type="meetings.minutes", kind__in=WRITING
    )


def _written_by(user: User) -> set[UUID]:
    return {UUID(key) for key in _savings_by(user).values_list("subject_id", flat=True).distinct()}


def _stand_by(user: User) -> QuerySet[MinutesParagraph, Any]:
    return MinutesParagraph.objects.filter(written_by=user).values("minutes")
