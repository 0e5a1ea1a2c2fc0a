"""Who may bring participants into an incident because they must know."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.rules import incidents as incident_rules
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

STILL_A_DRAFT = Verdict(
    _("Nobody else sees a draft: report the incident first."), code="wrong_status"
)


def may_tell(user: User, incident: Incident) -> Verdict:
    verdict = incident_rules.may_update(user, incident)
    if verdict and user.is_machine:
        return incident_rules.NOT_A_MACHINE
    return STILL_A_DRAFT if verdict and incident.is_draft else verdict
