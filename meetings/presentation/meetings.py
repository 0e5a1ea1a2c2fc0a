"""When and where a meeting is, in words."""

from meetings.models import Meeting
from ots_portal.ui.moments import day_text


def days_text(meeting: Meeting) -> str:
    """Return the day of the meeting at its place, or its first and last: "6 Sep 2023 – 8 Sep 2023"."""
    first = day_text(meeting.first_day)
    return first if meeting.is_one_day else f"{first} – {day_text(meeting.last_day)}"


def place_text(meeting: Meeting) -> str:
    return meeting.city or str(meeting.get_mode_display())
