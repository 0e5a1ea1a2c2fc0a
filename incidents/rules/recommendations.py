"""Who may do what with a recommendation: its owner reports it done, the secretariat closes it."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Recommendation
from incidents.queries import reviews as queries
from incidents.rules.reviews import NOT_A_MACHINE, NOT_A_READER, NOT_READY
from incidents.statuses import ReviewStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_ITS_OWNER = Verdict(_("Only the participant that owns the recommendation reports on it."))
NOT_THE_SECRETARIAT = Verdict(_("The secretariat closes recommendations or sends them back."))
SAME_PERSON = Verdict(
    _("You reported this recommendation as done: a second person judges it."), code="same_person"
)


def may_report_done(user: User, recommendation: Recommendation) -> Verdict:
    if user.participant_id != recommendation.participant_id:
        return NOT_ITS_OWNER
    if user.is_machine:
        return NOT_A_MACHINE
    if user.is_secretariat:
        return ALLOWED
    if not user.is_national:
        return NOT_ITS_OWNER
    return ALLOWED if user.may_act else NOT_A_READER


def may_close(user: User, recommendation: Recommendation) -> Verdict:
    if not user.is_secretariat:
        return NOT_THE_SECRETARIAT
    reported = queries.has_acted(user, recommendation, "incidents.recommendation.reported_done")
    return SAME_PERSON if reported else ALLOWED


may_send_back = may_close


def ready_to_report_done(recommendation: Recommendation) -> Verdict:
    if recommendation.review.status == ReviewStatus.PUBLISHED:
        return ALLOWED
    return Verdict(_("A recommendation holds once its review is published."), code=NOT_READY)
