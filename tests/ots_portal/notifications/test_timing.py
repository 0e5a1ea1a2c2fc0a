from datetime import UTC, datetime, time
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from ots_portal.notifications import preferences, timing
from ots_portal.notifications.preferences import Times

BUDAPEST, ISTANBUL, KATHMANDU = map(
    ZoneInfo, ("Europe/Budapest", "Europe/Istanbul", "Asia/Kathmandu")
)
VERIFIED = "incidents.incident.verified"  # an alert
LOWERED = "incidents.incident.level_lowered"
PASSWORD = "people.user.password_changed"  # mandatory
NIGHT = Times(quiet_from=time(22), quiet_until=time(6))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def waiting(kind, cadence="at_once", *, is_alert=False):
    entry = SimpleNamespace(kind=kind)
    return SimpleNamespace(entry=entry, cadence=cadence, is_alert=is_alert)


@pytest.mark.parametrize(
    ("clock", "zone", "at", "expected"),
    [
        (time(7), ISTANBUL, "2026-11-20T03:59", "2026-11-20T04:00"),
        # At that very moment it is tomorrow's.
        (time(7), ISTANBUL, "2026-11-20T04:00", "2026-11-21T04:00"),
        # 23:30 in London is the day after in Budapest.
        (time(7), BUDAPEST, "2026-11-20T23:30", "2026-11-21T06:00"),
        # The clock goes forward on 29 March 2026, from 2 to 3 o'clock: the morning comes an hour sooner in UTC.
        (time(7), BUDAPEST, "2026-03-28T06:00", "2026-03-29T05:00"),
        # 02:30 does not exist on that day: an hour later by the new clock.
        (time(2, 30), BUDAPEST, "2026-03-28T23:00", "2026-03-29T01:30"),
        (time(2, 30), BUDAPEST, "2026-03-29T01:30", "2026-03-30T00:30"),
        # It goes back on 25 October: 02:30 comes twice, the first one counts.
        (time(2, 30), BUDAPEST, "2026-10-24T23:00", "2026-10-25T00:30"),
        (time(2, 30), BUDAPEST, "2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_the_morning_comes_once_a_day_by_the_own_clock(clock, zone, at, expected):
    assert timing.next_time(utc(at), clock, zone) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        (ISTANBUL, "2026-11-20T11:00", "2026-11-20T12:00"),
        (ISTANBUL, "2026-11-20T11:59:59", "2026-11-20T12:00"),
        # 5:45 ahead of UTC
        (KATHMANDU, "2026-11-20T11:00", "2026-11-20T11:15"),
    ],
)
def test_the_hour_is_full_by_the_own_clock(zone, at, expected):
    assert timing.next_hour(utc(at), zone) == utc(expected)


@pytest.mark.parametrize(
    ("begin", "end", "clock", "expected"),
    [
        (time(22), time(6), "21:59", False),
        (time(22), time(6), "22:00", True),
        (time(22), time(6), "00:00", True),
        (time(22), time(6), "05:59", True),
        (time(22), time(6), "06:00", False),
        (time(12), time(14), "13:00", True),
        (time(12), time(14), "14:00", False),
        (None, None, "13:00", False),
    ],
)
def test_quiet_hours_may_go_past_midnight(begin, end, clock, expected):
    at = datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=ISTANBUL)

    assert timing.is_quiet(at, Times(time(7), begin, end), ISTANBUL) is expected


@pytest.fixture
def sleeper(editor_a, now):
    """Somebody in Istanbul with quiet hours from 22 to 6 o'clock."""
    editor_a.time_zone = "Europe/Istanbul"
    editor_a.save()
    preferences.choose(editor_a, by=editor_a, at=now, times=NIGHT)
    return editor_a


NIGHT_HOUR = utc("2026-11-20T20:30")  # 23:30 in Istanbul
MORNING = utc("2026-11-21T03:00")


def test_ordinary_mail_waits_for_the_end_of_quiet_hours_and_then_goes_by_itself(sleeper):
    assert timing.postponed_until(waiting(LOWERED), sleeper, NIGHT_HOUR) == (MORNING, False)
    assert timing.postponed_until(waiting(LOWERED), sleeper, MORNING) is None


@pytest.mark.parametrize(
    "delivery", [waiting(VERIFIED, is_alert=True), waiting(PASSWORD)], ids=["alert", "mandatory"]
)
def test_alerts_and_what_is_mandatory_wake(sleeper, delivery):
    assert timing.postponed_until(delivery, sleeper, NIGHT_HOUR) is None


def test_alert_that_a_person_off_duty_wants_in_the_digest_waits_for_it(sleeper):
    alert = waiting(VERIFIED, "daily", is_alert=True)

    assert timing.postponed_until(alert, sleeper, NIGHT_HOUR) == (utc("2026-11-21T04:00"), True)


def test_alert_reaches_who_came_on_duty_meanwhile(sleeper):
    sleeper.is_on_duty = True

    alert = waiting(VERIFIED, "daily", is_alert=True)

    assert timing.postponed_until(alert, sleeper, NIGHT_HOUR) is None


def test_hourly_digest_of_quiet_hours_comes_at_their_end(sleeper):
    delivery = waiting(LOWERED, "hourly")

    assert timing.postponed_until(delivery, sleeper, NIGHT_HOUR) == (MORNING, True)


def test_daily_digest_of_the_night_waits_for_the_end_of_quiet_hours(sleeper, now):
    times = Times(digest_time=time(5), quiet_from=time(22), quiet_until=time(6))
    preferences.choose(sleeper, by=sleeper, at=now, times=times)

    delivery = waiting(LOWERED, "daily")

    assert timing.postponed_until(delivery, sleeper, NIGHT_HOUR) == (MORNING, True)


def test_without_choices_mail_goes_at_once_and_digests_at_seven(editor_a):
    assert timing.postponed_until(waiting(LOWERED), editor_a, NIGHT_HOUR) is None
    assert timing.postponed_until(waiting(LOWERED, "daily"), editor_a, NIGHT_HOUR) == (
        utc("2026-11-21T07:00"),
        True,
    )


def test_partner_systems_know_no_night(sleeper, machine_a, now):
    preferences.choose(machine_a, by=machine_a, at=now, times=NIGHT)

    assert timing.postponed_until(waiting(LOWERED), machine_a, utc("2026-11-20T23:00")) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # On 25 October 2026 the clock shows 02:10 at 00:10 and once more at 01:10.
        ("2026-10-25T00:10", "2026-10-25T00:30"),
        ("2026-10-25T01:10", "2026-10-25T01:30"),
        # On 29 March it leaves 02:30 out.
        ("2026-03-29T00:10", "2026-03-29T01:30"),
    ],
)
def test_quiet_hours_that_end_in_the_hour_of_the_change_cost_no_day(editor_b, now, at, expected):
    editor_b.time_zone = "Europe/Budapest"
    times = Times(quiet_from=time(22), quiet_until=time(2, 30))
    preferences.choose(editor_b, by=editor_b, at=now, times=times)

    assert timing.postponed_until(waiting(LOWERED), editor_b, utc(at)) == (utc(expected), False)
