"""Reads of the duty roster: the boundary of pages, API and messages, and who is on duty at a moment."""

from ots_portal.duty.queries.on_duty import (
    deputies_on_duty,
    officers_on_duty,
    on_watch,
    secretariat_on_duty,
)
from ots_portal.duty.queries.readable import (
    may_read,
    participants_visible_to,
    patterns_visible_to,
    rosters_visible_to,
    shifts_visible_to,
    swaps_visible_to,
)

__all__ = [
    "deputies_on_duty",
    "may_read",
    "officers_on_duty",
    "on_watch",
    "participants_visible_to",
    "patterns_visible_to",
    "rosters_visible_to",
    "secretariat_on_duty",
    "shifts_visible_to",
    "swaps_visible_to",
]
