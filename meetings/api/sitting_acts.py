"""What is done in a sitting, under the names that its endpoints have."""

from meetings.services.attendance import add_stay, arrive, arrive_as_before, leave
from meetings.services.attendance import correct as correct_stay
from meetings.services.sittings import check_quorum, correct, rise

__all__ = [
    "add_stay",
    "arrive",
    "arrive_as_before",
    "check_quorum",
    "correct",
    "correct_stay",
    "leave",
    "rise",
]
