"""Who may do what with an incident; each rule answers with a reason."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.statuses import EDITABLE
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(_("Only the participant that reports this incident may do this."))
NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only draft and report."))
SAME_PERSON = Verdict(
    _("You reported this incident yourself: a second person of your authority verifies it."),
    code="same_person",
)


def may_create(user: User) -> Verdict:
    if not user.is_national:
        return Verdict(_("Incidents are reported by the authorities of the participants."))
    return ALLOWED if user.may_act else NOT_A_READER


def _may_act_on(user: User, incident: Incident) -> Verdict:
    if not user.serves(incident.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def _person_may_act_on(user: User, incident: Incident) -> Verdict:
    verdict = _may_act_on(user, incident)
    return NOT_A_MACHINE if verdict and user.is_machine else verdict


def may_update(user: User, incident: Incident) -> Verdict:
    verdict = _may_act_on(user, incident)
    if verdict and incident.status not in EDITABLE:
        return Verdict(_("A closed incident is not changed: reopen it first."), code="wrong_status")
    return verdict


may_report = _may_act_on
may_discard = _person_may_act_on


def may_verify(user: User, incident: Incident) -> Verdict:
    verdict = _person_may_act_on(user, incident)
    return SAME_PERSON if verdict and incident.reported_by_id == user.pk else verdict


# Whoever reported it may see the mistake first, so the same person may take it back.
may_reject = _person_may_act_on
may_activate = _person_may_act_on
may_stabilise = _person_may_act_on
may_close = _person_may_act_on
may_reopen = _person_may_act_on
may_attach = _may_act_on
