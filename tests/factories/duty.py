from datetime import UTC, datetime, time, timedelta

import factory

from ots_portal.duty.models import Pattern, Rank, Roster, Shift, Swap
from tests.factories.people import UserFactory

# The instant of the stories, tests.conftest.NOON: a Friday.
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class RosterFactory(factory.django.DjangoModelFactory[Roster]):
    class Meta:
        model = Roster
        django_get_or_create = ("participant",)

    is_kept = True
    updated_at = NOON


class ShiftFactory(factory.django.DjangoModelFactory[Shift]):
    """An officer's shift of eight hours that runs at noon; ``person`` says whose roster it is."""

    class Meta:
        model = Shift

    person = factory.SubFactory(UserFactory)
    participant = factory.SelfAttribute("person.participant")
    rank = Rank.OFFICER
    starts_at = NOON - timedelta(hours=4)
    ends_at = factory.LazyAttribute(lambda shift: shift.starts_at + timedelta(hours=8))
    created_at = NOON - timedelta(days=1)
    updated_at = NOON - timedelta(days=1)


class SwapFactory(factory.django.DjangoModelFactory[Swap]):
    class Meta:
        model = Swap

    shift = factory.SubFactory(ShiftFactory, starts_at=NOON + timedelta(days=1))
    asked_by = factory.SelfAttribute("shift.person")
    created_at = NOON
    updated_at = NOON


class PatternFactory(factory.django.DjangoModelFactory[Pattern]):
    class Meta:
        model = Pattern

    person = factory.SubFactory(UserFactory)
    participant = factory.SelfAttribute("person.participant")
    weekdays = factory.LazyFunction(lambda: [1, 2, 3, 4, 5])
    starts_at = time(8)
    ends_at = time(20)
    first_date = NOON.date()
    created_at = NOON
    updated_at = NOON
