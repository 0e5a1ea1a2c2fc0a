"""What speaks against an instant and does not forbid it: a weekend in the capital of somebody who is asked."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from ots_portal.participants.models import Participant
from ots_portal.ui.moments import WEEKDAYS, in_zone

# Unicode CLDR 48, supplemental weekData: Saturday and Sunday, worldwide and in each of these States. Which days
# are public holidays, the portal's facts do not say: of those it does not warn.
WEEKEND = (6, 7)


def is_weekend(moment: datetime, zone: str) -> bool:
    return in_zone(moment, zone).isoweekday() in WEEKEND


def warnings(expires_at: datetime, participants: Iterable[Participant]) -> list[str]:
    """Return a sentence for each day of a weekend on which the end falls, with where it does."""
    names: dict[int, list[str]] = {}
    for participant in participants:
        day = in_zone(expires_at, participant.time_zone).isoweekday()
        if day in WEEKEND:
            names.setdefault(day, []).append(participant.name)
    sentence = _("The end falls on a weekend. It is %(day)s then in: %(places)s.")
    return [
        sentence % {"day": WEEKDAYS[day], "places": ", ".join(sorted(places))}
        for day, places in sorted(names.items())
    ]
