"""A longer stay of a deployment: one side proposes it, the other agrees or declines."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Deployment
from incidents.rules import deployments as rules
from incidents.rules import parties
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
    data = {"until_at": until_at, **({"reason": note.strip()} if note.strip() else {})}
    _record("incidents.deployment.extension_proposed", deployment, by=by, at=at, **data)
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
    standing = Deployment.objects.filter(
        proposed_until_at=until_at, status__in=rules.MAY_STAY_LONGER
    )
    ended = {"proposed_until_at": None, "proposed_by": None}
    _move(deployment, standing, at=at, until_at=until_at, **ended)
    _record("incidents.deployment.extended", deployment, by=by, at=at, until_at=until_at)
    return deployment


@transaction.atomic
def decline(deployment: Deployment, *, by: User, at: datetime, reason: str) -> Deployment:
    """
    Decline the longer stay that the other side proposed, and say why.

    :raises Refused: unless ``rules.may_decline_extension``
    :raises WrongStatus: when the proposal was replaced in the meantime
    :raises ValidationError: without a reason
    """
    require(rules.may_decline_extension(by, deployment))
    why = reason.strip()[:1000]
    if not why:
        raise ValidationError({"reason": _("Say why: the other side will ask.")})
    standing = Deployment.objects.filter(proposed_until_at=deployment.proposed_until_at)
    _move(deployment, standing, at=at, proposed_until_at=None, proposed_by=None)
    _record("incidents.deployment.extension_declined", deployment, by=by, at=at, reason=why)
    return deployment


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
