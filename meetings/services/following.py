"""Planning the next meeting from the last one: agenda, participants and documents are taken along."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from meetings.models import AgendaItem, Meeting
from meetings.queries.invitations import standing
from meetings.rules import meetings as rules
from meetings.services import invitations, meetings
from meetings.services.refusals import require_now
from ots_portal.audit.services import record
from ots_portal.people.models import User

# Each is called with the last meeting and the next, ``by`` and ``at``, inside the one transaction: what
# else is expected again, such as documents, is carried by the module that keeps it.
carriers: list[Callable[..., None]] = []


@transaction.atomic
def follow(  # noqa: PLR0913 -- keywords only, each named where it is called
    last: Meeting,
    facts: dict[str, Any],
    *,
    by: User,
    at: datetime,
    is_training: bool = False,
    submission_key: uuid.UUID | None = None,
) -> Meeting:
    """
    Plan a meeting with ``facts`` (keys of ``meetings.FACTS``), the agenda of the last, and its invited.

    The items are fresh and the invitations drafts. A form that was submitted twice makes one meeting.

    :raises Refused: unless ``rules.may_follow``
    :raises WrongStatus: where the last one was never called together
    """
    require_now(rules.may_follow(by, last))
    if submission_key and (earlier := meetings.submitted_before(by, submission_key)):
        return earlier
    following = meetings.create(
        facts, by=by, at=at, is_training=is_training, submission_key=submission_key
    )
    _copy_items(last, following)
    _invite_the_same(last, following, by=by, at=at)
    for carry in carriers:
        carry(last, following, by=by, at=at)
    record("meetings.meeting.followed", subject=following, by=by, at=at, last=str(last.pk))
    return following


def _copy_items(last: Meeting, following: Meeting) -> None:
    """Copy the tree level by level; what was said and decided on the old items stays with them."""
    copies: dict[Any, AgendaItem] = {}
    waiting = list(last.agenda_items.order_by("position"))
    while waiting:
        level = [item for item in waiting if item.parent_id is None or item.parent_id in copies]
        for item in level:
            copies[item.pk] = AgendaItem.objects.create(
                meeting=following,
                parent=copies.get(item.parent_id),
                position=item.position,
                kind=item.kind,
                titles=item.titles,
            )
        waiting = [item for item in waiting if item.pk not in copies]


def _invite_the_same(last: Meeting, following: Meeting, *, by: User, at: datetime) -> None:
    """Draft invitations for those invited to the last one, or taking part in it, in the same capacity."""
    invited = last.invitations.exclude(status="withdrawn").select_related("participant")
    capacities = {row.participant: row.capacity for row in invited}
    for row in last.delegations.exclude(status="withdrawn").select_related("participant"):
        capacities.setdefault(row.participant, row.capacity)
    for participant, capacity in sorted(capacities.items(), key=lambda pair: pair[0].pk):
        if standing(following, participant.pk) is None:
            invitations.invite(following, participant, by=by, at=at, capacity=capacity)
