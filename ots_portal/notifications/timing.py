"""When a mail goes out that need not go at once: with a digest, or after quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ots_portal import plugs
from ots_portal.notifications.models import Cadence, Delivery
from ots_portal.notifications.preferences import Times, times_of
from ots_portal.people.models import User
from ots_portal.plugs import Notice

HOUR = timedelta(hours=1)


def postponed_until(
    delivery: Delivery, recipient: User, at: datetime
) -> tuple[datetime, bool] | None:
    """
    Return until when the mail waits, and whether it then goes with a digest; None: it goes now.

    Asked of every mail that is claimed. It needs no query where ``delivery.entry`` and
    ``recipient.mail_times`` were fetched along. Quiet hours and digests hold back no mandatory mail; alerts
    wait for a digest if the person, being off duty, wants them so, and for no quiet hours.
    """
    notice = plugs.notices.get(delivery.entry.kind)
    if notice is None or recipient.is_machine:
        return None
    return _wait(notice, recipient, delivery.cadence, at)


def mailed_at(notice: Notice, recipient: User, *, cadence: str, at: datetime) -> datetime | None:
    """Return when a message of that moment would be mailed; None: it stays in the inbox."""
    if cadence == Cadence.NEVER:
        return None
    waits = _wait(notice, recipient, cadence, at)
    return waits[0] if waits else at


def _wait(
    notice: Notice, recipient: User, cadence: str, at: datetime
) -> tuple[datetime, bool] | None:
    is_pressing = notice.is_alert and (recipient.is_on_duty or cadence == Cadence.AT_ONCE)
    if is_pressing or not notice.is_optional:
        return None
    times, zone = times_of(recipient), ZoneInfo(recipient.time_zone)
    if cadence in (Cadence.HOURLY, Cadence.DAILY):
        return digest_after(at, cadence=cadence, times=times, zone=zone), True
    if is_quiet(at, times, zone):
        return _end_of_quiet(at, times, zone), False
    return None


def digest_after(at: datetime, *, cadence: str, times: Times, zone: ZoneInfo) -> datetime:
    """Return when the next digest comes; one that would fall into quiet hours comes at their end."""
    moment = (
        next_hour(at, zone) if cadence == Cadence.HOURLY else next_time(at, times.digest_time, zone)
    )
    return _end_of_quiet(moment, times, zone) if is_quiet(moment, times, zone) else moment


def is_quiet(at: datetime, times: Times, zone: ZoneInfo) -> bool:
    """Return whether the moment lies in the quiet hours: from the first minute, up to before the last."""
    begin, end = times.quiet_from, times.quiet_until
    if begin is None or end is None:
        return False
    clock = at.astimezone(zone).time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def next_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the next full hour of the zone's clock, which need not be one of UTC's."""
    local = at.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at - past + HOUR


def next_time(at: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """
    Return the next moment after ``at`` at which the zone's clock shows this.

    Once a day: a time that the clock leaves out in spring comes as much later as the clock is put forward;
    of one that it shows twice in autumn the first counts.
    """
    today = at.astimezone(zone).date()
    found = (_moment(today + timedelta(days=days), clock, zone) for days in (0, 1, 2))
    return next(moment for moment in found if moment > at)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    # In UTC: two moments of one zone would be compared by what its clock shows.
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _end_of_quiet(at: datetime, times: Times, zone: ZoneInfo) -> datetime:
    assert times.quiet_until is not None
    usual = next_time(at, times.quiet_until, zone)
    # In autumn the clock may show it a second time today: who slept through the first one is awake by then.
    today = datetime.combine(at.astimezone(zone).date(), times.quiet_until, tzinfo=zone)
    again = today.replace(fold=1).astimezone(UTC)
    return again if at < again < usual and not is_quiet(again, times, zone) else usual
