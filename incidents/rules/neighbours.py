"""Who may bring participants into an incident because they must know."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.rules import incidents as incident_rules
from incidents.rules.involvements import may_name
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

STILL_A_DRAFT = Verdict(
    _("Nobody else sees a draft: report the incident first."), code="wrong_status"
)


def may_tell(user: User, incident: Incident) -> Verdict:
    verdict = incident_rules.may_update(user, incident)
    if verdict and user.is_machine:
        return incident_rules.NOT_A_MACHINE
    if verdict and incident.is_draft:
        return STILL_A_DRAFT
    return may_name(user, incident) if verdict else verdict
