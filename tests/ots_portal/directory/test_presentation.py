from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation

from ots_portal.directory import presentation
from tests.factories.directory import AuthorityFactory, ContactPointFactory, EmergencyNumberFactory
from tests.factories.people import ParticipantFactory

OFFICE = {"opens_at": time(9), "closes_at": time(18)}
NIGHT = {"opens_at": time(20), "closes_at": time(6)}


@pytest.fixture
def office(turkiye):
    def build(**fields):
        return ContactPointFactory.build(participant=turkiye, office=True, **fields)

    return build


@pytest.mark.parametrize(
    ("fields", "at", "is_open"),
    [
        (OFFICE, "2026-11-20T06:00Z", True),  # a Friday, 09:00 in Istanbul
        (OFFICE, "2026-11-20T05:59Z", False),
        (OFFICE, "2026-11-20T14:59Z", True),
        (OFFICE, "2026-11-20T15:00Z", False),
        (OFFICE, "2026-11-21T09:00Z", False),  # Saturday
        (OFFICE, "2026-11-22T22:00Z", False),  # Monday has begun there, the office has not
        (NIGHT, "2026-11-20T17:00Z", True),
        (NIGHT, "2026-11-21T02:59Z", True),  # Friday's night goes on into Saturday
        (NIGHT, "2026-11-21T03:00Z", False),
        (NIGHT, "2026-11-21T18:00Z", False),
        (NIGHT, "2026-11-23T02:00Z", False),  # Sunday had no evening
    ],
)
def test_an_office_is_open_by_the_clock_of_its_own_zone(office, fields, at, is_open):
    point = office(time_zone="Europe/Istanbul", **fields)

    assert presentation.is_open(point, at=datetime.fromisoformat(at)) is is_open


def test_an_office_follows_its_zones_summer_time(office):
    point = office(time_zone="Europe/Budapest", **OFFICE)
    summer, winter = datetime(2026, 7, 3, 7, 0, tzinfo=UTC), datetime(2026, 12, 4, 7, 0, tzinfo=UTC)

    assert [presentation.is_open(point, at=at) for at in (summer, winter)] == [True, False]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([1, 2, 3, 4, 5], "Monday to Friday, 09:00–18:00"),
        ([5, 1], "Monday, Friday, 09:00–18:00"),
        ([1, 2], "Monday, Tuesday, 09:00–18:00"),
        ([1, 3, 5], "Monday, Wednesday, Friday, 09:00–18:00"),
        ([1, 2, 3, 4, 5, 6, 7], "Monday to Sunday, 09:00–18:00"),
    ],
)
def test_hours_are_said_in_words(office, days, words):
    assert presentation.hours_text(office(weekdays=days)) == words


def test_a_row_says_what_time_it_is_there(office):
    row = presentation.ContactRow(office(), datetime(2026, 11, 20, 11, 5, tzinfo=UTC))

    assert row.local_time == "14:05 (UTC+3)"


@pytest.mark.parametrize(
    ("checked", "days", "note"),
    [
        (date(2025, 11, 20), 365, ""),
        (date(2025, 11, 19), 365, "Not checked for over a year"),
        (None, 365, "Never checked"),
        (date(2026, 10, 1), 30, "Not checked for over 30 days"),
        (date(2026, 11, 18), 1, "Not checked for over 1 day"),
    ],
)
def test_what_was_not_checked_for_long_says_so(settings, now, checked, days, note):
    settings.PORTAL_RECHECK_DAYS = days
    number = EmergencyNumberFactory.build(checked_on_date=checked)

    assert presentation.recheck_note(number, at=now) == note


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("turkiye", ["turkiye"]),
        ("TÜRKİYE", ["turkiye"]),
        ("tur", ["turkiye"]),
        ("afad", ["turkiye"]),
        ("acıl durumlar", ["turkiye"]),
        ("+90 312 555 01 01", ["turkiye"]),  # stored without spaces; each word is looked for
        ("3125550101", ["turkiye"]),
        ("nobet", ["turkiye"]),
        ("turkiye kazakh", []),
        ("", ["kazakhstan", "turkiye"]),
    ],
)
def test_search_folds_letters_and_wants_each_word(turkiye, kazakhstan, words, found):
    AuthorityFactory(participant=turkiye, acronym="AFAD")
    ContactPointFactory(participant=turkiye)

    matching = presentation.matching([kazakhstan, turkiye], {"q": words})

    assert [participant.pk for participant in matching] == found


def test_the_longest_not_checked_come_first_when_asked_for(now):
    for slug, day in (("azerbaijan", 3), ("kazakhstan", 1), ("uzbekistan", 2)):
        of = ParticipantFactory(slug=slug)
        EmergencyNumberFactory(participant=of, checked_on_date=date(2026, 11, day))
    everybody = list(ParticipantFactory._meta.model.objects.all())

    (members,) = presentation.groups(everybody, sort="checked", at=now)

    slugs = [row.row.participant.pk for row in members.rows]
    assert slugs == ["kazakhstan", "uzbekistan", "azerbaijan"]


def test_words_are_in_the_readers_language(office):
    with translation.override("tr"):
        assert presentation.summary(office()).endswith("duty@authority.example")
