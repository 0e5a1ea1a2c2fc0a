"""Reminding the States that have not commented on circulated minutes before their time is over."""

from datetime import datetime, timedelta

from django.db import transaction

from meetings.models import Minutes
from meetings.statuses import MinutesStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record

# Whole days before the deadline, each once; the shorter first, so that whoever is late reminds of that one alone.
REMINDER_DAYS = (1, 3)
REMINDED = "meetings.minutes.comments_due"


def remind(*, at: datetime) -> int:
    """
    Remind of every deadline for comments that is near, 3 days and 1 day before it; answers of how many.

    Called twice or late it reminds once. Training minutes remind nobody, and of a time that was that short
    from its beginning people have just been told.
    """
    near = Minutes.objects.filter(
        status=MinutesStatus.CIRCULATED,
        comments_until__gt=at,
        comments_until__lte=at + timedelta(days=max(REMINDER_DAYS)),
        meeting__is_training=False,
    )
    return sum(_remind(minutes, at=at) for minutes in near.order_by("comments_until", "id"))


@transaction.atomic
def _remind(minutes: Minutes, *, at: datetime) -> bool:
    # Two workers wait for each other here, so that the second finds what the first has written.
    standing = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    until, began = standing.comments_until, standing.circulated_at
    if standing.status != MinutesStatus.CIRCULATED or until is None or began is None:
        return False
    days = next((count for count in REMINDER_DAYS if until <= at + timedelta(days=count)), None)
    if days is None or until - began <= timedelta(days=days) or _told(standing, days):
        return False
    record(REMINDED, subject=standing, by=None, at=at, days=days, until=until)
    return True


def _told(minutes: Minutes, days: int) -> bool:
    entries = AuditEntry.objects.filter(
        kind=REMINDED, subject_type="meetings.minutes", subject_id=str(minutes.pk)
    )
    assert minutes.comments_until
    until = minutes.comments_until.isoformat()
    return any(
        _same_instant(entry.data.get("until"), until) and entry.data.get("days", 0) <= days
        for entry in entries
    )


def _same_instant(stored: object, until: str) -> bool:
    return isinstance(stored, str) and datetime.fromisoformat(stored) == datetime.fromisoformat(
        until
    )
