from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from meetings.models import Decision, Meeting, QuorumCheck
from meetings.queries import meetings as meeting_queries
from meetings.queries.sittings import members_of, running_sitting_of
from meetings.statuses.decisions import NUMBERED, UNSETTLED, Vote
from meetings.statuses.series import DecisionRule
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[Decision]:
    """
    Return the decisions the user may see.

    Of the meetings they may see: to the secretariat and staff of members all, to everybody else,
    anonymous visitors included, those that were adopted.
    """
    decisions = Decision.objects.filter(meeting__in=meeting_queries.visible_to(user))
    if isinstance(user, User) and (user.is_secretariat or user.is_member_staff):
        return decisions
    return decisions.filter(status__in=NUMBERED)


def record_for(user: User, subject_id: str) -> Decision | None:
    """Return the decision if the user may see it: asked again before a message is sent."""
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def with_names(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Take along what every row of a list shows."""
    return decisions.select_related("meeting__series", "item", "superseded_by", "quorum_check")


FILTERS = ("meeting", "status", "updated_since")


def filtered(decisions: QuerySet[Decision], wishes: Mapping[str, object]) -> QuerySet[Decision]:
    """Narrow a list by cleaned filter values; a missing or empty one narrows nothing."""
    wanted = {name: value for name, value in wishes.items() if value}
    if "updated_since" in wanted:
        decisions = decisions.filter(updated_at__gte=wanted["updated_since"])
    same = {name: wanted[name] for name in ("meeting", "status") if name in wanted}
    return decisions.filter(**same)


def of_meeting(meeting: Meeting, user: User | AnonymousUser) -> QuerySet[Decision]:
    """Return the meeting's decisions that the user may see, with how much is left to do of each."""
    undone = Count("actions", filter=Q(actions__status__in=UNSETTLED))
    decisions = with_names(visible_to(user).filter(meeting=meeting))
    return decisions.annotate(undone_count=undone).order_by("created_at", "id")


def last_check(meeting: Meeting) -> QuorumCheck | None:
    """Return the last finding of presence in the running sitting; None: none, or nobody sits."""
    sitting = running_sitting_of(meeting)
    return sitting.quorum_checks.order_by("checked_at", "id").last() if sitting else None


def asked_in_silence(decision: Decision) -> QuerySet[Participant]:
    """Return the members of the body: any of them may break the silence."""
    return Participant.objects.filter(slug__in=members_of(decision.meeting))


def carried(votes: Mapping[str, str], rule: str) -> bool:
    """
    Return whether votes (slug → Vote) adopt a text by the rule; abstentions count for neither side.

    Consensus: nobody against and somebody for. Simple majority: more for than against. Two thirds: at
    least two thirds of those who voted for or against.
    """
    counts = tally(votes)
    yes, no = counts[Vote.YES], counts[Vote.NO]
    if rule == DecisionRule.CONSENSUS:
        return yes > 0 and no == 0
    if rule == DecisionRule.TWO_THIRDS:
        return yes > 0 and 3 * yes >= 2 * (yes + no)
    return yes > no


def tally(votes: Mapping[str, str]) -> dict[str, int]:
    """Return how many voted yes, no and abstained."""
    given = list(votes.values())
    return {choice.value: given.count(choice) for choice in Vote}


def rule_of(meeting: Meeting) -> str:
    """Return by which rule votes of the meeting are counted; without a series, by consensus."""
    return meeting.series.decision_rule if meeting.series else DecisionRule.CONSENSUS
