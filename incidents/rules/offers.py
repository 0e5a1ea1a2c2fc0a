"""Who may do what with an offer: the offerer edits and withdraws, the requester alone decides."""

from django.utils.translation import gettext_lazy as _

from incidents.models import AssistanceRequest, Incident, Offer
from incidents.queries import offers as queries
from incidents.rules.parties import (
    NOT_A_MACHINE,
    NOT_A_READER,
    ONLY_THE_HEAD,
    head_may_act_for,
    person_may_act_for,
)
from incidents.statuses import ACCEPTED_OFFERS, OFFERS, OPEN, OPEN_TO_OFFERS, WAITING_OFFERS
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(_("Only the participant that makes this offer may do this."))
NOT_YOURS_TO_DECIDE = Verdict(
    _("Only the State that asked for assistance decides on what is offered to it.")
)
ASKED_YOURSELF = Verdict(_("Nobody offers to themselves: assistance is offered by the others."))
NOT_OFFERING = Verdict(_("Assistance is offered by the authorities of the participants."))
NOT_OPEN = Verdict(
    _("This request does not take offers now: only a circulated one that still has gaps does."),
    code="wrong_status",
)
INCIDENT_IS_OVER = Verdict(
    _("Assistance is offered while the incident is open."), code="wrong_status"
)
SAME_PERSON = Verdict(
    _("You wrote this offer yourself: a second person, the head of authority, signs it."),
    code="same_person",
)
SIGNED_IS_FROZEN = Verdict(
    _("A signed offer does not change: withdraw it and make another."), code="wrong_status"
)
NOTHING_OFFERED = Verdict(_("The offer holds nothing yet: add a line."), code="wrong_status")
NOTHING_ACCEPTED = Verdict(
    _("Nothing of this offer is accepted yet: withdraw it as a whole."), code="wrong_status"
)
NOTHING_WAITS = Verdict(
    _("Nothing of this offer waits for a decision any more: there is nothing to withdraw."),
    code="wrong_status",
)
REST_WITHDRAWN = Verdict(
    _(
        "The offerer has withdrawn what was not accepted: nothing more of the offer can be accepted."
    ),
    code="wrong_status",
)
NOT_LIVE = Verdict(_("This offer does not stand any more."), code="wrong_status")
UP_TO_DATE = Verdict(
    _("The offer answers the newest text of the request already."), code="wrong_status"
)


def may_create(user: User, request: AssistanceRequest) -> Verdict:
    """Offer to lines of a request."""
    verdict = _offers(user, request.participant_id)
    return NOT_OPEN if verdict and request.status not in OPEN_TO_OFFERS else verdict


def may_create_unsolicited(user: User, incident: Incident) -> Verdict:
    """Offer to an incident what nobody has asked for yet."""
    verdict = _offers(user, incident.participant_id)
    if verdict is ASKED_YOURSELF and queries.recipients_of(incident, besides=user.participant_id):
        verdict = ALLOWED if user.may_act else NOT_A_READER
    return INCIDENT_IS_OVER if verdict and incident.status not in OPEN else verdict


def _offers(user: User, recipient: str) -> Verdict:
    if not user.is_national:
        return NOT_OFFERING
    if user.serves(recipient):
        return ASKED_YOURSELF
    return ALLOWED if user.may_act else NOT_A_READER


def _acts(user: User, offer: Offer) -> Verdict:
    if not user.serves(offer.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def _person_acts(user: User, offer: Offer) -> Verdict:
    verdict = _acts(user, offer)
    return NOT_A_MACHINE if verdict and user.is_machine else verdict


def _head_acts(user: User, offer: Offer) -> Verdict:
    verdict = _person_acts(user, offer)
    return ONLY_THE_HEAD if verdict and not user.is_head else verdict


def may_update(user: User, offer: Offer) -> Verdict:
    verdict = _acts(user, offer)
    return SIGNED_IS_FROZEN if verdict and not offer.is_draft else verdict


def may_sign(user: User, offer: Offer) -> Verdict:
    verdict = _head_acts(user, offer)
    return SAME_PERSON if verdict and offer.prepared_by_id == user.pk else verdict


def ready_to_sign(offer: Offer) -> Verdict:
    return ALLOWED if offer.items.exists() else NOTHING_OFFERED


may_discard = _person_acts
may_submit = _person_acts
may_withdraw = _head_acts
may_attach = _acts


def may_withdraw_rest(user: User, offer: Offer) -> Verdict:
    """Take back what nobody has accepted yet; whoever may withdraw the whole offer may do this."""
    verdict = may_withdraw(user, offer)
    if verdict and offer.status in OFFERS.steps["withdraw"].sources:
        return NOTHING_ACCEPTED
    return NOTHING_WAITS if verdict and not queries.rest_of(offer).exists() else verdict


def may_confirm(user: User, offer: Offer) -> Verdict:
    """Say that the offer still stands although the request has changed since."""
    verdict = _head_acts(user, offer)
    if verdict and offer.status not in (*WAITING_OFFERS, *ACCEPTED_OFFERS):
        return NOT_LIVE
    return UP_TO_DATE if verdict and not offer.is_outdated else verdict


def may_review(user: User, offer: Offer) -> Verdict:
    """Say that the offer is being looked at; this decides nothing."""
    return person_may_act_for(user, offer.recipient, otherwise=NOT_YOURS_TO_DECIDE)


def may_decide(user: User, offer: Offer) -> Verdict:
    """The requester's head alone; for a third State the head of the secretariat enters its note."""
    return head_may_act_for(user, offer.recipient, otherwise=NOT_YOURS_TO_DECIDE)


def may_accept(user: User, offer: Offer) -> Verdict:
    """Take everything, as long as everything is still to be had."""
    verdict = may_decide(user, offer)
    return REST_WITHDRAWN if verdict and offer.rest_withdrawn_at else verdict


may_accept_in_part = may_decide
may_accept_provisionally = may_decide
may_decline = may_decide
