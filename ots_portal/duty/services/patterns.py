"""Weekly patterns, and the shifts that the portal plans by them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.duty.hours import comes_on, day_at, days_between, span_of
from ots_portal.duty.models import Pattern, Rank, Shift
from ots_portal.duty.rules import patterns as rules
from ots_portal.duty.services import swaps
from ots_portal.duty.services.apart import one_by_one
from ots_portal.duty.services.marks import settle
from ots_portal.duty.services.persons import conflict_sentence
from ots_portal.duty.statuses import PATTERNS, PatternStatus, ShiftStatus
from ots_portal.lifecycle import take_step
from ots_portal.participants.models import Participant
from ots_portal.people.holding import hold, still_here
from ots_portal.people.models import User
from ots_portal.people.queries import may_be_on_duty
from ots_portal.verdicts import require

# How far ahead shifts of a pattern stand in the roster; every day the portal goes on with them.
AHEAD = timedelta(weeks=8)


@dataclass(frozen=True)
class PatternFacts:
    """
    What comes again: ``weekdays`` 1 (Monday) to 7, hours of the capital's clock.

    ``last_date`` None: until somebody ends it.
    """

    person: User
    weekdays: list[int]
    starts_at: time
    ends_at: time
    first_date: date
    last_date: date | None = None
    every_weeks: int = 1
    rank: str = Rank.OFFICER

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def begin(participant: Participant, facts: PatternFacts, *, by: User, at: datetime) -> Pattern:
    """
    Plan the shifts of the pattern for the next weeks, and go on so.

    :raises Refused: unless ``rules.may_begin``
    :raises ValidationError: where the person cannot have them, or has another shift at such a time
    """
    hold(participant.pk)
    require(rules.may_begin(still_here(by), participant))
    return _begin(participant, facts, by=by, since=at, at=at)


@transaction.atomic
def load(
    participant: Participant, facts: PatternFacts, *, by: User, since: datetime, at: datetime
) -> Pattern:
    """
    Begin a pattern of the demonstration, whose roster reaches back to ``since``; no rule is asked.

    :raises ValidationError: as for ``begin``
    """
    hold(participant.pk)
    return _begin(participant, facts, by=by, since=since, at=at)


def _begin(
    participant: Participant, facts: PatternFacts, *, by: User, since: datetime, at: datetime
) -> Pattern:
    pattern = Pattern(
        participant=participant, created_by=by, created_at=at, updated_at=at, **facts.columns()
    )
    _validate(pattern, at=at)
    pattern.save(force_insert=True)
    record(
        "duty.pattern.begun", subject=pattern, by=by, at=at, participant=participant.pk,
        person=str(pattern.person_id), rank=str(pattern.rank), weekdays=pattern.weekdays,
        starts_at=str(pattern.starts_at), ends_at=str(pattern.ends_at),
        every_weeks=pattern.every_weeks, first_date=pattern.first_date,
        last_date=pattern.last_date,
    )  # fmt: skip
    if skipped := _continue(pattern, since=since, at=at):
        raise ValidationError({"person": conflict_sentence(pattern.person, skipped[0])})
    settle(participant.pk, at=at)
    return pattern


def _validate(pattern: Pattern, *, at: datetime) -> None:
    """:raises ValidationError: beside the field it is about"""
    problems: dict[str, str] = {}
    days = pattern.weekdays
    if not days or set(days) - set(range(1, 8)) or len(set(days)) != len(days):
        problems["weekdays"] = _("Choose one day of the week at least.")
    if pattern.last_date and pattern.last_date < pattern.first_date:
        problems["last_date"] = _("The last day lies before the first one.")
    elif pattern.last_date and pattern.last_date < day_at(at, pattern.participant.time_zone):
        problems["last_date"] = _("The last day is over already.")
    if not may_be_on_duty(pattern.participant_id).filter(pk=pattern.person_id).exists():
        problems["person"] = _("This person cannot go on duty. Choose another.")
    if problems:
        raise ValidationError(problems)
    pattern.full_clean(exclude=["participant", "person", "created_by"])


def _continue(pattern: Pattern, *, since: datetime, at: datetime) -> list[Shift]:
    """
    Plan what the pattern lacks from ``since`` up to AHEAD, its participant being held.

    Returns the other shifts by which days were left out: the person has two at no time.
    """
    zone = pattern.participant.time_zone
    today = day_at(at, zone)
    # A shift that began the day before may still run.
    first = max(pattern.first_date, day_at(since, zone) - timedelta(days=1))
    if pattern.planned_until_date:
        first = max(first, pattern.planned_until_date + timedelta(days=1))
    # One that begins later than that plans its first weeks all the same.
    until = max(today, pattern.first_date) + AHEAD
    if pattern.last_date:
        until = min(until, pattern.last_date)
    made, skipped = _plan_days(pattern, first, until, since=since, at=at)
    pattern.planned_until_date = until
    Pattern.objects.filter(pk=pattern.pk).update(planned_until_date=until)
    if made or skipped:
        record(
            "duty.pattern.continued", subject=pattern, by=None, at=at,
            participant=pattern.participant_id, until=until, shift_count=len(made),
            left_out_count=len(skipped),
        )  # fmt: skip
    return skipped


def _plan_days(
    pattern: Pattern, first: date, last: date, *, since: datetime, at: datetime
) -> tuple[list[Shift], list[Shift]]:
    wanted = [shift for shift in _shifts_of(pattern, first, last, at) if shift.ends_at > since]
    if not wanted:
        return [], []
    taken = Shift.objects.filter(
        person=pattern.person_id,
        status=ShiftStatus.PLANNED,
        ends_at__gt=wanted[0].starts_at,
        starts_at__lt=wanted[-1].ends_at,
    ).select_related("participant")
    others, made, skipped = list(taken), [], []
    for shift in wanted:
        in_the_way = next(
            (o for o in others if o.starts_at < shift.ends_at and o.ends_at > shift.starts_at), None
        )
        if in_the_way:
            skipped.append(in_the_way)
        else:
            made.append(shift)
            others.append(shift)
    Shift.objects.bulk_create(made)
    return made, skipped


def _shifts_of(pattern: Pattern, first: date, last: date, at: datetime) -> list[Shift]:
    when = {"first_date": pattern.first_date, "every_weeks": pattern.every_weeks}
    days = [
        day
        for day in days_between(first, last)
        if comes_on(day, weekdays=pattern.weekdays, **when)  # type: ignore[arg-type]
    ]
    return [shift for day in days if (shift := _shift_on(pattern, day, at))]


def _shift_on(pattern: Pattern, day: date, at: datetime) -> Shift | None:
    """Return the day's shift; None for one that falls into the hour that the clock skips in spring."""
    zone = pattern.participant.time_zone
    starts_at, ends_at = span_of(day, pattern.starts_at, pattern.ends_at, zone)
    if ends_at <= starts_at:
        return None
    return Shift(
        participant=pattern.participant, person=pattern.person, rank=pattern.rank,
        starts_at=starts_at, ends_at=ends_at, pattern=pattern, pattern_date=day,
        created_at=at, updated_at=at,
    )  # fmt: skip


@transaction.atomic
def end(pattern: Pattern, *, by: User | None, at: datetime) -> Pattern:
    """
    Go on with it no more, and take its coming shifts out of the roster.

    A shift that runs goes on to its end; one that somebody else took over stays theirs.

    :raises Refused: unless ``rules.may_end``; ``by`` None is the portal itself
    :raises WrongStatus: where it has ended
    """
    hold(pattern.participant_id)
    if by:
        require(rules.may_end(still_here(by), pattern))
    coming = Shift.objects.filter(
        pattern=pattern, person=pattern.person_id, status=ShiftStatus.PLANNED, starts_at__gt=at
    )
    keys = list(coming.values_list("pk", flat=True))
    take_step(
        pattern, "end", lifecycle=PATTERNS, by=by, at=at, participant=pattern.participant_id,
        shift_count=len(keys),
    )  # fmt: skip
    swaps.lapse_those_of(keys, at=at)
    Shift.objects.filter(pk__in=keys).update(
        status=ShiftStatus.CANCELLED, version=F("version") + 1, updated_at=at
    )
    settle(pattern.participant_id, at=at)
    return pattern


def continue_all(*, at: datetime) -> int:
    """Plan the next days of every pattern in force; answers how many there were to plan for."""
    # A day's leeway: each pattern is taken up once a day, whatever its zone.
    due = Pattern.objects.filter(
        Q(planned_until_date=None)
        | Q(planned_until_date__lt=(at + AHEAD - timedelta(days=1)).date()),
        Q(last_date=None) | Q(planned_until_date=None) | Q(planned_until_date__lt=F("last_date")),
        status=PatternStatus.RUNNING,
    )
    keys = list(due.values_list("pk", "participant_id"))
    return one_by_one(keys, lambda found: _continue_one(*found, at=at))


@transaction.atomic
def _continue_one(key: Any, participant_slug: str, *, at: datetime) -> int:
    hold(participant_slug)
    pattern = Pattern.objects.select_related("participant", "person").get(pk=key)
    if (
        pattern.is_running
        and may_be_on_duty(participant_slug).filter(pk=pattern.person_id).exists()
    ):
        _continue(pattern, since=at, at=at)
    return 1
