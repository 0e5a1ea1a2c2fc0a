"""Warning the heads of times without an officer, once each."""

from datetime import datetime, timedelta

from django.db import transaction

from ots_portal.audit.services import record
from ots_portal.duty.models import GapWarning, Roster
from ots_portal.duty.queries.coverage import Gap, gaps_of
from ots_portal.duty.services.apart import one_by_one
from ots_portal.people.holding import hold

WARNED_AHEAD = timedelta(hours=48)


def warn_all(*, at: datetime) -> int:
    """Warn of every gap of the next two days that nobody was warned of; answers how many rosters had one."""
    kept = Roster.objects.filter(is_kept=True).values_list("participant_id", flat=True)
    return one_by_one(list(kept), lambda slug: warn(slug, at=at))


@transaction.atomic
def warn(participant_slug: str, *, at: datetime) -> bool:
    """
    Tell the heads of gaps that are new, in one message; a gap that became smaller is no new one.

    What was filled is forgotten, so that it is warned of again when it opens again.
    """
    hold(participant_slug)
    until = at + WARNED_AHEAD
    gaps = [
        gap for gap in gaps_of(participant_slug, since=at, until=until, at=at) if gap.reaches(at)
    ]
    roster = Roster.objects.get(pk=participant_slug)
    known = [Gap(row.starts_at, row.ends_at) for row in roster.gap_warnings.all()]
    new = [gap for gap in gaps if not any(gap.lies_within(other) for other in known)]
    if gaps != known:
        roster.gap_warnings.all().delete()
        GapWarning.objects.bulk_create(
            GapWarning(roster=roster, starts_at=gap.starts_at, ends_at=gap.ends_at, warned_at=at)
            for gap in gaps
        )
    if new:
        told = [{"starts_at": gap.starts_at, "ends_at": gap.ends_at} for gap in new]
        record(
            "duty.roster.gap_ahead", subject=roster, by=None, at=at,
            participant=participant_slug, gaps=told,
        )  # fmt: skip
    return bool(new)
