"""Announcing a delegation, and its steps."""

from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import Delegation, Meeting
from meetings.queries import delegations as queries
from meetings.queries import invitations as invitation_queries
from meetings.rules import delegations as rules
from meetings.services.invitations import usual_capacity
from meetings.services.refusals import require_now
from meetings.statuses import DELEGATIONS
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=DELEGATIONS)


@transaction.atomic
def announce(meeting: Meeting, participant: Participant, *, by: User, at: datetime) -> Delegation:
    """
    Announce that the participant sends a delegation; its people are entered one by one.

    :raises Refused: unless ``rules.may_announce``
    :raises WrongStatus: before the meeting is convened and once it is adjourned; where it declined
    :raises ValidationError: where it is announced already
    """
    require_now(rules.may_announce(by, meeting, participant))
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version"))  # one after the other
    if queries.of_participant(meeting, participant.pk):
        raise ValidationError({"participant": _("This delegation is announced already.")})
    invitation = invitation_queries.standing(meeting, participant.pk)
    delegation = Delegation.objects.create(
        meeting=meeting,
        participant=participant,
        capacity=invitation.capacity if invitation else usual_capacity(participant),
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    record(
        "meetings.delegation.announced",
        subject=delegation,
        by=by,
        at=at,
        participant=participant.pk,
    )
    return delegation


def confirm(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    """
    Say that the delegation comes as it is announced.

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: unless it is announced and has a head
    """
    require(rules.may_confirm(by, delegation))
    require_now(rules.ready_to_confirm(delegation))
    return _moved(delegation, "confirm", by=by, at=at)


def reopen(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    """
    Announce again a delegation that was confirmed or withdrawn, with the people it had.

    :raises Refused: unless ``rules.may_reopen``
    :raises WrongStatus: while it is announced, and once the meeting is adjourned
    """
    require(rules.may_reopen(by, delegation))
    require_now(rules.ready_to_come(delegation))
    return _moved(delegation, "reopen", by=by, at=at)


def withdraw(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    """
    Say that no delegation comes.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: when it is withdrawn already, and once the meeting is adjourned
    """
    require(rules.may_withdraw(by, delegation))
    require_now(rules.ready(delegation))
    return _moved(delegation, "withdraw", by=by, at=at)


def _moved(delegation: Delegation, verb: str, *, by: User, at: datetime) -> Delegation:
    return _take_step(delegation, verb, by=by, at=at, participant=delegation.participant_id)
