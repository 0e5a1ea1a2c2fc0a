"""Who conducts a sitting, and who asks for the floor."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Delegation, Intervention, Meeting, Sitting
from meetings.queries.sittings import running_sitting_of
from meetings.rules.meetings import of_the_secretariat
from meetings.statuses import MeetingStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_IN_SESSION = Verdict(_("The meeting is not in session."), code="wrong_status")
NOBODY_SITS = Verdict(
    _("No sitting is going on: call the meeting to order first."), code="wrong_status"
)
SITS_ALREADY = Verdict(_("A sitting is going on already."), code="wrong_status")
CLOSED = Verdict(
    _("The meeting is closed: the record of its sittings stays as it is."), code="wrong_status"
)
NOT_YOUR_DELEGATION = Verdict(
    _("The floor is asked for by the secretariat, or by an editor or head for the own delegation.")
)


def may_conduct(user: User, meeting: Meeting) -> Verdict:
    """Keep the record of a sitting: the secretariat, at the chair's side."""
    return of_the_secretariat(user)


def may_ask_for_the_floor(user: User, delegation: Delegation) -> Verdict:
    if user.is_secretariat or (user.may_act and user.serves(delegation.participant_id)):
        return ALLOWED
    return NOT_YOUR_DELEGATION


def may_strike(user: User, intervention: Intervention) -> Verdict:
    """Who may ask for the floor may also do without it."""
    return may_ask_for_the_floor(user, intervention.delegation)


def ready_to_call(meeting: Meeting) -> Verdict:
    if meeting.status != MeetingStatus.IN_SESSION:
        return NOT_IN_SESSION
    return SITS_ALREADY if running_sitting_of(meeting) else ALLOWED


def ready_to_go_on(sitting: Sitting) -> Verdict:
    """Whether something can still happen in the sitting: it runs, and the meeting is in session."""
    if sitting.meeting.status != MeetingStatus.IN_SESSION:
        return NOT_IN_SESSION
    return ALLOWED if sitting.ended_at is None else NOBODY_SITS


def ready_to_correct(meeting: Meeting) -> Verdict:
    """The record is corrected, with a reason, until the meeting is closed."""
    return CLOSED if meeting.status == MeetingStatus.CLOSED else ALLOWED
