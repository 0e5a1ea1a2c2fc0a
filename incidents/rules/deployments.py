"""
Who may do what with a deployment. Its two parties are the sender and the host.

The sender moves it; what the host sees with its own eyes (arrived, at work) or decides (released, not needed any
more) the host may say, too. A person says so: partner systems plan, correct and report positions.
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from incidents.models import Deployment, OfferItem
from incidents.rules import parties
from incidents.statuses import LIVE_DEPLOYMENTS, DeploymentStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THE_SENDER = Verdict(_("Only the participant that sends this deployment may do this."))
NOT_A_PARTY = Verdict(_("Only the two parties of this deployment may do this."))
NOT_THE_OTHER = Verdict(_("Your side proposed this: the other side agrees or declines."))
NOT_A_HEAD = Verdict(_("Only a head of authority of one of the two parties may do this."))
ENDED = Verdict(_("This deployment is over: nothing of it changes any more."), code="wrong_status")
SET_OUT = Verdict(_("This deployment has set out: its checklist is settled."), code="wrong_status")
STILL_PLANNED = (DeploymentStatus.PLANNED, DeploymentStatus.MOBILISING)
MAY_STAY_LONGER = (
    DeploymentStatus.MOBILISING,
    DeploymentStatus.EN_ROUTE,
    DeploymentStatus.ARRIVED,
    DeploymentStatus.OPERATIONAL,
)


def is_party(user: User, deployment: Deployment) -> bool:
    """Whether the user's participant is the sender or the host, or the user acts for a third State that is."""
    return parties.stands_for(user, deployment.participant) or parties.stands_for(
        user, deployment.host
    )


def may_read_contact(user: User, deployment: Deployment) -> bool:
    """Whether the leader and the telephone are for this reader: the two parties and the secretariat."""
    return user.is_secretariat or is_party(user, deployment)


def may_plan(user: User, offer_item: OfferItem) -> Verdict:
    return parties.may_act_for(user, offer_item.offer.participant, otherwise=NOT_THE_SENDER)


def may_update(user: User, deployment: Deployment) -> Verdict:
    verdict = parties.may_act_for(user, deployment.participant, otherwise=NOT_THE_SENDER)
    return _while_live(verdict, deployment)


def may_log(user: User, deployment: Deployment) -> Verdict:
    return _while_live(_either(user, deployment, parties.may_act_for), deployment)


def _while_live(verdict: Verdict, deployment: Deployment) -> Verdict:
    return ENDED if verdict and deployment.status not in LIVE_DEPLOYMENTS else verdict


def _either(user: User, deployment: Deployment, may: Callable[..., Verdict]) -> Verdict:
    """Ask for the side that the user stands for."""
    side = deployment.host if parties.stands_for(user, deployment.host) else deployment.participant
    return may(user, side, otherwise=NOT_A_PARTY)


def _sender(user: User, deployment: Deployment) -> Verdict:
    return parties.person_may_act_for(user, deployment.participant, otherwise=NOT_THE_SENDER)


def _either_party(user: User, deployment: Deployment) -> Verdict:
    return _either(user, deployment, parties.person_may_act_for)


may_mobilise = _sender
may_depart = _sender
may_return_home = _sender
may_arrive = _either_party
may_begin_work = _either_party
may_demobilise = _either_party  # the host releases it, as in EDXL-RM's ReleaseResource
may_recall = _either_party
may_cancel = _either_party


# ── a longer stay ───────────────────────────────────────────────────────────────────────────────
def may_propose_extension(user: User, deployment: Deployment) -> Verdict:
    verdict = _either_party(user, deployment)
    if verdict and deployment.status not in MAY_STAY_LONGER:
        return Verdict(
            _("A stay is extended between mobilising and demobilising."), code="wrong_status"
        )
    return verdict


def may_agree_extension(user: User, deployment: Deployment) -> Verdict:
    verdict = _either_party(user, deployment)
    if not verdict:
        return verdict
    if deployment.proposed_until_at is None or deployment.proposed_by is None:
        return Verdict(_("No longer stay is proposed."), code="wrong_status")
    other = deployment.host if deployment.proposed_by_id == deployment.participant_id else deployment.participant  # fmt: skip
    return ALLOWED if parties.stands_for(user, other) else NOT_THE_OTHER


may_decline_extension = may_agree_extension


# ── checklist ───────────────────────────────────────────────────────────────────────────────────
def may_settle(user: User, deployment: Deployment) -> Verdict:
    """Whether the user may mark an item of the checklist as done: a person of either party."""
    return _while_live(_either_party(user, deployment), deployment)


def may_waive(user: User, deployment: Deployment) -> Verdict:
    """Whether the user may let the team go without an item: a head of either party."""
    verdict = may_settle(user, deployment)
    return NOT_A_HEAD if verdict and not user.is_head else verdict


def may_reopen_check(user: User, deployment: Deployment) -> Verdict:
    verdict = may_settle(user, deployment)
    return SET_OUT if verdict and deployment.status not in STILL_PLANNED else verdict


# ── team manifest ───────────────────────────────────────────────────────────────────────────────
def may_read_manifest(user: User, deployment: Deployment) -> Verdict:
    """Names and passports are for editors and heads of the two parties alone, also not the secretariat."""
    return _either_party(user, deployment)


def may_write_manifest(user: User, deployment: Deployment) -> Verdict:
    return _while_live(_sender(user, deployment), deployment)
