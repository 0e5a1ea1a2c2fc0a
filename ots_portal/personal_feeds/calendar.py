"""A person's calendar as iCalendar (RFC 5545): duty shifts, deadlines, whatever the apps plug in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.plugs import CalendarEntry

PAST, FUTURE = timedelta(days=90), timedelta(days=400)
REFRESH = timedelta(minutes=30)


def entries_of(user: User, *, at: datetime) -> list[CalendarEntry]:
    """Return what the person may see now, in the order of time; every app answers within its own rights."""
    found = [entry for source in plugs.calendars for entry in source(user, at - PAST, at + FUTURE)]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def calendar_of(user: User, entries: Iterable[CalendarEntry]) -> bytes:
    """
    Write the calendar; times in UTC, which every program shows in its own zone.

    An entry without end is a moment: RFC 5545, 3.6.1, lets such an event end when it starts.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//OTS Emergency Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("calscale", "GREGORIAN")
    name = _("OTS Emergency Portal: %(name)s") % {"name": user.name}
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)  # what programs older than RFC 7986 read
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    for entry in entries:
        calendar.add_component(_event(entry))
    text: bytes = calendar.to_ical()
    return text


def _event(entry: CalendarEntry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@{_host()}")
    # When nothing says otherwise an entry is as it was since it began: the text stays the same, and its tag.
    event.add("dtstamp", (entry.changed_at or entry.starts_at).astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    if entry.ends_at:
        event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    if entry.text:
        event.add("description", entry.text)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if entry.ends_at is None:
        event.add("transp", "TRANSPARENT")
    return event


def _host() -> str:
    return urlsplit(settings.PORTAL_ADDRESS).hostname or "portal"
