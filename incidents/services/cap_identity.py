"""Under which name the portal's own CAP messages go out, and the number each one gets."""

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant


def sender_of(participant: Participant) -> str:
    """Return the participant's name as a sender: CAP 1.2, section 3.2.1, wants it unique world-wide."""
    return f"{participant.slug}@{_host()}"


def is_ours(sender: str) -> bool:
    """Return whether the name claims to be one that ``sender_of`` gives."""
    return sender.rpartition("@")[2].casefold() == _host().casefold()


def _host() -> str:
    return urlsplit(settings.PORTAL_ADDRESS).hostname or "localhost"


def next_identifier(participant: Participant, *, at: datetime, series: str = "CAP") -> str:
    """Return the number of the participant's next message: ``CAP-TR-2026-0003``."""
    return next_number(f"{series}-{participant.iso2 or participant.slug[:8].upper()}", year=at.year)


def moment_of_sending(participant: Participant, *, at: datetime) -> datetime:
    """Return the moment as messages say it: to the second, in the participant's own time."""
    return at.replace(microsecond=0).astimezone(ZoneInfo(participant.time_zone))
