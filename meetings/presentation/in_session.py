"""What the page of a meeting shows of its sittings and decisions."""

from typing import Any

from django.contrib.auth.models import AnonymousUser

from meetings.models import Meeting
from meetings.queries import decisions as decision_queries
from meetings.queries import sittings as sitting_queries
from meetings.rules import decisions as decision_rules
from meetings.statuses import UNANNOUNCED
from ots_portal.people.models import User


def shown_of(meeting: Meeting, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the meeting's decisions, and whether this reader follows its sittings (two queries; for visitors one)."""
    decisions = {"decisions": list(decision_queries.of_meeting(meeting, user))}
    if not isinstance(user, User):
        return decisions  # a visitor neither proposes nor follows, and no time is spent on asking
    proposes = bool(
        decision_rules.may_propose(user, meeting) and decision_rules.ready_to_propose(meeting)
    )
    follows = sitting_queries.meetings_followed_by(user).filter(pk=meeting.pk)
    return decisions | {
        "may_propose": proposes,
        "follows_sittings": meeting.status not in UNANNOUNCED and follows.exists(),
    }
