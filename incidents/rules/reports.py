"""Who may do what with a situation report: editors write, the head publishes what others wrote."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, SituationReport
from incidents.queries import reports as queries
from incidents.statuses import OPEN, IncidentStatus, ReportStatus
from ots_portal.notifications import recall
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_READY = "not_ready"
REPORTED_ON = (*OPEN, IncidentStatus.CLOSED)

NO_PART = Verdict(
    _("Only participants that have a part in this incident, and the secretariat, report on it.")
)
NOT_YOURS = Verdict(_("Only the participant whose report this is may do this."))
NOT_THE_SECRETARIATS = Verdict(_("Joint reports are kept by the secretariat."))
NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_HEAD = Verdict(_("Only the head of the authority whose report this is may do this."))
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only draft and submit."))
SAME_PERSON = Verdict(
    _("You wrote or submitted this report: a second person publishes it."), code="same_person"
)


def may_create(user: User, incident: Incident) -> Verdict:
    verdict = _may_report_on(user, incident)
    if verdict and incident.status not in REPORTED_ON:
        return Verdict(
            _("Situation reports are written of incidents that were reported and not archived."),
            code="wrong_status",
        )
    return verdict


def _may_report_on(user: User, incident: Incident) -> Verdict:
    if user.is_secretariat:
        return ALLOWED
    if not (user.is_national and queries.has_a_part(incident, user.participant_id)):
        return NO_PART
    return ALLOWED if user.may_act else NOT_A_READER


def _may_act_on(user: User, report: SituationReport) -> Verdict:
    if report.is_joint:
        return ALLOWED if user.is_secretariat else NOT_THE_SECRETARIATS
    if not user.serves(report.participant_id or ""):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def _person_may_act_on(user: User, report: SituationReport) -> Verdict:
    verdict = _may_act_on(user, report)
    return NOT_A_MACHINE if verdict and user.is_machine else verdict


def _head_may_act_on(user: User, report: SituationReport) -> Verdict:
    verdict = _person_may_act_on(user, report)
    return NOT_A_HEAD if verdict and not user.is_head else verdict


def may_update(user: User, report: SituationReport) -> Verdict:
    verdict = _may_act_on(user, report)
    if verdict and report.status != ReportStatus.DRAFT:
        return Verdict(
            _("Only a draft is changed: what was published is replaced by the next report."),
            code="wrong_status",
        )
    return verdict


may_submit = _may_act_on
may_discard = _person_may_act_on
# Whoever submitted it may see the mistake first, so the same person may take it back.
may_send_back = _person_may_act_on
may_withdraw = _head_may_act_on


def may_publish(user: User, report: SituationReport) -> Verdict:
    verdict = _head_may_act_on(user, report)
    return SAME_PERSON if verdict and queries.is_author(user, report) else verdict


def may_recall(user: User, report: SituationReport) -> Verdict:
    verdict = _head_may_act_on(user, report)
    if verdict and not recall.is_open(report, "incidents.report.published"):
        return Verdict(recall.too_late(), code="wrong_status")
    return verdict


def ready_to_submit(report: SituationReport) -> Verdict:
    texts = (report.situations, report.responses, report.needs, report.outlooks)
    if any(any(text.strip() for text in one.values()) for one in texts) or report.figures.exists():
        return ALLOWED
    return Verdict(_("There is neither a text nor a figure to submit yet."), code=NOT_READY)


def ready_to_publish(report: SituationReport) -> Verdict:
    if report.incident.status in REPORTED_ON:
        return ALLOWED
    return Verdict(
        _("The incident this report is about is not under way any more."), code=NOT_READY
    )
