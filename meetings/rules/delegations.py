"""Who works on a delegation: its own participant's people, until the meeting is adjourned."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Delegate, Delegation, Meeting
from meetings.queries import delegations as queries
from meetings.queries import invitations as invitation_queries
from meetings.rules.meetings import NOT_READY
from meetings.statuses import MeetingStatus
from meetings.statuses.delegations import DelegationStatus, InvitationStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THEIRS = Verdict(_("Only editors and the head of this participant work on its delegation."))
NOT_THE_HEAD = Verdict(_("Only the head of this participant’s authority does this."))
GOES_ON = (
    MeetingStatus.CONVENED,
    MeetingStatus.POSTPONED,
    MeetingStatus.IN_SESSION,
    MeetingStatus.SUSPENDED,
)
NOT_YET = Verdict(_("Delegations are announced once the meeting is convened."), code="wrong_status")
OVER = Verdict(
    _("The meeting is over or cancelled: its delegations stay as they are."), code="wrong_status"
)
DECLINED = Verdict(
    _("The invitation was declined: there is no delegation to announce."), code=NOT_READY
)
UNINVITED = Verdict(_("This participant is not invited to the meeting."), code=NOT_READY)
WITHDRAWN = Verdict(
    _("This delegation was withdrawn: announce it again before you change it."), code="wrong_status"
)


def _acts_for(user: User, participant_slug: str) -> bool:
    """Its own people; for a participant that has none in the portal, the secretariat with its note."""
    if user.is_secretariat:
        return not queries.may_sign_in_for(participant_slug).exists()
    return user.serves(participant_slug) and user.may_act


def _while_it_goes_on(meeting: Meeting) -> Verdict:
    if meeting.status == MeetingStatus.PLANNED:
        return NOT_YET
    return ALLOWED if meeting.status in GOES_ON else OVER


def may_announce(user: User, meeting: Meeting, participant: Participant) -> Verdict:
    if participant.kind == ParticipantKind.SECRETARIAT or not _acts_for(user, participant.pk):
        return NOT_THEIRS
    verdict = _while_it_goes_on(meeting)
    return verdict and is_called(meeting, participant)


def is_called(meeting: Meeting, participant: Participant) -> Verdict:
    """Members are called by the convening itself, everybody else by an invitation."""
    invitation = invitation_queries.standing(meeting, participant.pk)
    if invitation and invitation.status == InvitationStatus.DECLINED:
        return DECLINED
    reached = invitation is not None and invitation.status != InvitationStatus.DRAFT
    return ALLOWED if reached or participant.kind == ParticipantKind.MEMBER else UNINVITED


def may_change(user: User, delegation: Delegation) -> Verdict:
    """Add, correct and remove delegates; name another head."""
    if not _acts_for(user, delegation.participant_id):
        return NOT_THEIRS
    if delegation.status == DelegationStatus.WITHDRAWN:
        return WITHDRAWN
    return _while_it_goes_on(delegation.meeting)


def _head_may(user: User, delegation: Delegation) -> Verdict:
    """The authority's head stands for its delegation; where it has nobody here, the secretariat does."""
    if not _acts_for(user, delegation.participant_id):
        return NOT_THEIRS
    if not user.is_head:
        return NOT_THE_HEAD
    return ALLOWED


def may_name_head(user: User, delegate: Delegate) -> Verdict:
    """An account that heads a delegation reads what is for heads: no editor names it, or oneself."""
    account = delegate.user
    return ALLOWED if account is None or account.is_head or user.is_head else NOT_THE_HEAD


may_confirm = _head_may
may_withdraw = _head_may


def may_reopen(user: User, delegation: Delegation) -> Verdict:
    return ALLOWED if _acts_for(user, delegation.participant_id) else NOT_THEIRS


def ready(delegation: Delegation) -> Verdict:
    """Every step is taken before the meeting is adjourned."""
    return _while_it_goes_on(delegation.meeting)


def ready_to_come(delegation: Delegation) -> Verdict:
    """Whose invitation was declined or withdrawn meanwhile does not come on it."""
    return ready(delegation) and is_called(delegation.meeting, delegation.participant)


def ready_to_confirm(delegation: Delegation) -> Verdict:
    verdict = ready_to_come(delegation)
    if verdict and not queries.running_head(delegation):
        return Verdict(_("Name the head of the delegation before you confirm it."), code=NOT_READY)
    return verdict
