"""Moved, postponed and cancelled meetings: hours that exist, one message, calendars that follow."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.formats.calendars import calendar_of, entries_of
from meetings.forms import at_the_place
from meetings.models import MeetingMove
from meetings.queries import meetings as queries
from meetings.services import meetings, moves
from meetings.tasks import tell_of_moves
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.channels.mail import message_of
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from tests.factories.meetings import MeetingFactory
from tests.factories.sittings import DelegateFactory

HOUR = timedelta(hours=1)
MINUTES = timedelta(minutes=1)


@pytest.fixture
def meeting(turkiye):
    return MeetingFactory(
        status="convened",
        host=turkiye,
        titles={"en": "Experts"},
        starts_at=datetime(2026, 12, 1, 7, 0, tzinfo=UTC),
    )


def move(meeting, *, by, at, **changes):
    facts = meetings.facts_of(meeting) | changes
    return meetings.update(meeting, facts, by=by, at=at, version=meeting.version)


def later(meeting, hours):
    return {
        "starts_at": meeting.starts_at + hours * HOUR,
        "ends_at": meeting.ends_at + hours * HOUR,
    }


def the_entry(kind):
    return AuditEntry.objects.get(kind=kind)


def worded(entry, reader):
    record = queries.record_for(reader, entry.subject_id)
    return wording_for(notices[entry.kind], entry, record, reader)


# ── hours ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hour", "zone", "words"),
    [
        ("2026-03-29 02:30", "Europe/Budapest", ["UTC+1", "UTC+2", "02:30 does not exist", "before or after"]),
        ("2026-10-25 02:30", "Europe/Budapest", ["UTC+2", "UTC+1", "02:30 comes twice", "Etc/UTC"]),
        ("2024-02-29 23:30", "Asia/Almaty", ["UTC+6", "UTC+5", "23:30 comes twice", "Etc/UTC"]),
    ],
)  # fmt: skip
def test_an_hour_that_a_clock_change_leaves_out_or_doubles_is_refused(hour, zone, words):
    with pytest.raises(ValidationError) as error:
        at_the_place(datetime.fromisoformat(hour), zone)

    (sentence,) = error.value.messages
    assert [word in sentence for word in words] == [True] * 4


@pytest.mark.parametrize(
    ("hour", "zone", "instant"),
    [
        ("2026-03-29 03:30", "Europe/Budapest", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25 01:30", "Europe/Budapest", datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        ("2024-02-29 22:30", "Asia/Almaty", datetime(2024, 2, 29, 16, 30, tzinfo=UTC)),
        ("2026-12-01 09:00", "Asia/Almaty", datetime(2026, 12, 1, 4, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_every_other_hour_is_one_instant(hour, zone, instant):
    assert at_the_place(datetime.fromisoformat(hour), zone) == instant


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"ends": "2026-12-01T08:00"}, "ends", "ends after it starts"),
        ({"time_zone": "Mars/Base"}, "time_zone", "Mars/Base"),
        (
            {"time_zone": "Europe/Budapest", "starts": "2026-03-29T02:30"},
            "starts",
            "does not exist",
        ),
    ],
)
def test_the_form_refuses_impossible_times_beside_the_field(
    sign_in, officer, turkiye, changes, field, words
):
    body = {
        "title_en": "Experts", "kind": "expert_group", "host": "turkiye", "mode": "in_person",
        "city": "Ankara", "time_zone": "Europe/Istanbul", "starts": "2026-12-01T09:00",
        "ends": "2026-12-01T11:00", "date_precision": "minute", "visibility": "members",
    }  # fmt: skip

    answer = sign_in(officer).post(reverse("meetings:new"), body | changes)

    form = answer.context["form"]
    assert (answer.status_code, words in " ".join(form.errors[field])) == (422, True)


# ── moved ───────────────────────────────────────────────────────────────────────────────────────


def test_several_changes_in_ten_minutes_are_told_once_first_old_and_last_new(
    officer, head_b, meeting, now
):
    old = meeting.starts_at
    move(meeting, by=officer, at=now, **later(meeting, 1))
    move(meeting, by=officer, at=now + 5 * MINUTES, **later(meeting, 2))

    early = moves.tell_due(at=now + 9 * MINUTES)
    due = moves.tell_due(at=now + 10 * MINUTES)
    again = moves.tell_due(at=now + 11 * MINUTES)

    entry = the_entry("meetings.meeting.moved")
    assert (early, due, again, meeting.ics_sequence) == (0, 1, 0, 2)
    assert (entry.data["before"]["starts_at"], entry.data["after"]["starts_at"]) == (
        old.isoformat(),
        (old + 3 * HOUR).isoformat(),
    )
    assert set(notices[entry.kind].recipients(entry)) == {head_b}


def test_old_and_new_time_are_told_in_the_readers_zone_and_the_places(
    officer, head_b, meeting, now
):
    head_b.time_zone = "Asia/Almaty"
    head_b.save()
    move(meeting, by=officer, at=now, **later(meeting, 1), time_zone="Asia/Baku", city="Baku")
    moves.tell_due(at=now + 10 * MINUTES)

    text = worded(the_entry("meetings.meeting.moved"), head_b).text

    expected = [
        "1 Dec 2026, 12:00 UTC+5 (at the place: 1 Dec 2026, 10:00 UTC+3), Ankara",
        "1 Dec 2026, 13:00 UTC+5 (at the place: 1 Dec 2026, 12:00 UTC+4), Baku",
    ]
    assert [line in text for line in expected] == [True, True]


def test_a_meeting_that_is_back_where_it_was_is_told_to_nobody(officer, meeting, now):
    old = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    move(meeting, by=officer, at=now, **later(meeting, 1))
    move(meeting, by=officer, at=now + MINUTES, **old)

    told = moves.tell_due(at=now + 10 * MINUTES)

    assert (told, AuditEntry.objects.filter(kind="meetings.meeting.moved").count()) == (0, 0)


@pytest.mark.parametrize("status", ["planned", "postponed"])
def test_moving_what_is_not_convened_is_told_to_nobody(officer, now, status):
    meeting = MeetingFactory(status=status)

    move(meeting, by=officer, at=now, **later(meeting, 1))

    assert (MeetingMove.objects.count(), meeting.ics_sequence) == (0, 0)


def test_a_new_title_moves_nothing(officer, meeting, now):
    move(meeting, by=officer, at=now, titles={"en": "Experts on floods"})

    assert (MeetingMove.objects.count(), meeting.ics_sequence) == (0, 0)


@pytest.mark.parametrize("step", ["postpone", "cancel"])
def test_postponing_or_cancelling_says_more_than_a_move(secretary, meeting, now, step):
    move(meeting, by=secretary, at=now, **later(meeting, 1))

    getattr(meetings, step)(meeting, by=secretary, at=now + MINUTES)

    assert (moves.tell_due(at=now + HOUR), meeting.ics_sequence) == (0, 2)


def test_beat_calls_the_same_service(officer, meeting, now):
    move(meeting, by=officer, at=now - HOUR, **later(meeting, 1))
    MeetingMove.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert (tell_of_moves(), tell_of_moves()) == (1, 0)


# ── postponed, cancelled ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        ("postpone", "postponed", "keep your delegation ready"),
        ("cancel", "cancelled", "cancel travel and bookings"),
    ],
)
def test_both_are_told_at_once_with_what_to_do(
    secretary, head_b, reader_a, turkiye, meeting, now, step, kind, words
):
    DelegateFactory(
        delegation__meeting=meeting, delegation__participant=turkiye, user=reader_a,
        delegation__created_by=secretary,
    )  # fmt: skip

    getattr(meetings, step)(meeting, by=secretary, at=now)

    entry = the_entry(f"meetings.meeting.{kind}")
    assert set(notices[entry.kind].recipients(entry)) == {head_b, reader_a}
    assert words in worded(entry, head_b).text


def test_nobody_hears_of_what_nobody_knew(secretary, head_b, now):
    meetings.cancel(MeetingFactory(status="planned"), by=secretary, at=now)

    entry = the_entry("meetings.meeting.cancelled")
    assert not notices[entry.kind].recipients(entry).exists()


# ── calendars ───────────────────────────────────────────────────────────────────────────────────


def event_in(content):
    calendar = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_meeting_is_read_back_with_its_zone(meeting):
    calendar, event = event_in(calendar_of(meeting))

    zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    assert (zones, event.decoded("DTSTART"), str(event["DTSTART"].params["TZID"])) == (
        ["Europe/Istanbul"],
        meeting.starts_at,
        "Europe/Istanbul",
    )
    assert (
        str(event["UID"]).startswith(f"meeting-{meeting.pk}@"),
        event["SEQUENCE"],
        event["STATUS"],
    ) == (
        True,
        0,
        "CONFIRMED",
    )


def test_moving_keeps_the_uid_and_raises_the_sequence(officer, meeting, now):
    _calendar, before = event_in(calendar_of(meeting))

    move(meeting, by=officer, at=now, **later(meeting, 1))

    _calendar, after = event_in(calendar_of(meeting))
    assert (before["UID"], before["SEQUENCE"], after["SEQUENCE"]) == (after["UID"], 0, 1)
    assert after.decoded("DTSTART") == meeting.starts_at


def test_a_meeting_known_by_its_days_lasts_whole_days(meeting):
    meeting.date_precision = "day"
    meeting.starts_at = datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
    meeting.ends_at = datetime(2026, 12, 2, 20, 59, tzinfo=UTC)

    _calendar, event = event_in(calendar_of(meeting))

    days = (event.decoded("DTSTART").isoformat(), event.decoded("DTEND").isoformat())
    assert days == ("2026-12-01", "2026-12-03")


def test_the_file_answers_conditional_requests(sign_in, officer, reader_a, meeting, now):
    client = sign_in(reader_a)
    address = reverse("meetings:calendar", args=[meeting.pk])

    first = client.get(address)
    held = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    move(meeting, by=officer, at=now, **later(meeting, 1))
    moved = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (first["Content-Type"], first.status_code, held.status_code, moved.status_code) == (
        "text/calendar; charset=utf-8",
        200,
        304,
        200,
    )


def test_the_personal_calendar_has_what_the_person_may_see(
    reader_a, observer, secretary, meeting, now
):
    meetings.cancel(meeting, by=secretary, at=now)
    MeetingFactory(status="planned")
    around = (now - timedelta(days=30), now + timedelta(days=30))

    (entry,) = entries_of(reader_a, *around)

    assert (entry.is_cancelled, entry.sequence, entry.zone) == (True, 1, "Europe/Istanbul")
    assert list(entries_of(observer, *around)) == []


def attached(entry, reader):
    message = message_of(worded(entry, reader), to=reader.email, key="1").message()
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return part, event_in(part.get_payload(decode=True))


@pytest.mark.parametrize(
    ("step", "kind", "method", "status"),
    [
        ("convene", "convened", "REQUEST", "CONFIRMED"),
        ("postpone", "postponed", "CANCEL", "CANCELLED"),
        ("cancel", "cancelled", "CANCEL", "CANCELLED"),
    ],
)
def test_the_mail_carries_what_a_calendar_takes_in(
    secretary, head_b, now, step, kind, method, status
):
    meeting = MeetingFactory(status="postponed" if step == "convene" else "convened")

    getattr(meetings, step)(meeting, by=secretary, at=now)

    part, (calendar, event) = attached(the_entry(f"meetings.meeting.{kind}"), head_b)
    assert (part.get_param("method"), calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == (
        method,
        method,
        status,
        1,
    )
    assert str(event["ATTENDEE"]) == f"mailto:{head_b.email}"


def test_the_mail_of_a_move_carries_the_new_time(officer, head_b, meeting, now):
    move(meeting, by=officer, at=now, **later(meeting, 1))
    moves.tell_due(at=now + 10 * MINUTES)

    _part, (calendar, event) = attached(the_entry("meetings.meeting.moved"), head_b)

    assert (calendar["METHOD"], event.decoded("DTSTART")) == ("REQUEST", meeting.starts_at)
    assert mail.outbox == []
