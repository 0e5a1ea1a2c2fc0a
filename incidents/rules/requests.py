"""Who may do what with a request for assistance; each rule answers with a reason."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Amendment, AssistanceRequest, Incident
from incidents.queries import requests as queries
from incidents.rules.parties import (
    NOT_A_MACHINE,
    NOT_A_READER,
    head_may_act_for,
    is_third,
    may_act_for,
    person_may_act_for,
)
from incidents.statuses import DECIDABLE, OPEN, RequestStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(_("Only the State that asks for assistance may do this."))
NOT_AFFECTED = Verdict(
    _("Assistance is asked for by a State that is affected, at risk, or reported the incident.")
)
SAME_PERSON = Verdict(
    _("You wrote this request yourself: a second person, the head of authority, signs it."),
    code="same_person",
)
SAME_PERSON_AMENDS = Verdict(
    _("You wrote this amendment yourself: a second person, the head of authority, signs it."),
    code="same_person",
)
INCIDENT_IS_OVER = Verdict(
    _(
        "Assistance is asked for while the incident is open: reported, verified, active or stabilising."
    ),
    code="wrong_status",
)
SIGNED_IS_FROZEN = Verdict(
    _("A signed request does not change: prepare an amendment."), code="wrong_status"
)
NOT_AMENDABLE = Verdict(
    _("Only a request that is circulated and not yet fulfilled can be amended."),
    code="wrong_status",
)
NOTHING_ASKED = Verdict(_("The request asks for nothing yet: add a line."), code="wrong_status")

NO_NOTE = Verdict(
    _("Attach the signed note of the State that asks: it is what you enter."), code="wrong_status"
)


def may_create(user: User, incident: Incident) -> Verdict:
    """The affected State's editors ask; the secretariat's staff for a third State."""
    if not user.is_national and not user.is_secretariat:
        return NOT_YOURS
    if user.is_national and not queries.is_affected(user, incident):
        return NOT_AFFECTED
    if user.is_national and not user.may_act:
        return NOT_A_READER
    return ALLOWED if incident.status in OPEN else INCIDENT_IS_OVER


def may_create_for(user: User, participant: Participant) -> Verdict:
    """Whether this person may write in this State's name at all."""
    return may_act_for(user, participant, otherwise=NOT_YOURS)


def _acts(user: User, request: AssistanceRequest) -> Verdict:
    return person_may_act_for(user, request.participant, otherwise=NOT_YOURS)


def may_update(user: User, request: AssistanceRequest) -> Verdict:
    verdict = may_act_for(user, request.participant, otherwise=NOT_YOURS)
    return SIGNED_IS_FROZEN if verdict and not request.is_draft else verdict


def may_sign(user: User, request: AssistanceRequest) -> Verdict:
    verdict = head_may_act_for(user, request.participant, otherwise=NOT_YOURS)
    return SAME_PERSON if verdict and request.prepared_by_id == user.pk else verdict


def ready_to_sign(request: AssistanceRequest) -> Verdict:
    """Something is asked for; of a third State, its signed note is attached."""
    if not request.items.exists():
        return NOTHING_ASKED
    is_noted = not is_third(request.participant) or queries.has_document(request)
    return ALLOWED if is_noted else NO_NOTE


def may_circulate(user: User, request: AssistanceRequest) -> Verdict:
    """The requester sends it out, or the secretariat does so for it."""
    return ALLOWED if user.is_secretariat else _acts(user, request)


may_discard = _acts
may_suspend = _acts
may_resume = _acts
may_fulfil = _acts
may_close = _acts


def may_withdraw(user: User, request: AssistanceRequest) -> Verdict:
    return head_may_act_for(user, request.participant, otherwise=NOT_YOURS)


def may_amend(user: User, request: AssistanceRequest) -> Verdict:
    """Write what shall change; the head signs it."""
    verdict = may_act_for(user, request.participant, otherwise=NOT_YOURS)
    return NOT_AMENDABLE if verdict and request.status not in DECIDABLE else verdict


def may_sign_amendment(user: User, amendment: Amendment) -> Verdict:
    request = amendment.request
    verdict = head_may_act_for(user, request.participant, otherwise=NOT_YOURS)
    return SAME_PERSON_AMENDS if verdict and amendment.prepared_by_id == user.pk else verdict


def may_drop_amendment(user: User, amendment: Amendment) -> Verdict:
    return _acts(user, amendment.request)


def may_attach(user: User, request: AssistanceRequest) -> Verdict:
    return may_act_for(user, request.participant, otherwise=NOT_YOURS)


def may_acknowledge(user: User, request: AssistanceRequest) -> Verdict:
    """Say that it has arrived: a person who acts for a participant that may offer."""
    if not user.is_national or user.serves(request.participant_id):
        return Verdict(_("Those who are asked say that the request has reached them."))
    if user.is_machine:
        return NOT_A_MACHINE
    if not user.may_act:
        return NOT_A_READER
    if request.status in (RequestStatus.WITHDRAWN, RequestStatus.CLOSED):
        return Verdict(_("This request is over."), code="wrong_status")
    return ALLOWED
