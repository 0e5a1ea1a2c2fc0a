"""Holding a participant while its people change: whoever counts its heads counts alone."""

from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import Refused, Verdict

LEFT_MEANWHILE = Verdict(_("Your account was suspended in the meantime."))


def hold(participant: str) -> None:
    """
    Make others who change this participant's people wait until the transaction ends.

    On SQLite the transaction has the database to itself already (IMMEDIATE).
    """
    Participant.objects.select_for_update(no_key=True).get(pk=participant)


def as_they_stand(person: User, *, by: User) -> tuple[User, User]:
    """
    Hold the person's participant; return both as they stand now.

    :raises Refused: when who acts has been suspended since their request began
    """
    hold(person.participant_id)
    return User.objects.get(pk=person.pk), still_here(by)


def still_here(by: User) -> User:
    """
    Return who acts as they stand now.

    :raises Refused: when they have been suspended since their request began
    """
    actor = User.objects.get(pk=by.pk)
    if not actor.is_active:
        raise Refused(LEFT_MEANWHILE)
    return actor
