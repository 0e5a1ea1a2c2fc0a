"""
Who may read an incident: raising is immediate, lowering takes two persons and a reason.

An incident for named participants is read by those with a part in it, and by the secretariat.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Incident, OpeningProposal
from incidents.rules import incidents as rules
from incidents.services.reasons import needed_reason, told_reason
from incidents.statuses import Classification
from incidents.stored import store
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def restrict(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """
    Leave the incident to the named participants from now on.

    :raises Refused: unless ``rules.may_restrict``
    :raises WrongStatus: when somebody else was faster
    :raises ValidationError: without a reason
    """
    require(rules.may_restrict(by, incident))
    reason = needed_reason(reason)
    _classify(incident, Classification.NAMED, at=at)
    _tell(incident, "incidents.incident.restricted", by=by, at=at, reason=reason)
    return incident


@transaction.atomic
def propose_opening(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """
    Propose to open the incident to the members; a second person of the authority confirms it.

    :raises Refused: unless ``rules.may_propose_opening``
    :raises WrongStatus: when somebody else was faster
    :raises ValidationError: without a reason
    """
    require(rules.may_propose_opening(by, incident))
    proposal = OpeningProposal(
        incident=incident, reason=needed_reason(reason), proposed_by=by, proposed_at=at
    )
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError as error:
        raise WrongStatus(_("It is proposed already: a second person confirms it.")) from error
    incident.refresh_from_db()
    _tell(incident, "incidents.incident.opening_proposed", by=by, at=at, reason=proposal.reason)
    return incident


@transaction.atomic
def open_to_members(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Confirm the proposal: every member reads the incident from now on.

    :raises Refused: unless ``rules.may_open_to_members``; with ``same_person`` to who proposed it
    :raises WrongStatus: when there is no proposal any more
    """
    require(rules.may_open_to_members(by, incident))
    proposal = rules.proposal_of(incident)
    assert proposal
    reason = proposal.reason
    _drop(proposal)
    _classify(incident, Classification.MEMBERS, at=at)
    _tell(incident, "incidents.incident.opened_to_members", by=by, at=at, reason=reason)
    return incident


@transaction.atomic
def keep_restricted(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Drop the proposal: the incident stays with the named participants.

    :raises Refused: unless ``rules.may_keep_restricted``
    :raises WrongStatus: when there is no proposal any more
    """
    require(rules.may_keep_restricted(by, incident))
    proposal = rules.proposal_of(incident)
    assert proposal
    _drop(proposal)
    incident.refresh_from_db()
    _tell(incident, "incidents.incident.kept_restricted", by=by, at=at)
    return incident


def _drop(proposal: OpeningProposal) -> None:
    """Of two who decide at once the second finds nothing to drop."""
    dropped, _rows = OpeningProposal.objects.filter(pk=proposal.pk).delete()
    if not dropped:
        raise WrongStatus(_("Somebody else has decided on the proposal already."))


def _classify(incident: Incident, classification: str, *, at: datetime) -> None:
    standing = Incident.objects.filter(pk=incident.pk).exclude(classification=classification)
    moved = standing.filter(status__in=rules.CLASSIFIED).update(
        classification=classification, version=F("version") + 1, updated_at=at
    )
    incident.refresh_from_db()
    if not moved:
        raise WrongStatus(_("Somebody else has changed who may read it already."))
    store(incident)


def _tell(incident: Incident, kind: str, *, by: User, at: datetime, reason: str = "") -> None:
    told = told_reason(incident, reason)
    record(kind, subject=incident, by=by, at=at, participant=incident.participant_id, **told)
