"""Who may work on an agenda, and until when."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from meetings.rules.meetings import of_the_secretariat
from meetings.statuses import AGENDA_GROWS, AGENDA_OPEN
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

ADOPTED = Verdict(
    _("The agenda was adopted when the meeting was opened: items can be added, not changed."),
    code="wrong_status",
)
FINISHED = Verdict(_("The meeting is over: its agenda stays as it is."), code="wrong_status")


def may_add_item(user: User, meeting: Meeting) -> Verdict:
    verdict = of_the_secretariat(user)
    return FINISHED if verdict and meeting.status not in AGENDA_GROWS else verdict


def may_change_items(user: User, meeting: Meeting) -> Verdict:
    """Rename, move, remove."""
    verdict = may_add_item(user, meeting)
    return ADOPTED if verdict and meeting.status not in AGENDA_OPEN else verdict
