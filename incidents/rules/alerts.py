"""Who may do what with an alert of our own: editors write, a head who wrote none of it approves and issues."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Alert, Incident
from incidents.statuses import OPEN, AlertStatus
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(_("Only the participant in whose name this alert is written may do this."))
NOT_INVOLVED = Verdict(
    _("Alerts are written by the participants that have a part in the incident.")
)
NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only draft."))
HEADS_ONLY = Verdict(
    _("An alert goes out in the State’s name: the head of the authority does this.")
)
SAME_PERSON = Verdict(
    _("You wrote a part of this alert: a second person approves it."), code="same_person"
)
NOT_OPEN = Verdict(
    _("Alerts are drafted from an incident that is reported and not yet closed."),
    code="wrong_status",
)
NOT_EDITABLE = Verdict(
    _("Only a draft is rewritten: send the alert back first."), code="wrong_status"
)
NOT_STANDING = Verdict(
    _("Only an alert that was issued and still stands is updated or cancelled."),
    code="wrong_status",
)


def may_draft(user: User, incident: Incident) -> Verdict:
    if not user.is_national or not _has_part(user, incident):
        return NOT_INVOLVED
    if not user.may_act:
        return NOT_A_READER
    return ALLOWED if incident.status in OPEN else NOT_OPEN


def _has_part(user: User, incident: Incident) -> bool:
    return (
        user.serves(incident.participant_id)
        or incident.involvements.filter(participant=user.participant_id).exists()
    )


def _may_write(user: User, alert: Alert) -> Verdict:
    if not user.serves(alert.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def _person_may_write(user: User, alert: Alert) -> Verdict:
    verdict = _may_write(user, alert)
    return NOT_A_MACHINE if verdict and user.is_machine else verdict


def _head_may(user: User, alert: Alert) -> Verdict:
    verdict = _person_may_write(user, alert)
    return HEADS_ONLY if verdict and user.role != Role.HEAD else verdict


def may_update(user: User, alert: Alert) -> Verdict:
    verdict = _may_write(user, alert)
    return NOT_EDITABLE if verdict and alert.status != AlertStatus.DRAFT else verdict


def may_follow(user: User, alert: Alert) -> Verdict:
    """Whether to draft the update or the cancellation of this one."""
    verdict = _may_write(user, alert)
    stands = alert.status == AlertStatus.ISSUED and alert.message_type != "Cancel"
    return NOT_STANDING if verdict and not stands else verdict


may_discard = _person_may_write
may_send_back = _person_may_write
may_issue = _head_may


def may_approve(user: User, alert: Alert) -> Verdict:
    verdict = _head_may(user, alert)
    return SAME_PERSON if verdict and _wrote(user, alert) else verdict


def _wrote(user: User, alert: Alert) -> bool:
    return alert.drafted_by_id == user.pk or str(user.pk) in alert.content.get("authors", ())
