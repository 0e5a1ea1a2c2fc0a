"""That a convened meeting was moved is told once, ten minutes after the first change."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from meetings.models import Meeting, MeetingMove
from meetings.statuses import MeetingStatus
from ots_portal.audit.services import record

# Whoever corrects an hour often corrects it again: all of that is one message.
DEBOUNCE = timedelta(minutes=10)
MOVED = ("starts_at", "ends_at", "time_zone", "date_precision", "mode", "city", "venue")
TOLD = (MeetingStatus.CONVENED, MeetingStatus.IN_SESSION, MeetingStatus.SUSPENDED)


def note(meeting: Meeting, before: dict[str, Any], *, at: datetime) -> None:
    """
    Remember what stood before, if time or place of a convened meeting have changed; calendars follow at once.

    ``before`` has the keys of MOVED among others. The caller holds the meeting's row.
    """
    if meeting.status not in TOLD or all(before[name] == getattr(meeting, name) for name in MOVED):
        return
    Meeting.objects.filter(pk=meeting.pk).update(ics_sequence=F("ics_sequence") + 1)
    meeting.refresh_from_db(fields=["ics_sequence"])
    if not MeetingMove.objects.filter(meeting=meeting, told_at=None).exists():
        MeetingMove.objects.create(
            meeting=meeting, before=_stored(before), created_at=at, due_at=at + DEBOUNCE
        )


def settle(meeting: Meeting, *, at: datetime) -> None:
    """Tell nothing of a move: that the meeting is postponed or cancelled says more."""
    MeetingMove.objects.filter(meeting=meeting, told_at=None).update(told_at=at)


def tell_due(*, at: datetime) -> int:
    """Tell of every move whose ten minutes are over; answers of how many. Safe to run twice or late."""
    return sum(_tell(move, at=at) for move in due(at).select_related("meeting"))


def due(at: datetime) -> QuerySet[MeetingMove]:
    return MeetingMove.objects.filter(told_at=None, due_at__lte=at).order_by("due_at", "id")


@transaction.atomic
def _tell(move: MeetingMove, *, at: datetime) -> bool:
    """Record the move for its notice, unless the meeting is back where it was, or somebody was faster."""
    # Whoever changes the meeting holds its row first, too: a change is part of this move, or begins another.
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=move.meeting_id)
    if not MeetingMove.objects.filter(pk=move.pk, told_at=None).update(told_at=at):
        return False
    after = _stored({name: getattr(meeting, name) for name in MOVED})
    if meeting.status not in TOLD or after == move.before:
        return False
    changes = {
        name: {"before": move.before[name], "after": after[name]}
        for name in MOVED
        if move.before[name] != after[name]
    }
    record(
        "meetings.meeting.moved",
        subject=meeting,
        by=None,
        at=at,
        participant=meeting.host_id,
        changes=changes,
        before=move.before,
        after=after,
    )
    return True


def _stored(facts: dict[str, Any]) -> dict[str, str]:
    """Return the facts as JSON keeps them: moments in ISO 8601."""
    return {
        name: facts[name].isoformat() if isinstance(facts[name], datetime) else str(facts[name])
        for name in MOVED
    }
