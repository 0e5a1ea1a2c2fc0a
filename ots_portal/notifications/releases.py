"""
While two releases run side by side: what this one has no notice for is left to the workers of the newer one.

A worker that closed or withdrew what it does not know would lose it. A kind that no release knows any more is
dealt with after an hour.
"""

from datetime import datetime, timedelta

from ots_portal.plugs import notices

LEFT_FOR = timedelta(hours=1)
LOOKS_AGAIN = timedelta(seconds=15)


def left_until(kind: str, *, since: datetime, at: datetime) -> datetime | None:
    """Return when to look again at something of this kind that waits ``since`` then; None: it is dealt with now."""
    is_left = kind not in notices and since > at - LEFT_FOR
    return at + LOOKS_AGAIN if is_left else None
