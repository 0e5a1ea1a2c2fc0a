"""A longer stay of a deployment: one side proposes it, the other agrees or declines."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from incidents.models import Deployment, DeploymentLogEntry
from incidents.rules import deployments as rules
from incidents.rules import parties
from incidents.services import deployment_log
from incidents.services.reasons import sound_reason, told_reason
from incidents.statuses import Classification
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def propose(
    deployment: Deployment, *, by: User, at: datetime, until_at: datetime, note: str = ""
) -> Deployment:
    """
    Propose that the team stays until then; a later proposal of either side replaces it.

    :raises Refused: unless ``rules.may_propose_extension``
    :raises ValidationError: unless it is longer than what was agreed, and in the future
    """
    require(rules.may_propose_extension(by, deployment))
    if until_at <= at or (deployment.until_at and until_at <= deployment.until_at):
        sentence = _("A longer stay ends later than the one that was agreed, and in the future.")
        raise ValidationError({"until_at": sentence})
    side = _side_of(by, deployment)
    still = Deployment.objects.filter(status__in=rules.MAY_STAY_LONGER)
    _move(deployment, still, at=at, proposed_until_at=until_at, proposed_by=side)
    told = _told(deployment, sound_reason(note), by=by, at=at)
    kind = "incidents.deployment.extension_proposed"
    _record(kind, deployment, by=by, at=at, until_at=until_at, **told)
    return deployment


def _side_of(user: User, deployment: Deployment) -> Participant:
    host, sender = deployment.host, deployment.participant
    return host if parties.stands_for(user, host) else sender


@transaction.atomic
def agree(deployment: Deployment, *, by: User, at: datetime, until_at: datetime) -> Deployment:
    """
    Agree to the longer stay that the other side proposed; ``until_at`` is the proposal that was read.

    :raises Refused: unless ``rules.may_agree_extension``
    :raises WrongStatus: when the proposal was replaced in the meantime, or the team is going home
    """
    require(rules.may_agree_extension(by, deployment))
    standing = _as_read(deployment, until_at).filter(status__in=rules.MAY_STAY_LONGER)
    ended = {"proposed_until_at": None, "proposed_by": None}
    _move(deployment, standing, at=at, until_at=until_at, **ended)
    _record("incidents.deployment.extended", deployment, by=by, at=at, until_at=until_at)
    return deployment


@transaction.atomic
def decline(
    deployment: Deployment, *, by: User, at: datetime, until_at: datetime, reason: str
) -> Deployment:
    """
    Decline the longer stay that the other side proposed, and say why; ``until_at`` is the one that was read.

    :raises Refused: unless ``rules.may_decline_extension``
    :raises WrongStatus: when the proposal was replaced in the meantime
    :raises ValidationError: without a reason
    """
    require(rules.may_decline_extension(by, deployment))
    why = sound_reason(reason)
    if not why:
        raise ValidationError({"reason": _("Say why: the other side will ask.")})
    ended = {"proposed_until_at": None, "proposed_by": None}
    _move(deployment, _as_read(deployment, until_at), at=at, **ended)
    told = _told(deployment, why, by=by, at=at)
    _record("incidents.deployment.extension_declined", deployment, by=by, at=at, **told)
    return deployment


def _as_read(deployment: Deployment, until_at: datetime) -> QuerySet[Deployment]:
    """Return the deployment while the proposal that was judged still stands, and of the same side."""
    return Deployment.objects.filter(
        proposed_until_at=until_at, proposed_by=deployment.proposed_by_id
    )


def _told(deployment: Deployment, reason: str, *, by: User, at: datetime) -> dict[str, str]:
    """Return what the audit may tell of the reason; where it keeps a hash alone, the log keeps the words."""
    if reason and deployment.incident.classification == Classification.NAMED:
        entry = DeploymentLogEntry(happened_at=at, note=reason)
        deployment_log.write(entry, deployment, by=by, at=at)
    return told_reason(deployment.incident, reason)


def _move(deployment: Deployment, standing: Any, *, at: datetime, **values: Any) -> None:
    moved = standing.filter(pk=deployment.pk).update(
        version=F("version") + 1, updated_at=at, **values
    )
    if not moved:
        raise WrongStatus(_("Somebody else has changed this in the meantime."))
    deployment.refresh_from_db()


def _record(kind: str, deployment: Deployment, *, by: User, at: datetime, **data: Any) -> None:
    slug = deployment.participant_id
    record(kind, subject=deployment, by=by, at=at, participant=slug, **data)
