"""The roster as its pages show it: days of one clock, with hours and the times that nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.duty.hours import A_DAY, days_between, moment_at, monday_of
from ots_portal.duty.models import Pattern, Shift
from ots_portal.duty.queries.coverage import Gap
from ots_portal.duty.statuses import ShiftStatus, SwapStatus
from ots_portal.people.models import User
from ots_portal.ui.moments import in_zone, weekdays_text, zoned_text

MIDNIGHT = datetime.min.time()
TONES = {ShiftStatus.PLANNED: "good", ShiftStatus.CANCELLED: "neutral"}
SWAP_TONES = {
    SwapStatus.ASKED: "warning",
    SwapStatus.ACCEPTED: "good",
    SwapStatus.DECLINED: "neutral",
    SwapStatus.WITHDRAWN: "neutral",
    SwapStatus.LAPSED: "neutral",
}
WEEK, MONTH = "week", "month"


# ── which days ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Window:
    """The days that a page shows, both ends included, and the days by which one turns it."""

    view: str
    day: date
    first: date
    last: date
    previous: date
    following: date

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        return moment_at(self.first, MIDNIGHT, zone), moment_at(self.last + A_DAY, MIDNIGHT, zone)


def window_of(view: str, day: date) -> Window:
    """Return the week of the day, or its month filled up to whole weeks."""
    if view != MONTH:
        monday = monday_of(day)
        last, week = monday + 6 * A_DAY, 7 * A_DAY
        return Window(WEEK, day, monday, last, monday - week, monday + week)
    first = day.replace(day=1)
    following = (first + 31 * A_DAY).replace(day=1)
    previous = (first - A_DAY).replace(day=1)
    last = monday_of(following - A_DAY) + 6 * A_DAY
    return Window(MONTH, day, monday_of(first), last, previous, following)


# ── one day ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Piece:
    """
    A shift or a gap (``shift`` None) as far as it lies in one day; parts of the day from 0 to 1.

    ``whole_hours`` are those of the whole shift, "" of a gap.
    """

    hours: str
    begins: float
    ends: float
    starts_at: str  # ISO 8601, in UTC: where planning from a gap begins
    shift: Shift | None = None
    whole_hours: str = ""
    begins_here: bool = False
    is_own: bool = False
    has_open_swap: bool = False


@dataclass(frozen=True)
class Day:
    date: date
    is_today: bool
    is_outside: bool  # of the month that is shown
    officers: list[Piece] = field(default_factory=list)
    deputies: list[Piece] = field(default_factory=list)
    gaps: list[Piece] = field(default_factory=list)

    @property
    def watch(self) -> list[Piece]:
        """Officers and gaps, in the order of the day."""
        return sorted([*self.officers, *self.gaps], key=lambda piece: piece.begins)

    @property
    def watch_beginning(self) -> list[Piece]:
        """The same without what an earlier day shows already; a gap stands on each of its days."""
        return [piece for piece in self.watch if piece.begins_here or not piece.shift]

    @property
    def deputies_beginning(self) -> list[Piece]:
        return [piece for piece in self.deputies if piece.begins_here]


def days_of(  # noqa: PLR0913 -- keywords only, each named where it is called
    window: Window,
    shifts: Sequence[Shift],
    gaps: Sequence[Gap],
    *,
    zone: str,
    reader: User,
    at: datetime,
) -> list[Day]:
    """Lay shifts and gaps out on the days of the zone's calendar; shifts need ``has_open_swap``."""
    today = in_zone(at, zone).date()
    days = []
    for day in days_between(window.first, window.last):
        start, end = moment_at(day, MIDNIGHT, zone), moment_at(day + A_DAY, MIDNIGHT, zone)
        inside = [shift for shift in shifts if shift.starts_at < end and shift.ends_at > start]
        pieces = [_piece(shift, start, end, zone, reader) for shift in inside]
        open_at = [gap for gap in gaps if gap.starts_at < end and gap.reaches(start)]
        days.append(
            Day(
                day,
                is_today=day == today,
                is_outside=window.view == MONTH and day.month != window.day.month,
                officers=[p for p in pieces if p.shift and p.shift.is_officer],
                deputies=[p for p in pieces if p.shift and not p.shift.is_officer],
                gaps=[
                    Piece(*_part(gap.starts_at, gap.ends_at, start, end, zone)) for gap in open_at
                ],
            )
        )
    return days


def _piece(shift: Shift, start: datetime, end: datetime, zone: str, reader: User) -> Piece:
    return Piece(
        *_part(shift.starts_at, shift.ends_at, start, end, zone),
        shift=shift,
        whole_hours=f"{in_zone(shift.starts_at, zone):%H:%M}–{in_zone(shift.ends_at, zone):%H:%M}",
        begins_here=shift.starts_at >= start,
        is_own=shift.person_id == reader.pk,
        has_open_swap=getattr(shift, "has_open_swap", False),
    )


def _part(
    begins: datetime, ends: datetime | None, start: datetime, end: datetime, zone: str
) -> tuple[str, float, float, str]:
    first, last = max(begins, start), min(ends or end, end)
    length = (end - start).total_seconds()
    until = "24:00" if last == end else f"{in_zone(last, zone):%H:%M}"
    hours = f"{in_zone(first, zone):%H:%M}–{until}"
    fractions = [(moment - start).total_seconds() / length for moment in (first, last)]
    return hours, fractions[0], fractions[1], f"{first.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def pattern_text(pattern: Pattern) -> str:
    """Return "Monday to Friday, 08:00–20:00"; one that ends on the next day says so by its hours."""
    hours = f"{pattern.starts_at:%H:%M}–{pattern.ends_at:%H:%M}"
    return f"{weekdays_text(pattern.weekdays)}, {hours}"


def span_text(starts_at: datetime, ends_at: datetime | None, zone: str = "") -> str:
    """Return from when to when in the zone named, or in the reader's own."""
    start = zoned_text(starts_at, zone)
    if ends_at is None:
        return _("from %(start)s on") % {"start": start}
    return _("%(start)s to %(end)s") % {"start": start, "end": zoned_text(ends_at, zone)}


def length_text(length: timedelta) -> str:
    """Return "12 h" or "1 h 30 min"."""
    hours, rest = divmod(round(length.total_seconds() / 60), 60)
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: str
    text: str
    tone: str
    actor: str


WORDS = {
    "duty.shift.planned": (gettext_lazy("Planned"), "info"),
    "duty.shift.changed": (gettext_lazy("Changed"), "warning"),
    "duty.shift.handed_on": (gettext_lazy("Handed to somebody else"), "warning"),
    "duty.shift.taken_over": (gettext_lazy("Taken over"), "info"),
    "duty.shift.broken_off": (gettext_lazy("Ended early"), "warning"),
    "duty.shift.cancelled": (gettext_lazy("Cancelled"), "neutral"),
}


def history(shift: Shift) -> list[HistoryLine]:
    """Return what happened to the shift, newest first; one by a pattern begins with no entry of its own."""
    entries = list(history_of(shift).filter(kind__in=WORDS).order_by("-recorded_at", "-id"))
    keys = {str(entry.actor_id or "") for entry in entries}
    keys |= {key for entry in entries for key in _people_of(entry)}
    people = {str(user.pk): user.name for user in User.objects.filter(pk__in=filter(None, keys))}
    return [_line(entry, people) for entry in entries]


def _people_of(entry: AuditEntry) -> list[str]:
    change = entry.data.get("changes", {}).get("person", {})
    return [change[side] for side in ("before", "after") if change.get(side)]


def _line(entry: AuditEntry, people: dict[str, str]) -> HistoryLine:
    title, tone = WORDS[entry.kind]
    actor = people.get(str(entry.actor_id), "") if entry.actor_id else _("The portal")
    handed = " → ".join(people.get(key, "—") for key in _people_of(entry))
    return HistoryLine(entry.recorded_at, str(title), handed, tone, actor)


def roster_url(participant_slug: str, *, day: date, view: str, zone: str) -> str:
    """Return the address of the roster at another day, in another view or by another clock."""
    address = reverse("duty:roster", args=[participant_slug])
    return f"{address}?view={view}&day={day.isoformat()}&zone={zone}"
