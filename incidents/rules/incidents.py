"""Who may do what with an incident; each rule answers with a reason."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, OpeningProposal
from incidents.queries.incidents import authors_of
from incidents.statuses import EDITABLE, OPEN, Classification, IncidentStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(_("Only the participant that reports this incident may do this."))
NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only draft and report."))
# From its verification, which tells the others, until it is over.
ACKNOWLEDGED_IN = (IncidentStatus.VERIFIED, IncidentStatus.ACTIVE, IncidentStatus.STABILISING)
SAME_PERSON = Verdict(
    _(
        "You wrote or reported this incident yourself: a second person of your authority verifies it."
    ),
    code="same_person",
)
SAME_PROPOSER = Verdict(
    _("You proposed it yourself: a second person of your authority confirms it."),
    code="same_person",
)
ONE_IS_THE_HEAD = Verdict(
    _("One of the two who open an incident to the members is the head of authority.")
)
# A repeal of "named" or "members" is about what others may see: only what is shared has it.
CLASSIFIED = (*OPEN, IncidentStatus.CLOSED, IncidentStatus.ARCHIVED)


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
    """Whoever wrote it does not verify it, also where a partner system has reported it since."""
    verdict = _person_may_act_on(user, incident)
    if verdict and incident.status == IncidentStatus.REPORTED and user.pk in authors_of(incident):
        return SAME_PERSON
    return verdict


# Whoever reported it may see the mistake first, so the same person may take it back.
may_reject = _person_may_act_on
may_activate = _person_may_act_on
may_stabilise = _person_may_act_on
may_close = _person_may_act_on
may_reopen = _person_may_act_on
may_attach = _may_act_on
may_archive = _person_may_act_on
may_merge = _person_may_act_on


def may_unmerge(user: User, incident: Incident) -> Verdict:
    """Either of the two participants may say that it was no duplicate after all."""
    if incident.merged_into and user.serves(incident.merged_into.participant_id):
        if user.is_machine:
            return NOT_A_MACHINE
        return ALLOWED if user.may_act else NOT_A_READER
    return _person_may_act_on(user, incident)


def may_set_level(user: User, incident: Incident) -> Verdict:
    verdict = _may_act_on(user, incident)
    if not verdict or incident.status in OPEN:
        return verdict
    if incident.is_draft:
        sentence = _(
            "The level of a draft is changed with the draft: its history begins with the report."
        )
        return Verdict(sentence, code="wrong_status")
    return Verdict(_("The level of an incident that is over does not change."), code="wrong_status")


def may_reference(user: User, incident: Incident) -> Verdict:
    """Whether the user may say what other systems call the incident."""
    verdict = _may_act_on(user, incident)
    if verdict and incident.status not in (*EDITABLE, IncidentStatus.CLOSED):
        return Verdict(_("The record of this incident is finished."), code="wrong_status")
    return verdict


def may_tell_apart(user: User, incident: Incident) -> Verdict:
    """Whether the user may say that this incident and one that seems alike are two."""
    return _person_may_act_on(user, incident)


# ── who may read it ─────────────────────────────────────────────────────────────────────────────
def may_restrict(user: User, incident: Incident) -> Verdict:
    """Raising the classification takes effect at once, so one person may do it."""
    verdict = _classifies(user, incident)
    if verdict and incident.classification == Classification.NAMED:
        return Verdict(_("Only the named participants read it already."), code="wrong_status")
    return verdict


def may_propose_opening(user: User, incident: Incident) -> Verdict:
    verdict = _classifies(user, incident)
    if verdict and incident.classification == Classification.MEMBERS:
        return Verdict(_("All members read it already."), code="wrong_status")
    if verdict and proposal_of(incident):
        return Verdict(
            _("It is proposed already: a second person confirms it."), code="wrong_status"
        )
    return verdict


def may_open_to_members(user: User, incident: Incident) -> Verdict:
    """Lowering the classification takes two persons, one of whom is the head of authority."""
    verdict = _classifies(user, incident)
    proposal = proposal_of(incident)
    if not verdict:
        return verdict
    if proposal is None:
        return Verdict(_("Nobody has proposed to open it to the members."), code="wrong_status")
    if proposal.proposed_by_id == user.pk:
        return SAME_PROPOSER
    return ALLOWED if user.is_head or proposal.proposed_by.is_head else ONE_IS_THE_HEAD


def may_keep_restricted(user: User, incident: Incident) -> Verdict:
    """Whoever may propose may also drop a proposal, their own included."""
    verdict = _classifies(user, incident)
    if verdict and proposal_of(incident) is None:
        return Verdict(_("Nobody has proposed to open it to the members."), code="wrong_status")
    return verdict


def _classifies(user: User, incident: Incident) -> Verdict:
    verdict = _person_may_act_on(user, incident)
    if verdict and incident.is_draft:
        return Verdict(
            _("A draft is read by its own participant alone: say who reads it with the draft."),
            code="wrong_status",
        )
    if verdict and incident.status not in CLASSIFIED:
        return Verdict(_("The record of this incident is finished."), code="wrong_status")
    return verdict


def proposal_of(incident: Incident) -> OpeningProposal | None:
    return getattr(incident, "opening_proposal", None)


def may_acknowledge(user: User, incident: Incident) -> Verdict:
    """Say that it has arrived: a person who acts for another participant that reads it."""
    if not user.is_national or user.serves(incident.participant_id):
        return Verdict(_("Those who are told say that it has reached them."))
    if user.is_machine:
        return NOT_A_MACHINE
    if not user.may_act:
        return NOT_A_READER
    if incident.status not in ACKNOWLEDGED_IN:
        return Verdict(_("There is nothing to acknowledge any more."), code="wrong_status")
    return ALLOWED
