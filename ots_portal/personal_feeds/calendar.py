"""A person's calendar as iCalendar (RFC 5545): duty shifts, deadlines, whatever the apps plug in."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.calendars import written
from ots_portal.people.models import User
from ots_portal.plugs import CalendarEntry

PAST, FUTURE = timedelta(days=90), timedelta(days=400)


def entries_of(user: User, *, at: datetime) -> list[CalendarEntry]:
    """Return what the person may see now, in the order of time; every app answers within its own rights."""
    found = [entry for source in plugs.calendars for entry in source(user, at - PAST, at + FUTURE)]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def calendar_of(user: User, entries: Iterable[CalendarEntry]) -> bytes:
    """Write the person's calendar under its name."""
    name = _("OTS Emergency Portal: %(name)s") % {"name": user.name}
    return written(entries, name=name)
