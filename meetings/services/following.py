"""Planning the next meeting from the last one: agenda, participants and documents are taken along."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from meetings.models import AgendaItem, ExpectedPaper, Meeting
from meetings.queries.invitations import standing
from meetings.rules import meetings as rules
from meetings.services import invitations, meetings
from meetings.services.refusals import require_now
from ots_portal.audit.services import record
from ots_portal.people.models import User


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

    Its working languages are those of the last, unless ``facts`` name others.

    The items are fresh and the invitations drafts. A form that was submitted twice makes one meeting.

    :raises Refused: unless ``rules.may_follow``
    :raises WrongStatus: where the last one was never called together
    """
    require_now(rules.may_follow(by, last))
    if submission_key and (earlier := meetings.submitted_before(by, submission_key)):
        return earlier
    languages = facts.get("working_languages") or last.working_languages
    following = meetings.create(
        {**facts, "working_languages": languages},
        by=by,
        at=at,
        is_training=is_training,
        submission_key=submission_key,
    )
    copies = _copy_items(last, following)
    _expect_the_same(last, following, copies, at=at)
    _invite_the_same(last, following, by=by, at=at)
    record("meetings.meeting.followed", subject=following, by=by, at=at, last=str(last.pk))
    return following


def _copy_items(last: Meeting, following: Meeting) -> dict[Any, AgendaItem]:
    """
    Copy the tree level by level; return the copies by the keys of the old items.

    What was said and decided on the old items stays with them; one that only announces results is made anew
    when there are some.
    """
    copies: dict[Any, AgendaItem] = {}
    announcing = Q(announcements__isnull=False, items=None)
    waiting = list(
        last.agenda_items.exclude(pk__in=last.agenda_items.filter(announcing)).order_by("position")
    )
    while waiting:
        level = [item for item in waiting if item.parent_id is None or item.parent_id in copies]
        for item in level:
            copies[item.pk] = AgendaItem.objects.create(
                meeting=following,
                parent=copies.get(item.parent_id),
                position=item.position,
                kind=item.kind,
                titles=item.titles,
                access=item.access,
                minutes_allotted=item.minutes_allotted,
                proposed_by_id=item.proposed_by_id,
            )
        waiting = [item for item in waiting if item.pk not in copies]
    return copies


def _expect_the_same(
    last: Meeting, following: Meeting, copies: dict[Any, AgendaItem], *, at: datetime
) -> None:
    """Expect the same documents, in the same languages, on the copies of their items."""
    ExpectedPaper.objects.bulk_create(
        ExpectedPaper(
            meeting=following,
            item=copies[wish.item_id] if wish.item_id else None,
            kind=wish.kind,
            languages=wish.languages,
            created_at=at,
        )
        for wish in last.expected_papers.all()
    )


def _invite_the_same(last: Meeting, following: Meeting, *, by: User, at: datetime) -> None:
    """Draft invitations for those invited to the last one, or taking part in it, in the same capacity."""
    invited = last.invitations.exclude(status="withdrawn").select_related("participant")
    capacities = {row.participant: row.capacity for row in invited}
    for row in last.delegations.exclude(status="withdrawn").select_related("participant"):
        capacities.setdefault(row.participant, row.capacity)
    for participant, capacity in sorted(capacities.items(), key=lambda pair: pair[0].pk):
        if standing(following, participant.pk) is None:
            invitations.invite(following, participant, by=by, at=at, capacity=capacity)
