"""Who invites, and who answers: the secretariat sends, the invited participant's people decide."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Invitation, Meeting
from meetings.rules.meetings import NOT_READY, head_of_the_secretariat, of_the_secretariat
from meetings.statuses import MeetingStatus
from meetings.statuses.delegations import InvitationStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_INVITED = Verdict(_("Only people of the invited participant answer its invitation."))
NOT_ITS_HEAD = Verdict(_("Only the head of the invited participant accepts or declines."))
# Before these nobody is called; after these there is nothing to come to.
INVITES = (
    MeetingStatus.PLANNED,
    MeetingStatus.CONVENED,
    MeetingStatus.POSTPONED,
    MeetingStatus.IN_SESSION,
    MeetingStatus.SUSPENDED,
)
SENDS = (MeetingStatus.CONVENED, MeetingStatus.IN_SESSION, MeetingStatus.SUSPENDED)
OVER = Verdict(
    _("This meeting is over or cancelled: nobody is invited to it."), code="wrong_status"
)


def may_invite(user: User, meeting: Meeting) -> Verdict:
    verdict = of_the_secretariat(user)
    return OVER if verdict and meeting.status not in INVITES else verdict


def may_update(user: User, invitation: Invitation) -> Verdict:
    """Word the note verbale's reference, or the capacity, until it is sent."""
    verdict = may_invite(user, invitation.meeting)
    if verdict and invitation.status != InvitationStatus.DRAFT:
        return Verdict(
            _("A sent invitation is not rewritten: withdraw it and invite anew."),
            code="wrong_status",
        )
    return verdict


def may_send(user: User, invitation: Invitation) -> Verdict:
    return of_the_secretariat(user)


def may_withdraw(user: User, invitation: Invitation) -> Verdict:
    """What was never sent an officer drops; what a State has in hand, the head takes back."""
    if invitation.status == InvitationStatus.DRAFT:
        return of_the_secretariat(user)
    return head_of_the_secretariat(user)


def may_acknowledge(user: User, invitation: Invitation) -> Verdict:
    theirs = user.serves(invitation.participant_id) and user.may_act
    return ALLOWED if theirs else NOT_INVITED


def may_accept(user: User, invitation: Invitation) -> Verdict:
    if not user.serves(invitation.participant_id):
        return NOT_INVITED
    return ALLOWED if user.is_head else NOT_ITS_HEAD


may_decline = may_accept


def ready_to_send(invitation: Invitation) -> Verdict:
    if invitation.meeting.status not in SENDS:
        return Verdict(
            _("Invitations are sent once the meeting is convened, and until it is adjourned."),
            code=NOT_READY,
        )
    return ALLOWED


def ready_to_answer(invitation: Invitation) -> Verdict:
    if invitation.meeting.status in INVITES:
        return ALLOWED
    return Verdict(
        _("This meeting is over or cancelled: there is nothing to answer."), code=NOT_READY
    )
