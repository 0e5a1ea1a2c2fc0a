from django.utils.translation import gettext_lazy as _

from ots_portal.duty.models import Shift
from ots_portal.participants.models import Participant
from ots_portal.people.models import DUTY_ROLES, User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THE_HEAD = Verdict(_("The head of the authority keeps its duty roster."))


def keeps(user: User, participant_slug: str) -> bool:
    is_theirs = user.participant_id == participant_slug
    return user.is_head and is_theirs and not user.is_machine


def may_plan(user: User, participant: Participant) -> Verdict:
    return ALLOWED if keeps(user, participant.pk) else NOT_THE_HEAD


def may_update(user: User, shift: Shift) -> Verdict:
    return ALLOWED if keeps(user, shift.participant_id) else NOT_THE_HEAD


def may_cancel(user: User, shift: Shift) -> Verdict:
    return may_update(user, shift)


def can_serve(user: User, participant_slug: str) -> bool:
    """Return whether the user can have shifts there."""
    is_theirs = user.participant_id == participant_slug
    return is_theirs and user.role in DUTY_ROLES and not user.is_machine


def may_ask(user: User, shift: Shift) -> Verdict:
    """Only who has the shift asks others to take it."""
    if shift.person_id == user.pk:
        return ALLOWED
    return Verdict(_("Only the person who has the shift asks for a swap."))
