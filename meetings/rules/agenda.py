"""Who may work on an agenda, and until when."""

from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem, Meeting
from meetings.rules.meetings import NOT_READY, of_the_secretariat
from meetings.statuses import AGENDA_GROWS, AGENDA_OPEN, MeetingStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

ADOPTED = Verdict(
    _("The agenda was adopted when the meeting was opened: items can be added, not changed."),
    code="wrong_status",
)
FINISHED = Verdict(_("The meeting is over: its agenda stays as it is."), code="wrong_status")
IN_SESSION = (MeetingStatus.IN_SESSION, MeetingStatus.SUSPENDED)
# Until the minutes are done the record of what became of an item can be put right.
OUTCOME_OPEN = (*IN_SESSION, MeetingStatus.ADJOURNED)


def may_add_item(user: User, meeting: Meeting) -> Verdict:
    verdict = of_the_secretariat(user)
    return FINISHED if verdict and meeting.status not in AGENDA_GROWS else verdict


def may_change_items(user: User, meeting: Meeting) -> Verdict:
    """Reword, move, remove."""
    verdict = may_add_item(user, meeting)
    return ADOPTED if verdict and meeting.status not in AGENDA_OPEN else verdict


def may_circulate_agenda(user: User, meeting: Meeting) -> Verdict:
    """Freeze the provisional agenda and send it to those who are called."""
    verdict = may_change_items(user, meeting)
    if verdict and not meeting.announced_at:
        return Verdict(
            _("Convene the meeting first: nobody but the secretariat can read it yet."),
            code=NOT_READY,
        )
    return verdict


def may_settle_item(user: User, item: AgendaItem) -> Verdict:
    """Say what became of an item."""
    verdict = of_the_secretariat(user)
    if not verdict:
        return verdict
    if item.meeting.status in AGENDA_OPEN:
        return Verdict(
            _("What became of an item is recorded once the meeting is open."), code=NOT_READY
        )
    if item.meeting.status not in OUTCOME_OPEN:
        return FINISHED
    return verdict


def may_announce_results(user: User, meeting: Meeting) -> Verdict:
    """Put the results of silence procedures on the agenda: a new item like any other."""
    return may_add_item(user, meeting)


def needs_consent(meeting: Meeting) -> bool:
    """Whether an item comes so late that the meeting has to agree to it."""
    return meeting.status in IN_SESSION


def ready_to_circulate_agenda(meeting: Meeting) -> Verdict:
    if meeting.agenda_items.exists():
        return ALLOWED
    return Verdict(_("There is no item to circulate yet."), code=NOT_READY)
