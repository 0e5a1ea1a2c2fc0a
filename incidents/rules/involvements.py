"""Who may give a participant a part in an incident, and who says how that part goes."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, Involvement
from incidents.rules.incidents import NOT_A_MACHINE, NOT_A_READER, NOT_YOURS
from incidents.statuses import OPEN, Classification, IncidentStatus, ParticipantRole
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

GIVES_PARTS_IN = (IncidentStatus.DRAFT, *OPEN)
# A participant's own recovery goes on when the common work has ended.
TOLD_IN = (*GIVES_PARTS_IN, IncidentStatus.CLOSED)

OVER = Verdict(
    _("Nobody gets or loses a part in an incident that is over: reopen it first."),
    code="wrong_status",
)
TOLD_NO_MORE = Verdict(_("The record of this incident is finished."), code="wrong_status")
OWNER_NAMES = Verdict(
    _("Who may read an incident for named participants, only the reporting participant says.")
)
THE_HEAD_NAMES = Verdict(
    _("Who may read an incident for named participants, the head of authority says.")
)
OWN_WORDS = Verdict(_("Only the participant itself says how its part goes."))
FROM_COUNTRIES = Verdict(
    _("Who is affected follows from the countries of the incident: change those.")
)


def may_add(user: User, incident: Incident) -> Verdict:
    """The reporting participant, and the secretariat where that gives nobody more to read."""
    verdict = _may_change(user, incident)
    return may_name(user, incident) if verdict else verdict


def may_name(user: User, incident: Incident) -> Verdict:
    """Whom a shared incident for named participants is opened to, or closed, the head of authority says."""
    if not is_about_readers(incident):
        return ALLOWED
    if not user.serves(incident.participant_id):
        return OWNER_NAMES
    return ALLOWED if user.is_head else THE_HEAD_NAMES


def is_about_readers(incident: Incident) -> bool:
    """Return whether a part is what lets a participant read the incident: drafts only their own one does."""
    return incident.classification == Classification.NAMED and not incident.is_draft


def _may_change(user: User, incident: Incident) -> Verdict:
    if user.is_machine:
        return NOT_A_MACHINE
    verdict = _may_give(user, incident)
    return OVER if verdict and incident.status not in GIVES_PARTS_IN else verdict


def _may_give(user: User, incident: Incident) -> Verdict:
    if user.is_secretariat:
        return OWNER_NAMES if incident.classification == Classification.NAMED else ALLOWED
    if not user.serves(incident.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def may_change_role(user: User, involvement: Involvement) -> Verdict:
    verdict = _may_change(user, involvement.incident)
    is_affected = involvement.role == ParticipantRole.AFFECTED
    return FROM_COUNTRIES if verdict and is_affected else verdict


def may_remove(user: User, involvement: Involvement) -> Verdict:
    verdict = may_change_role(user, involvement)
    return may_name(user, involvement.incident) if verdict else verdict


def may_update(user: User, involvement: Involvement) -> Verdict:
    """Whether the user may say the status, class and public text of this part: the participant's own."""
    if not user.serves(involvement.participant_id):
        return OWN_WORDS
    if not user.may_act:
        return NOT_A_READER
    return ALLOWED if involvement.incident.status in TOLD_IN else TOLD_NO_MORE
