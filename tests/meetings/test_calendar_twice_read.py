"""The calendar of a meeting, read back by a second program (vobject): icalendar wrote it."""

from datetime import UTC, datetime

import vobject

from meetings.formats.calendars import calendar_of
from tests.factories.meetings import MeetingFactory


def read(meeting):
    return vobject.readOne(calendar_of(meeting).decode())


def test_a_second_program_reads_the_same_time_zone_and_place(turkiye):
    meeting = MeetingFactory(
        status="convened", starts_at=datetime(2026, 7, 1, 7, 0, tzinfo=UTC), time_zone="Europe/Budapest",
        city="Budapest", venue="Hall, 1", titles={"en": "Experts; on floods"}, host=turkiye,
    )  # fmt: skip

    calendar = read(meeting)

    event = calendar.vevent
    assert event.dtstart.value.astimezone(UTC) == meeting.starts_at
    assert event.dtstart.value.utcoffset().total_seconds() == 2 * 3600
    assert (calendar.vtimezone.tzid.value, event.location.value, event.summary.value) == (
        "Europe/Budapest",
        "Hall, 1, Budapest",
        "Experts; on floods",
    )


def test_a_second_program_reads_that_it_is_cancelled(turkiye):
    event = read(MeetingFactory(status="cancelled", ics_sequence=3, host=turkiye)).vevent

    assert (event.status.value, event.sequence.value) == ("CANCELLED", "3")
