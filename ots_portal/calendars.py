"""Writing iCalendar (RFC 5545): what people keep in their calendars, and invitations to it (RFC 5546)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings

from ots_portal.plugs import CalendarEntry

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(minutes=30)
# How far around its times the rules of a zone are written down: those of a century would be a page.
ZONE_MARGIN = timedelta(days=400)


def written(
    entries: Iterable[CalendarEntry],
    *,
    name: str = "",
    method: str = "PUBLISH",
    attendee: tuple[str, str] | None = None,
) -> bytes:
    """
    Write the calendar; an entry with a zone has its times by the clocks there, others are in UTC.

    ``name`` is what programs call a calendar that they read again and again. ``method`` is REQUEST or CANCEL
    for what goes to one ``attendee`` (name, address), who needs not answer: answers are given in the portal.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//OTS Emergency Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("name", name)  # RFC 7986, 5.1
        calendar.add("x-wr-calname", name)  # what programs older than RFC 7986 read
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    told = list(entries)
    for zone, around in _zones(told).items():
        calendar.add_component(_zone(zone, around))
    for entry in told:
        calendar.add_component(_event(entry, attendee))
    text: bytes = calendar.to_ical()
    return text


def _zones(entries: list[CalendarEntry]) -> dict[str, list[datetime]]:
    """Return the zones that times are written in, each with the moments it is needed for."""
    needed: dict[str, list[datetime]] = {}
    for entry in entries:
        if entry.zone and not entry.is_whole_days:
            needed.setdefault(entry.zone, []).extend(filter(None, (entry.starts_at, entry.ends_at)))
    return needed


def _zone(name: str, around: list[datetime]) -> icalendar.Timezone:
    first, last = min(around) - ZONE_MARGIN, max(around) + ZONE_MARGIN
    return icalendar.Timezone.from_tzid(name, first_date=first.date(), last_date=last.date())


def _event(entry: CalendarEntry, attendee: tuple[str, str] | None) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@{_host()}")
    # When nothing says otherwise an entry is as it was since it began: the text stays the same, and its tag.
    event.add("dtstamp", (entry.changed_at or entry.starts_at).astimezone(UTC))
    _add_times(event, entry)
    event.add("summary", entry.title)
    if entry.text:
        event.add("description", entry.text)
    if entry.place:
        event.add("location", entry.place)
    event.add("url", entry.url)
    if entry.sequence is not None:
        event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if entry.ends_at is None:
        event.add("transp", "TRANSPARENT")
    if attendee:
        _address(event, *attendee)
    return event


def _add_times(event: icalendar.Event, entry: CalendarEntry) -> None:
    zone: Any = ZoneInfo(entry.zone) if entry.zone else UTC
    start = entry.starts_at.astimezone(zone)
    if entry.is_whole_days:
        last = (entry.ends_at or entry.starts_at).astimezone(zone).date()
        event.add("dtstart", start.date())
        event.add("dtend", last + timedelta(days=1))  # RFC 5545, 3.6.1: the end is not part of it
        return
    event.add("dtstart", start)
    if entry.ends_at:
        event.add("dtend", entry.ends_at.astimezone(zone))


def _address(event: icalendar.Event, name: str, address: str) -> None:
    """RFC 5546, 3.2.2: a request names who asks and who is asked."""
    event.add("organizer", f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}")
    parameters = {"CN": name, "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", f"mailto:{address}", parameters=parameters)


def _host() -> str:
    return urlsplit(settings.PORTAL_ADDRESS).hostname or "portal"
