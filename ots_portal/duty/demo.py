"""
The rosters of the demonstration: around now, by weekly patterns that the portal goes on with.

The accounts are few, so each officer of the demonstration has the watch for whole days. Written once:
a participant whose roster exists stays as people left it.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from ots_portal.duty.hours import day_at
from ots_portal.duty.models import Rank, Roster, Shift
from ots_portal.duty.services import patterns, shifts, swaps
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.people.queries import heads_of

CHANGE_OF_WATCH = time(8)
# How far back the roster reaches, so that the page shows more than what is to come.
BEGAN_DAYS_AGO = 14


@dataclass(frozen=True)
class DemoWatch:
    """Who has the watch of a participant day after day; "" where nobody has it."""

    participant: str
    officer: str
    deputy: str = ""
    gap_after_days: int = 0  # 0: the roster has none


WATCHES = [
    DemoWatch("turkiye", "duty@turkiye.example", "second@turkiye.example"),
    DemoWatch("azerbaijan", "duty@azerbaijan.example", "head@azerbaijan.example"),
    DemoWatch("kazakhstan", "duty@kazakhstan.example", "head@kazakhstan.example", gap_after_days=5),
    DemoWatch("kyrgyzstan", "duty@kyrgyzstan.example"),
    DemoWatch("uzbekistan", "duty@uzbekistan.example"),
    DemoWatch("hungary", "editor@hungary.example", "head@hungary.example"),
    DemoWatch("secretariat", "officer@secretariat.example", "head@secretariat.example"),
]


@transaction.atomic
def load(at: datetime) -> None:
    """Write the rosters that are missing; the caller sees to it that nobody is told."""
    known = set(Roster.objects.values_list("pk", flat=True))
    for watch in WATCHES:
        if watch.participant not in known:
            _load(watch, at=at)
    if "turkiye" not in known:
        _ask_for_a_swap(at)


def _load(watch: DemoWatch, *, at: datetime) -> None:
    participant = Participant.objects.get(pk=watch.participant)
    officer = _person(watch.officer)
    # Who would plan it; where the demonstration has no head, the officer stands for one that left.
    head = heads_of(participant.pk).first()
    for email, rank in ((watch.officer, Rank.OFFICER), (watch.deputy, Rank.DEPUTY)):
        if email:
            _begin(participant, _person(email), rank, by=head or officer, at=at)
    if watch.gap_after_days and head:
        _leave_a_gap(officer, watch.gap_after_days, by=head, at=at)


def _begin(participant: Participant, person: User, rank: str, *, by: User, at: datetime) -> None:
    earlier = at - timedelta(days=BEGAN_DAYS_AGO)
    facts = patterns.PatternFacts(
        person=person,
        weekdays=[1, 2, 3, 4, 5, 6, 7],
        starts_at=CHANGE_OF_WATCH,
        ends_at=CHANGE_OF_WATCH,
        first_date=day_at(earlier, participant.time_zone),
        rank=rank,
    )
    patterns.load(participant, facts, by=by, since=earlier, at=at)


def _leave_a_gap(officer: User, days: int, *, by: User, at: datetime) -> None:
    coming = Shift.objects.filter(person=officer, starts_at__gt=at + timedelta(days=days))
    shifts.cancel(coming.order_by("starts_at")[0], by=by, at=at)


def _ask_for_a_swap(at: datetime) -> None:
    asker, colleague = _person("duty@turkiye.example"), _person("second@turkiye.example")
    later = at + timedelta(days=3)
    own, theirs = (
        Shift.objects.filter(person=person, starts_at__gt=later).order_by("starts_at")[0]
        for person in (asker, colleague)
    )
    swaps.ask(
        own, asked_of=colleague, in_return=theirs, note="A course in Ankara.", by=asker, at=at
    )


def _person(email: str) -> User:
    return User.objects.get(email=email)
