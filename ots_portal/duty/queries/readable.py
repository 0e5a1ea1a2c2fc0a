"""
Who reads a roster: the participant's own people, and the secretariat's staff and administrator all.

The same people as see each other on the people's pages, for a roster is a list of names; partner systems
read what a reader of their participant reads.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from ots_portal.duty.models import Pattern, Roster, Shift, Swap
from ots_portal.participants.models import Participant
from ots_portal.people.models import Role, User


def participants_visible_to(user: User | AnonymousUser) -> QuerySet[Participant]:
    """Return the participants whose rosters the user may read."""
    everybody = Participant.objects.order_by("slug")
    if not isinstance(user, User):
        return everybody.none()
    if _reads_all(user):
        return everybody
    return everybody.filter(pk=user.participant_id) if user.is_national else everybody.none()


def may_read(user: User | AnonymousUser, participant_slug: str) -> bool:
    if not isinstance(user, User):
        return False
    return _reads_all(user) or user.serves(participant_slug)


def _reads_all(user: User) -> bool:
    return user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR


def rosters_visible_to(user: User | AnonymousUser) -> QuerySet[Roster]:
    found = Roster.objects.select_related("participant")
    return found.filter(participant__in=participants_visible_to(user))


def shifts_visible_to(user: User | AnonymousUser) -> QuerySet[Shift]:
    found = Shift.objects.select_related("participant", "person__participant", "pattern")
    return found.filter(participant__in=participants_visible_to(user))


def patterns_visible_to(user: User | AnonymousUser) -> QuerySet[Pattern]:
    found = Pattern.objects.select_related("participant", "person__participant")
    return found.filter(participant__in=participants_visible_to(user))


def swaps_visible_to(user: User | AnonymousUser) -> QuerySet[Swap]:
    found = Swap.objects.select_related(
        "shift__participant",
        "shift__person__participant",
        "in_return__person__participant",
        "asked_by__participant",
        "asked_of__participant",
        "decided_by__participant",
    )
    return found.filter(shift__participant__in=participants_visible_to(user))
