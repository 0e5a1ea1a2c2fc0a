"""When the roster has an officer, when it has none, and whom an alert reaches then."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from ots_portal.duty.models import Rank
from ots_portal.duty.queries.on_duty import (
    counting,
    deputies_on_duty,
    manned,
    officers_on_duty,
)
from ots_portal.people.queries import heads_of


@dataclass(frozen=True)
class Span:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Gap:
    """A time without an officer; ``ends_at`` None: nobody is planned any more."""

    starts_at: datetime
    ends_at: datetime | None

    def reaches(self, moment: datetime) -> bool:
        """Return whether the gap lasts beyond that moment."""
        return self.ends_at is None or self.ends_at > moment

    def lies_within(self, other: "Gap") -> bool:
        if self.starts_at < other.starts_at:
            return False
        return other.ends_at is None or (self.ends_at is not None and self.ends_at <= other.ends_at)


def gaps_of(participant_slug: str, *, since: datetime, until: datetime, at: datetime) -> list[Gap]:
    """
    Return the times without an officer that touch the window, with their whole length.

    Before the first shift of all there is no gap: the roster has not begun. ``at`` is now: a shift that is
    over counts whoever had it.
    """
    officers = counting(at).filter(participant=participant_slug, rank=Rank.OFFICER)
    before = officers.filter(ends_at__lte=since).aggregate(end=Max("ends_at"))["end"]
    after = officers.filter(starts_at__gte=until).aggregate(start=Min("starts_at"))["start"]
    inside = officers.filter(ends_at__gt=since, starts_at__lt=until)
    spans = [Span(*row) for row in inside.order_by("starts_at").values_list("starts_at", "ends_at")]
    return gaps_between(spans, covered_until=before, next_start=after, until=until)


def gaps_between(
    spans: Iterable[Span],
    *,
    covered_until: datetime | None,
    next_start: datetime | None,
    until: datetime,
) -> list[Gap]:
    """
    Return the holes between spans, which are in the order of their beginnings.

    ``covered_until`` is when the shift before them ended (None: there was none), ``next_start`` when the one
    after the window begins (None: there is none).
    """
    gaps: list[Gap] = []
    for span in spans:
        if covered_until is not None and span.starts_at > covered_until:
            gaps.append(Gap(covered_until, span.starts_at))
        covered_until = max(covered_until or span.ends_at, span.ends_at)
    if covered_until is not None and covered_until < until:
        gaps.append(Gap(covered_until, next_start))
    return gaps


def keeps_roster(participant_slug: str, *, was_kept: bool, at: datetime) -> bool:
    """
    Return whether the roster says who is on duty at that moment, having done so before or not.

    It begins with its first shift, and runs out when no officer is planned any more.
    """
    officers = manned().filter(participant=participant_slug, rank=Rank.OFFICER)
    begun = officers if was_kept else officers.filter(starts_at__lte=at)
    return begun.filter(ends_at__gt=at).exists()


def who_answers(participant_slug: str, *, at: datetime) -> set[uuid.UUID]:
    """
    Return who is to be marked on duty: the officers; in a gap the deputies, and without these the heads.

    Nobody may be missed because of a gap in a roster.
    """
    for people in (
        officers_on_duty(participant_slug, at=at),
        deputies_on_duty(participant_slug, at=at),
        heads_of(participant_slug),
    ):
        if found := set(people.values_list("pk", flat=True)):
            return found
    return set()
