"""Who does something about an action, and who settles it."""

from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem
from meetings.rules.meetings import of_the_secretariat
from meetings.statuses.decisions import UNDONE
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THE_OWNER = Verdict(
    _("An editor or head of the responsible participant does this, in its name.")
)
SETTLED = Verdict(
    _("This action is reported, done or cancelled: its day is not moved any more."),
    code="wrong_status",
)


def _owner_may(user: User, action: ActionItem) -> Verdict:
    if user.participant_id != action.responsible_id:
        return NOT_THE_OWNER
    return ALLOWED if user.is_secretariat or user.may_act else NOT_THE_OWNER


def _secretariat_may(user: User, action: ActionItem) -> Verdict:
    return of_the_secretariat(user)


may_start = _owner_may
may_report = _owner_may
may_close = _secretariat_may
may_send_back = _secretariat_may
may_cancel = _secretariat_may


def may_move_due(user: User, action: ActionItem) -> Verdict:
    verdict = of_the_secretariat(user)
    return SETTLED if verdict and action.status not in UNDONE else verdict


def may_attach(user: User, action: ActionItem) -> Verdict:
    """Files belong to the report of the responsible; the secretariat adds what came on paper."""
    if of_the_secretariat(user):
        return ALLOWED
    return _owner_may(user, action)
